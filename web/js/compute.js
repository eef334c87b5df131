/** The page `#/compute`: the queue by task, workers with what they run, failures by reason, storage and memory. */

import * as api from './api.js';
import {h, setAttr, setText, syncList} from './dom.js';
import {Poll} from './live.js';
import {ago, count, dateTime, fileSize, plural, taskName, upper} from './words.js';

export function computePage() {
  const queue = h('tbody', {'data-testid': 'queue'});
  const workers = h('ul', {class: 'cards', 'data-testid': 'workers'});
  const waiting = h('ul', {class: 'cards', 'data-testid': 'unserved'});
  const failures = h('ul', {class: 'cards', 'data-testid': 'job-failures'});
  // Outside of the list: what was retried is gone from it.
  const said = h('p', {class: 'hint', role: 'status', 'data-testid': 'retry-said'});
  const storage = h('p', {'data-testid': 'job-storage'});
  const memory = h('p', {'data-testid': 'memory'});
  const models = h('p', {class: 'hint', 'data-testid': 'models-in-memory'});
  const idle = h('p', {class: 'hint', 'data-testid': 'queue-empty'}, 'Nothing is queued.');
  const table = h('table', {class: 'queue'},
    h('thead', {}, h('tr', {}, ['Task', 'In line', 'Running', 'Oldest in line'].map((t) => h('th', {scope: 'col'}, t)))), queue);
  const nobody = h('p', {class: 'hint', 'data-testid': 'no-workers'}, 'No worker has announced itself.');
  const part = (title, hint, ...nodes) => h('section', {}, h('h2', {}, title), hint && h('p', {class: 'hint'}, hint), nodes);
  const failed = part('Failures', 'By what they say. Retrying uses the same input.', failures);
  const stuck = part('Waits for a worker', 'Nothing is lost: it goes on as soon as a worker serves the task.', waiting);
  const node = h('div', {class: 'problems compute'},
    h('div', {class: 'page-head'}, h('h1', {tabindex: '-1'}, 'Compute')),
    part('Queue', null, table, idle), stuck, part('Workers', null, workers, nobody), failed, said, part('Files of jobs', null, storage),
    part('Memory of the server', null, memory, models));

  const poll = new Poll(async (signal) => show(await api.computeOverview({signal})));

  function show(o) {
    syncList(queue, o.queue, (d) => d.task_type, depthRow);
    table.hidden = o.queue.length === 0;
    idle.hidden = o.queue.length > 0;
    syncList(waiting, o.waiting, (w) => w.task_type, waitingCard);
    stuck.hidden = o.waiting.length === 0;
    syncList(workers, o.workers, (w) => w.worker_id, workerCard);
    nobody.hidden = o.workers.length > 0;
    syncList(failures, o.failures, (f) => `${f.task_type}\n${f.reason}`, (f) => failureCard(f, poll, said));
    failed.hidden = o.failures.length === 0;
    setText(storage, `${plural(o.storage.job_count, 'job')} with ${fileSize(o.storage.total_size)} of files`);
    const heap = `${fileSize(o.memory.heap_bytes)} of Java objects`;
    setText(memory, o.memory.resident_bytes ? `${fileSize(o.memory.resident_bytes)}, of it ${heap}` : heap);
    setText(models, o.memory.models.map((m) => `${m.model_id} ${fileSize(m.bytes)}`).join(', '));
  }

  return {node, title: 'Compute', nav: 'compute', keep: true, resume: () => poll.start(), pause: () => poll.stop()};
}

function depthRow(first) {
  const cells = [h('td', {class: 'number'}), h('td', {class: 'number'}), h('td', {})];
  return {
    node: h('tr', {'data-task': first.task_type}, h('th', {scope: 'row'}, taskName(first.task_type)), cells),
    update(d) {
      setText(cells[0], count(d.queued));
      setText(cells[1], count(d.processing));
      setText(cells[2], d.oldest_at ? ago(d.oldest_at) : '–');
      setAttr(cells[2], 'title', d.oldest_at ? dateTime(d.oldest_at) : null);
    },
  };
}

function waitingCard(first) {
  const text = h('p', {});
  return {
    node: h('li', {class: 'card problem', 'data-tone': 'wait', 'data-testid': 'unserved-item'}, h('div', {}, h('h3', {}, taskName(first.task_type)), text)),
    update(w) { setText(text, `${plural(w.queued, 'job')} in line: ${w.reason}.`); },
  };
}

function workerCard(first) {
  const state = h('span', {class: 'tag'});
  const able = h('p', {class: 'hint'});
  const running = h('ul', {class: 'running'});
  return {
    node: h('li', {class: 'card worker', 'data-testid': 'worker', 'data-worker': first.worker_id}, h('h3', {}, h('code', {}, first.worker_id), ' ', state), able, running),
    update(w) {
      setText(state, w.idle_count > 0 ? `${w.idle_count} free` : 'busy');
      setAttr(state, 'data-tone', w.idle_count > 0 ? 'good' : 'wait');
      setText(able, w.capabilities.length > 0 ? w.capabilities.map(taskName).join(', ') : 'Can do nothing now');
      syncList(running, w.running, (r) => r.job_id, runningRow);
    },
  };
}

function runningRow(first) {
  const text = h('span', {});
  const subject = first.entity_id ? h('a', {href: `#/photo/${first.entity_id}`}, `photo ${first.entity_id}`) : h('code', {}, first.job_id);
  return {
    node: h('li', {'data-testid': 'running-job'}, `${taskName(first.task_type)} · `, subject, ' ', text),
    update(r) { setText(text, `${r.progress > 0 ? `${r.progress} % · ` : ''}since ${ago(r.started_at)}`); },
  };
}

function failureCard(first, poll, said) {
  const title = h('h3', {});
  const at = h('p', {class: 'hint'});
  const one = h('button', {class: 'button quiet', type: 'button', 'data-testid': 'retry-one', onclick: () => act(() => api.retryJob(latest.job_id), () => 'One goes on.')}, 'Retry one');
  const all = h('button', {class: 'button', type: 'button', 'data-testid': 'retry-all', onclick: () => act(() => api.retryJobs(latest.task_type, latest.reason), (a) => (a.retried > 0 ? `${plural(a.retried, 'job')} go on.` : 'None of these can go on by itself; have the photos processed again.'))}, 'Retry all');
  let latest = first;

  async function act(call, words) {
    one.disabled = true;
    all.disabled = true;
    try {
      setText(said, words(await call()));
      poll.now();
    } catch (error) {
      setText(said, upper(error.message));
    } finally {
      one.disabled = false;
      all.disabled = false;
    }
  }

  return {
    node: h('li', {class: 'card problem', 'data-tone': 'bad', 'data-testid': 'job-failure', 'data-task': first.task_type},
      h('div', {}, title, h('p', {'data-testid': 'job-failure-reason'}, upper(first.reason) || 'No reason was given.'), at), h('div', {class: 'actions'}, one, all)),
    update(f) {
      latest = f;
      setText(title, `${taskName(f.task_type)} · ${count(f.count)}`);
      setText(at, `Last ${ago(f.last_at)}`);
      all.hidden = f.count < 2;
    },
  };
}
