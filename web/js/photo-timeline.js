/** What happened to a photo, oldest first: asked for once its section is opened, fresh while it is. */

import * as api from './api.js';
import {h, setAttr, setText, syncList} from './dom.js';
import {dateTime, duration, plural, tone, upper} from './words.js';

/** Builds the section; `update(id, signal)` reads what is new, if anybody looks. */
export function photoTimeline() {
  const list = h('ol', {class: 'timeline', 'data-testid': 'timeline'});
  const note = h('p', {class: 'hint', 'data-testid': 'timeline-note'});
  const node = h('details', {class: 'timeline-box', 'data-testid': 'timeline-box'},
    h('summary', {}, h('h2', {}, 'What happened')), note, list);
  let known = [];

  return {
    node,
    onOpen(read) {
      node.addEventListener('toggle', () => { if (node.open) read(); });
    },
    async update(id, signal) {
      if (!node.open) return;
      known = await api.timeline(id, {signal});
      setText(note, known.length === 0 ? 'Nothing is known.' : `${plural(known.length, 'entry', 'entries')}, oldest first`);
      let day = '';
      const told = known.map((e) => ({...e, day: day === (day = DAY.format(e.at)) ? null : day}));
      syncList(list, told, (e) => e.id, row);
    },
  };
}

function row(first) {
  const day = h('span', {class: 'timeline-day'});
  const time = h('time', {datetime: new Date(first.at).toISOString(), title: dateTime(first.at)}, CLOCK.format(first.at));
  const title = h('span', {class: 'timeline-title', 'data-testid': 'timeline-title'});
  const meta = h('span', {class: 'hint'});
  const error = h('span', {class: 'reason'});
  const node = h('li', {'data-testid': 'timeline-entry', 'data-kind': first.kind}, day, time, h('div', {}, title, meta, error));
  return {
    node,
    update(entry) {
      setAttr(node, 'data-tone', entry.kind === 'incident' && entry.status === 'open' ? 'bad' : tone(entry.status));
      setText(day, entry.day);
      setText(title, entry.title);
      setText(meta, [
        entry.actor && `by ${/^\d+$/.test(entry.actor) ? `user ${entry.actor}` : entry.actor}`,
        duration(entry.duration_ms) && `${entry.kind === 'incident' ? 'solved after' : 'took'} ${duration(entry.duration_ms)}`,
        entry.model,
        entry.worker && `on ${entry.worker}`,
      ].filter(Boolean).join(' · '));
      setText(error, upper(entry.error));
    },
  };
}

const DAY = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium'});
const CLOCK = new Intl.DateTimeFormat(undefined, {timeStyle: 'medium'});
