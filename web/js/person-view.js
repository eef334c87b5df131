/** The page `#/person/ID`: one person, every face of theirs, and the photos they are in. */

import * as api from './api.js';
import {h, setAttr, setText, syncList} from './dom.js';
import {picture} from './images.js';
import {Poll} from './live.js';
import {nameEditor} from './name-editor.js';
import {dateTime, personName, plural} from './words.js';

export function personPage(idText) {
  const id = Number(idText);
  const title = h('h1', {tabindex: '-1', 'data-testid': 'person-title'}, 'Person');
  const summary = h('p', {class: 'hint', 'data-testid': 'person-summary'});
  const crops = h('ul', {class: 'crops wrap', 'aria-label': 'Faces', 'data-testid': 'person-faces'});
  const photos = h('ul', {class: 'grid', 'aria-label': 'Photos', 'data-testid': 'person-photos'});
  const missing = h('div', {class: 'empty', hidden: true, 'data-testid': 'person-gone'}, h('h2', {}, 'This person is not here'), h('p', {}, 'They may have been merged into somebody else.'), h('a', {class: 'button', href: '#/people'}, 'To the people'));
  const editor = nameEditor(title, () => poll.now());
  const body = h('div', {hidden: true}, h('h2', {}, 'Faces'), crops, h('h2', {}, 'Photos'), photos);
  const node = h('article', {class: 'person', 'data-testid': 'person-view', 'data-person-id': id},
    h('div', {class: 'page-head'}, h('a', {class: 'button quiet', href: '#/people'}, '← People'), editor.node), summary, missing, body);
  const page = {node, title: 'Person', nav: 'people', resume: () => poll.start(), pause: () => poll.stop()};
  let person = {id, name: null};
  let mark = null;

  const poll = new Poll(async (signal) => {
    let now;
    try {
      now = await api.person(id, {signal});
    } catch (error) {
      return gone(error);
    }
    if (JSON.stringify(now) === mark) return;
    const faces = await api.personFaces(id, {signal});
    mark = JSON.stringify(now);
    person = now;
    show(faces);
  });

  /** Merged into somebody else (go there), or no longer here. */
  function gone(error) {
    if (error.status !== 404 && error.status !== 422) throw error;
    const into = error.body?.merged_into ?? error.body?.detail?.merged_into;
    if (Number.isInteger(into)) return location.replace(`#/person/${into}`);
    missing.hidden = false;
    body.hidden = editor.node.hidden = true;
  }

  function show(faces) {
    const name = personName(person);
    editor.update(person);
    page.title = name;
    page.onTitle?.();
    const ids = [...new Set(faces.map((f) => f.entity_id))];
    setText(summary, `${plural(faces.length, 'face')} in ${plural(ids.length, 'photo')}`);
    syncList(crops, faces, (f) => f.id, crop);
    syncList(photos, ids, (x) => x, (x) => photo(x, name));
    missing.hidden = true;
    body.hidden = editor.node.hidden = false;
  }

  editor.update(person);
  return page;
}

function crop(face) {
  const sure = Number.isFinite(face.confidence) ? `, ${Math.round(face.confidence * 100)} % sure it is a face` : '';
  const link = h('a', {href: `#/photo/${face.entity_id}`}, picture(api.facePath(face.id), {alt: `Face in photo ${face.entity_id}`, class: 'face', width: 112, height: 112}));
  setAttr(link, 'title', `${dateTime(face.created_at) ?? 'Face'}${sure}`);
  return {node: h('li', {'data-testid': 'face-crop', 'data-face-id': face.id}, link)};
}

function photo(id, name) {
  return {
    node: h('li', {}, h('a', {class: 'tile', href: `#/photo/${id}`, 'data-testid': 'photo-tile', 'data-entity-id': id},
      h('div', {class: 'tile-frame'}, picture(api.previewPath(id), {class: 'tile-img', alt: `Photo ${id} with ${name}`})))),
  };
}
