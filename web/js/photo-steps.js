/** What was done with a photo, step by step, by which model, and why a step failed or waits. */

import {h, setAttr, setText, syncList} from './dom.js';
import {dateTime, stateName, taskName, took, tone, upper} from './words.js';

const ORDER = ['face_detection', 'face_embedding', 'clip_embedding', 'dino_embedding'];
const DONE = new Set(['completed', 'available', 'done']);

/** Builds the list; `update(entity, jobs, models)` keeps it fresh. */
export function photoSteps() {
  const list = h('ol', {class: 'steps', 'data-testid': 'photo-steps'});
  const none = h('p', {class: 'hint'}, 'No steps: only pictures are looked at.');
  return {
    node: h('div', {}, list, none),
    update(entity, jobs, models) {
      const steps = stepsOf(entity, jobs, models);
      none.hidden = steps.length > 0;
      syncList(list, steps, (s) => s.task, row);
    },
  };
}

/** One step a task: the pipeline's own state, joined with the jobs that did the work. */
function stepsOf(entity, jobs, models) {
  const status = entity.intelligence_data?.inference_status ?? {};
  const tasks = new Set([...ORDER.filter((t) => t in status || (t === 'face_embedding' && status.face_embeddings?.length)), ...jobs.map((j) => j.task_type)]);
  return [...tasks].map((task) => {
    const own = jobs.filter((j) => j.task_type === task).sort((a, b) => (a.started_at ?? 0) - (b.started_at ?? 0));
    const parts = task === 'face_embedding' ? status.face_embeddings ?? own.map((j) => j.status) : null;
    const state = parts ? sum(parts) : status[task] ?? own.at(-1)?.status ?? 'pending';
    const model = models.find((m) => m.task === task);
    const blocked = !DONE.has(state) && state !== 'failed' && model && model.state !== 'ready';
    const id = DONE.has(state) ? entity.intelligence_data?.models?.[task] ?? own.findLast((j) => j.model_id)?.model_id : null;
    const lite = id && models.some((m) => m.lite && m.model_id === id);
    const done = parts?.filter((s) => DONE.has(s)).length;
    return {
      task, jobs: own,
      model: id ? `${id}${lite ? ' (lite model)' : ''}` : '',
      state: blocked ? 'waiting' : state,
      progress: parts?.length > 1 ? `${done} of ${parts.length} faces` : '',
      reason: state === 'failed' ? own.findLast((j) => j.error_message)?.error_message
        : blocked ? model.reason ?? 'Its model is not installed yet.' : null,
    };
  });
}

/** The state of a step that is done once a face: the worst that still moves, else failed, else done. */
function sum(states) {
  if (states.some((s) => s === 'processing' || s === 'in_progress')) return 'processing';
  if (states.some((s) => !DONE.has(s) && s !== 'failed')) return states.some((s) => DONE.has(s)) ? 'processing' : 'queued';
  return states.includes('failed') ? 'failed' : 'completed';
}

function row(first) {
  const badge = h('span', {class: 'badge inline', 'data-testid': 'step-state'});
  const note = h('span', {class: 'hint'});
  const model = h('p', {class: 'hint step-model', 'data-testid': 'step-model'});
  const reason = h('p', {class: 'reason', 'data-testid': 'step-reason'});
  const jobs = h('ul', {class: 'jobs'});
  const summary = h('summary', {});
  const details = h('details', {}, summary, jobs);
  const node = h('li', {'data-testid': 'step', 'data-task': first.task},
    h('div', {class: 'step-top'}, h('span', {class: 'step-name'}, taskName(first.task)), note, badge), model, reason, details);
  return {
    node,
    update(step) {
      setAttr(node, 'data-state', step.state);
      setText(badge, stateName(step.state));
      setAttr(badge, 'data-tone', step.state === 'waiting' ? 'wait' : tone(step.state));
      setText(note, step.progress);
      setText(model, step.model);
      setText(reason, upper(step.reason));
      reason.hidden = !step.reason;
      details.hidden = step.jobs.length === 0;
      setText(summary, step.jobs.length === 1 ? 'Details' : `${step.jobs.length} jobs`);
      syncList(jobs, step.jobs, (j) => j.job_id, jobRow);
    },
  };
}

function jobRow(first) {
  const line = h('span', {});
  const error = h('span', {class: 'reason'});
  const node = h('li', {'data-testid': 'job', 'data-job-id': first.job_id}, line, error);
  return {
    node,
    update(job) {
      const time = took(job.started_at, job.completed_at);
      setText(line, [stateName(job.status), dateTime(job.started_at), time && `took ${time}`, job.model_id, `job ${job.job_id}`].filter(Boolean).join(' · '));
      setText(error, upper(job.error_message));
    },
  };
}
