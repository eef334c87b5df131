/** Keeps what is on the screen fresh: polls every 2 s, rests with the tab, says when the server is away. */

import * as api from './api.js';
import {sessionEvents} from './session.js';

const EVERY_MS = 2000;

export const LOST = 'Connection lost, retrying…';

/** Fires `change`; `words` is null while all polls succeed, else a sentence for the banner. */
export const connection = new (class extends EventTarget {
  words = null;
  #troubles = new Map();
  report(poll, words) {
    if (words) this.#troubles.set(poll, words);
    else this.#troubles.delete(poll);
    const next = [...this.#troubles.values()].find((w) => w === LOST) ?? [...this.#troubles.values()][0] ?? null;
    if (next === this.words) return;
    this.words = next;
    this.dispatchEvent(new Event('change'));
  }
})();

const running = new Set();

/** Repeats a task every 2 s while started and the tab is visible; never two runs of it at once. */
export class Poll {
  #task; #timer = null; #run = null; #again = false;

  /** @param task async function of an AbortSignal; it should throw ApiError when a call fails */
  constructor(task) { this.#task = task; }

  start() {
    if (running.has(this)) return;
    running.add(this);
    this.now();
  }

  stop() {
    running.delete(this);
    this.pause();
    connection.report(this, null);
  }

  /** Stops the clock and whatever is under way, without forgetting that the poll is wanted. */
  pause() {
    clearTimeout(this.#timer);
    this.#run?.abort();
    this.#run = null;
  }

  /** Runs at once instead of waiting for the clock (once more after a run that is under way). */
  now() {
    if (!running.has(this) || document.hidden) return;
    if (this.#run) this.#again = true;
    else this.#go();
  }

  async #go() {
    clearTimeout(this.#timer);
    const run = new AbortController();
    this.#run = run;
    this.#again = false;
    try {
      await this.#task(run.signal);
      if (this.#run === run) connection.report(this, null);
    } catch (error) {
      if (this.#run === run && !run.signal.aborted) connection.report(this, wordsFor(error));
    }
    if (this.#run !== run) return;
    this.#run = null;
    this.#timer = setTimeout(() => this.#go(), this.#again ? 0 : EVERY_MS);
  }
}

function wordsFor(error) {
  if (!(error instanceof api.ApiError)) {
    console.error(error);
    return 'This page had a problem, retrying…';
  }
  if (error.away) return LOST;
  if (error.status === 401) return 'This server shows its photos to people with an account. Sign in to see them.';
  if (error.status === 403) return `Your account may not see this: ${error.message}`;
  return `The server had a problem, retrying… (${error.message})`;
}

function wakeAll() {
  for (const poll of running) {
    if (document.hidden) poll.pause();
    else poll.now();
  }
}
document.addEventListener('visibilitychange', wakeAll);
window.addEventListener('online', wakeAll);
sessionEvents.addEventListener('change', wakeAll);

/** The `/activity` answer, shared by the header, the recent files and the problems page. */
export const activity = new (class extends EventTarget {
  latest = null;
  #poll = new Poll(async (signal) => {
    try {
      this.latest = await api.activity({signal});
    } catch (error) {
      // while the server starts it answers before its routes are there
      if (error.status === 404) throw new api.ApiError(503, error.message);
      throw error;
    }
    this.dispatchEvent(new Event('change'));
  });

  start() { this.#poll.start(); }

  /** Asks at once. */
  now() { this.#poll.now(); }

  /** Calls back now, if something is known, and at each news; returns how to stop. */
  follow(callback) {
    const listener = () => callback(this.latest);
    this.addEventListener('change', listener);
    if (this.latest) listener();
    return () => this.removeEventListener('change', listener);
  }
})();
