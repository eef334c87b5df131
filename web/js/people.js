/** The page `#/people`: each person a row of their faces; those seen only once close together below. */

import * as api from './api.js';
import {h, setAttr, setText, syncList} from './dom.js';
import {picture} from './images.js';
import {Poll} from './live.js';
import {nameEditor} from './name-editor.js';
import {personName, plural} from './words.js';

/** Faces in a row; more would not fit the widest page. */
const ROW = 14;

/** Named people first, then by how often they were seen. */
const order = (a, b) => Number(Boolean(b.favourite)) - Number(Boolean(a.favourite))
  || Number(Boolean(b.name)) - Number(Boolean(a.name))
  || (b.face_count ?? 0) - (a.face_count ?? 0) || a.id - b.id;

const seenOnce = (p) => !p.name && (p.face_count ?? 0) <= 1;

export function peoplePage() {
  const total = h('span', {class: 'hint', 'data-testid': 'people-total'});
  const rows = h('ul', {class: 'people', 'aria-label': 'People', 'data-testid': 'people-list'});
  const once = h('ul', {class: 'people once', 'aria-label': 'People seen once'});
  const onceTitle = h('h2', {hidden: true});
  const empty = h('div', {class: 'empty', hidden: true, 'data-testid': 'people-empty'}, h('h2', {}, 'Nobody yet'), h('p', {}, 'People appear here once faces have been found and compared.'));
  const node = h('section', {'aria-labelledby': 'people-title'},
    h('div', {class: 'page-head'}, h('h1', {id: 'people-title', tabindex: '-1'}, 'People'), total), empty, rows, onceTitle, once);

  const poll = new Poll(async (signal) => {
    const persons = (await api.persons({signal})).filter((p) => !p.hidden && p.face_count !== 0).sort(order);
    const few = persons.filter(seenOnce);
    empty.hidden = persons.length > 0;
    setText(total, persons.length > 0 ? plural(persons.length, 'person', 'people') : '');
    syncList(rows, persons.filter((p) => !seenOnce(p)), (p) => p.id, personRow);
    onceTitle.hidden = few.length === 0;
    setText(onceTitle, `Seen once (${few.length})`);
    syncList(once, few, (p) => p.id, personRow);
  });

  return {node, title: 'People', nav: 'people', keep: true, resume: () => poll.start(), pause: () => poll.stop()};
}

function personRow(first) {
  const faces = h('ul', {class: 'crops', 'aria-hidden': 'true'});
  const name = h('a', {class: 'person-name', href: `#/person/${first.id}`, 'data-testid': 'person-name'});
  const number = h('span', {class: 'hint', 'data-testid': 'person-count'});
  const editor = nameEditor(name, () => {}, number);
  const strip = h('a', {class: 'crop-link', href: `#/person/${first.id}`, tabindex: '-1', 'aria-hidden': 'true'}, faces);
  const node = h('li', {class: 'person-row', 'data-testid': 'person-row', 'data-person-id': first.id}, h('div', {class: 'person-head'}, editor.node), strip);
  let wanted = null;
  let near = false;

  /** Fetches the faces when the row is near the screen and the person has changed. */
  async function refresh() {
    if (!near || faces.dataset.mark === wanted) return;
    const mark = wanted;
    faces.dataset.mark = mark;
    try {
      const list = await api.personFaces(first.id);
      syncList(faces, list.slice(0, ROW), (f) => f.id, (f) => ({node: h('li', {}, picture(api.facePath(f.id), {class: 'face', width: 112, height: 112, 'data-testid': 'face-crop', 'data-face-id': f.id}))}));
    } catch {
      faces.dataset.mark = ''; // the next tick tries again
    }
  }

  const watcher = new IntersectionObserver(([entry]) => {
    near = entry.isIntersecting;
    refresh();
  }, {rootMargin: '300px'});
  watcher.observe(node);

  return {
    node,
    remove: () => watcher.disconnect(),
    update(person) {
      editor.update(person);
      setText(number, plural(person.face_count ?? 0, 'face'));
      setAttr(strip, 'title', personName(person));
      wanted = `${person.face_count} ${person.updated_at}`;
      refresh();
    },
  };
}
