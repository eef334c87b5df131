/** The page `#/photo/ID`: the photo with its faces, its facts, its steps and its look-alikes. */

import * as api from './api.js';
import {cockpitLink, h, setAttr, setText, syncList} from './dom.js';
import {downloadLink, picture} from './images.js';
import {activity, Poll} from './live.js';
import {statusOf, unfinished} from './photo-list.js';
import {photoFacts} from './photo-facts.js';
import {photoStage} from './photo-stage.js';
import {photoSteps} from './photo-steps.js';
import {photoTimeline} from './photo-timeline.js';
import {neighbours} from './photos.js';
import {photoHref} from './result-tile.js';
import {clock, count, personName, photoName, plural, stateName, tone, upper} from './words.js';

/** Faces, people and look-alikes of a finished photo change seldom: asked for at every fifth tick. */
const SELDOM = 5;

const NO_FACES = {completed: 'No faces in this photo.', failed: 'Faces could not be looked for.'};

export function photoPage(idText, atText) {
  const id = Number(idText);
  const title = h('h1', {tabindex: '-1', 'data-testid': 'photo-title'}, 'Photo');
  const badge = h('span', {class: 'badge inline', 'data-testid': 'photo-status'});
  const why = h('p', {class: 'reason', 'data-testid': 'photo-error', hidden: true});
  const stage = photoStage();
  if (atText) stage.seek(Number(atText));
  const facts = photoFacts();
  const steps = photoSteps();
  const story = photoTimeline();
  const people = h('ul', {class: 'face-strip', 'aria-label': 'People in this photo'});
  const noFaces = h('p', {class: 'hint', 'data-testid': 'face-summary'});
  const alike = h('ul', {class: 'alike', 'aria-label': 'Look-alikes', 'data-testid': 'similar-list'});
  const noAlike = h('p', {class: 'hint', 'data-testid': 'no-similar'}, 'Looking…');
  const actions = h('div', {class: 'actions'});
  const againSaid = h('p', {class: 'hint', role: 'status', 'data-testid': 'again-said'});
  const again = h('button', {class: 'button quiet', type: 'button', hidden: true, 'data-testid': 'again', onclick: processAgain}, 'Process again');
  const step = (text, label) => h('a', {class: 'button quiet', 'aria-label': label, hidden: true, 'data-testid': `photo-${label.split(' ')[0].toLowerCase()}`}, text);
  const previous = step('←', 'Previous photo');
  const next = step('→', 'Next photo');
  const who = section('People', noFaces, people);
  const look = section('Look-alikes', alike, noAlike, h('a', {class: 'button more-like', href: `#/search?like=${id}`, 'data-testid': 'more-like'}, 'Search for more like this'));
  look.classList.add('alike-section');
  const body = h('div', {class: 'photo-body'}, stage.node, look,
    h('aside', {class: 'photo-side'},
      who, section('Details', facts.node), section('Steps', steps.node, again, againSaid), story.node, actions));
  const missing = h('div', {class: 'empty', hidden: true, 'data-testid': 'photo-gone'}, h('h2', {}, 'This photo is not here'), h('p', {}, 'It was deleted, or the address is wrong.'), h('a', {class: 'button', href: '#/'}, 'To the photos'));
  const node = h('article', {class: 'photo', 'data-testid': 'photo-view', 'data-entity-id': id},
    h('div', {class: 'page-head'},
      h('a', {class: 'button quiet', href: '#/', 'data-testid': 'photo-back'}, '← Photos'),
      title, badge, h('span', {class: 'spacer'}), previous, next),
    why, missing, body);

  let state = {faces: [], jobs: [], persons: new Map()};
  let seen = null;
  let tick = 0;
  const page = {node, title: 'Photo', nav: 'photos', resume, pause};

  const poll = new Poll(async (signal) => {
    const entity = await api.photo(id, {signal}).catch((error) => {
      if (error.status === 404 || error.status === 422) return null;
      throw error;
    });
    missing.hidden = entity !== null;
    body.hidden = entity === null;
    if (!entity) return;
    const mark = JSON.stringify([entity.md5, entity.updated_date, statusOf(entity), entity.intelligence_data?.last_updated]);
    const moved = mark !== seen || unfinished(entity);
    if (!state.entity) render({entity});
    if (moved || tick % SELDOM === 0) {
      const [faces, jobs, persons] = await Promise.all([api.faces(id, {signal}), api.jobs(id, {signal}), api.persons({signal})]);
      render({entity, faces, jobs, persons: new Map(persons.map((p) => [p.id, p]))});
      if (comparable(entity)) showAlike((await api.similar(id, {signal})).results ?? []);
      else if (!unfinished(entity)) setText(noAlike, 'This picture could not be compared with others.');
    }
    if (moved || tick % SELDOM === 0) await story.update(id, signal);
    seen = mark;
    tick++;
  });

  function render(news = {}) {
    state = {...state, ...news};
    const {entity, faces, jobs, persons} = state;
    if (!entity) return;
    const models = activity.latest?.models ?? [];
    const status = statusOf(entity);
    const error = status === 'failed' ? entity.intelligence_data.error_message || 'Something went wrong; see the steps.' : null;
    setText(title, photoName(entity));
    page.title = photoName(entity);
    page.onTitle?.();
    badge.hidden = !status;
    setText(badge, stateName(status));
    setAttr(badge, 'data-tone', tone(status));
    setText(why, upper(error));
    why.hidden = !error;
    who.hidden = look.hidden = !entity.intelligence_data;
    stage.update(entity, faces, persons);
    facts.update(entity);
    steps.update(entity, jobs, models);
    again.hidden = !entity.intelligence_data || unfinished(entity) || entity.is_deleted;
    showPeople(faces, persons, entity);
    const cockpit = cockpitLink(entity.cockpit_url);
    actions.replaceChildren(...(actions.dataset.key === `${entity.cockpit_url}${entity.md5}` ? actions.childNodes : [
      downloadLink(api.mediaPath(id, entity.md5), entity.original_name || photoName(entity), {class: 'button', 'data-testid': 'download'}, 'Download original'), cockpit ?? '']));
    actions.dataset.key = `${entity.cockpit_url}${entity.md5}`;
    const beside = neighbours(id);
    for (const [link, to] of [[previous, beside.previous], [next, beside.next]]) {
      link.hidden = to === undefined;
      setAttr(link, 'href', to === undefined ? null : `#/photo/${to}`);
    }
  }

  async function processAgain() {
    again.disabled = true;
    try {
      await api.reprocessOne(id);
      setText(againSaid, 'In line. What was found so far stays until then.');
      poll.now();
    } catch (error) {
      setText(againSaid, upper(error.message));
    } finally {
      again.disabled = false;
    }
  }

  function showPeople(faces, persons, entity) {
    const unknown = faces.filter((f) => !persons.has(f.known_person_id)).length;
    setText(noFaces, faces.length > 0
      ? [plural(faces.length, 'face'), unknown > 0 && `${count(unknown)} unknown`].filter(Boolean).join(', ')
      : NO_FACES[entity.intelligence_data?.inference_status?.face_detection] ?? 'Not looked at yet.');
    syncList(people, faces, (f) => f.id, (face) => faceChip(face, stage, () => state.persons));
  }

  function showAlike(results) {
    setText(noAlike, results.length > 0 ? '' : 'No look-alikes found.');
    syncList(alike, results, (r) => r.entity_id, alikeTile);
  }

  story.onOpen(() => {
    tick = 0;
    poll.now();
  });

  const stopKeys = new AbortController();
  let unfollow;
  function resume() {
    poll.start();
    unfollow = activity.follow(() => render());
    document.addEventListener('keydown', keys, {signal: stopKeys.signal});
  }
  function pause() {
    poll.stop();
    unfollow();
    stopKeys.abort();
  }
  function keys(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, video, dialog, details[open]')) return;
    if (e.key === 'ArrowLeft' && !previous.hidden) previous.click();
    else if (e.key === 'ArrowRight' && !next.hidden) next.click();
    else if (e.key === 'Escape') location.hash = '#/';
    else if (e.key === 'f') stage.toggleFaces();
  }
  return page;
}

