/** Holding new work back and letting it go on; photos that are processed again in bulk. */

import * as api from './api.js';
import {h, setText, syncList} from './dom.js';
import {activity} from './live.js';
import {ago, count, dateTime, plural, upper} from './words.js';

const LENGTHS = [['60', 'for an hour'], ['480', 'for eight hours'], ['1440', 'for a day'], ['', 'until somebody says so']];

/** The words about a pause, for a line. */
export const pauseWords = (pause) => pause && `New photos wait: ${pause.owner} paused the work${
  pause.expires_at ? ` until ${dateTime(pause.expires_at)}` : ''} (${pause.reason}).`;

/** The section of the page about problems; `update(activity)` keeps it fresh. */
export function workControl() {
  const words = h('p', {'data-testid': 'pause-words'});
  const said = h('p', {class: 'form-error', role: 'status', 'data-testid': 'pause-said'});
  const resume = h('button', {class: 'button primary', type: 'button', 'data-testid': 'resume', onclick: () => act(api.resumeWork)}, 'Go on now');
  const failed = h('button', {class: 'button', type: 'button', 'data-testid': 'reprocess-failed', onclick: askAgain}, 'Process failed photos again');
  const reason = h('input', {name: 'reason', required: true, maxlength: 500, placeholder: 'Why? Everybody sees it.', 'aria-label': 'Reason for the pause', 'data-testid': 'pause-reason'});
  const minutes = h('select', {name: 'minutes', 'aria-label': 'How long', 'data-testid': 'pause-length'}, LENGTHS.map(([value, text]) => h('option', {value}, text)));
  const form = h('form', {class: 'inline-form', onsubmit: (event) => { event.preventDefault(); act(() => api.pauseWork(reason.value, minutes.value)); }},
    reason, minutes, h('button', {class: 'button', type: 'submit', 'data-testid': 'pause'}, 'Pause new work'));
  const wishes = h('ul', {class: 'running', 'data-testid': 'reprocess-list'});
  const node = h('section', {class: 'work-control', 'data-testid': 'work-control'}, h('h2', {}, 'Work'), words, resume, form, failed, said, wishes);

  async function act(call) {
    setText(said, '');
    try {
      await call();
      reason.value = '';
      activity.now();
    } catch (error) {
      setText(said, upper(error.message));
    }
  }

  async function askAgain() {
    await act(async () => {
      const outlook = await api.reprocess({status: 'failed', dry_run: true});
      if (outlook.would_queue === 0) return setText(said, 'No photo that failed can be processed again.');
      if (window.confirm(`${plural(outlook.would_queue, 'photo')} will be processed again, behind new ones.`)) await api.reprocess({status: 'failed'});
      return undefined;
    });
  }

  return {
    node,
    update(a) {
      const paused = Boolean(a.pause);
      setText(words, paused ? pauseWords(a.pause) : 'New photos are processed as they come. A pause keeps them in line; what is in work is finished.');
      resume.hidden = !paused;
      form.hidden = paused;
      failed.hidden = !(a.counts?.failed > 0);
      syncList(wishes, a.reprocess ?? [], (w) => w.id, wish);
    },
  };
}

function wish() {
  const text = h('span', {});
  return {
    node: h('li', {'data-testid': 'reprocess-item'}, text),
    update(w) { setText(text, `Processing again, asked for ${ago(w.requested_at)}: ${count(w.queued)} of ${plural(w.matched, 'file')} are in line, ${count(w.skipped)} left alone`); },
  };
}