/** Whether the picture has been described, so that others can be compared with it. */
const comparable = (entity) => !unfinished(entity) && entity.intelligence_data?.inference_status?.clip_embedding === 'completed';

const section = (title, ...children) => h('section', {}, h('h2', {}, title), children);

function faceChip(first, {highlight, seek}, persons) {
  const name = h('span', {class: 'chip-name'});
  const crop = picture(api.facePath(first.id), {class: 'face', width: 56, height: 56});
  const link = h('a', {
    class: 'chip', onmouseenter: () => highlight(first.id), onmouseleave: () => highlight(null), onfocus: () => highlight(first.id), onblur: () => highlight(null),
  }, crop, name);
  return {
    node: h('li', {'data-testid': 'face-chip', 'data-face-id': first.id}, link, first.time_ms !== undefined
      && h('button', {class: 'button quiet at', type: 'button', 'data-testid': 'face-time', 'aria-label': `Show the video at ${clock(first.time_ms)}`, onclick: () => seek(first.time_ms)}, clock(first.time_ms))),
    update(face) {
      const person = persons().get(face.known_person_id);
      setText(name, person ? personName(person) : '');
      crop.alt = person ? '' : 'Face of an unknown person';
      setAttr(link, 'href', person ? `#/person/${person.id}` : null);
    },
  };
}

function alikeTile(first) {
  const score = h('span', {class: 'score', 'data-testid': 'similar-score'});
  const name = first.entity ? photoName(first.entity) : `Photo ${first.entity_id}`;
  const link = h('a', {class: 'tile', href: photoHref(first), 'data-testid': 'similar-photo', 'data-entity-id': first.entity_id},
    h('div', {class: 'tile-frame'}, picture(api.previewPath(first.entity_id, first.entity?.md5), {class: 'tile-img'}), score), h('span', {class: 'tile-text'}, h('span', {class: 'tile-name'}, name)));
  return {
    node: h('li', {}, link),
    update(r) {
      setText(score, [`${Math.round((r.score ?? 0) * 100)} % alike`, r.time_ms !== undefined && `at ${clock(r.time_ms)}`].filter(Boolean).join(', '));
      setAttr(link, 'href', photoHref(r));
    },
  };
}
