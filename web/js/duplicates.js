/** The page `#/duplicates`: pairs of photos that look nearly the same, one by one, to be decided. */

import * as api from './api.js';
import {h, setText} from './dom.js';
import {load, picture} from './images.js';
import {hasPreview} from './photo-list.js';
import {dateTime, fileSize, photoName, plural} from './words.js';

const SAID = {
  keep: () => 'Both are kept.',
  not_duplicate: () => 'They are no longer shown as near-duplicates.',
  trash: (name) => `${name} is in the trash.`,
};

/** The original, so that losses show; its preview where the browser cannot show it, else nothing. */
function original(id, entity) {
  const img = picture(api.mediaPath(id, entity?.md5), {class: 'pair-img', eager: true});
  img.addEventListener('error', () => {
    img.addEventListener('error', () => img.remove(), {once: true});
    load(img, api.previewPath(id, entity?.md5));
  }, {once: true});
  return img;
}

export function duplicatesPage(addressQuery) {
  const parent = new URLSearchParams(addressQuery ?? '').get('parent_id');
  const count = h('span', {class: 'hint', 'data-testid': 'duplicates-count'});
  const score = h('p', {class: 'pair-score', 'data-testid': 'pair-score'});
  const sides = h('div', {class: 'pair', 'data-testid': 'pair'});
  const keep = decision('Keep both', 'keep', 'k');
  const unlike = decision('Not a duplicate', 'not_duplicate', 'n');
  const skip = h('button', {class: 'button quiet', type: 'button', onclick: () => advance(), 'data-testid': 'pair-skip'}, 'Decide later');
  const desk = h('div', {class: 'pair-desk', hidden: true}, score, sides, h('div', {class: 'actions pair-actions'}, keep, unlike, skip),
    h('p', {class: 'hint keys'}, 'Keys: 1 and 2 put the left or the right one into the trash, K keeps both, N says they are not the same.'));
  const said = h('span', {});
  const undo = h('button', {class: 'button small', type: 'button', 'data-testid': 'pair-undo', onclick: takeBack}, 'Take back, keep both');
  const saidLine = h('p', {class: 'pair-said', role: 'status', 'aria-live': 'polite', hidden: true, 'data-testid': 'pair-said'}, said, undo);
  const problem = h('p', {class: 'form-error', role: 'alert', 'data-testid': 'pair-problem'});
  const empty = h('div', {class: 'empty', hidden: true, 'data-testid': 'duplicates-empty'},
    h('h2', {}, 'No near-duplicates to decide about'),
    h('p', {}, 'Copies that were resized, saved again or slightly cropped appear here by themselves once their photos are done.'));
  const node = h('section', {class: 'duplicates', 'aria-labelledby': 'duplicates-title'},
    h('div', {class: 'page-head'}, h('a', {class: 'button quiet', href: '#/search'}, '← Search'),
      h('h1', {id: 'duplicates-title', tabindex: '-1'}, 'Near-duplicates'), count),
    saidLine, problem, empty, desk);

  let pairs = [];
  let next = null;
  let last = null;
  let busy = false;
  const stopKeys = new AbortController();

  function decision(text, verdict, key) {
    return h('button', {class: 'button', type: 'button', 'data-testid': `pair-${verdict}`, 'aria-keyshortcuts': key.toUpperCase(), onclick: () => decide(verdict)}, text);
  }

  async function load(cursor) {
    try {
      const answer = await api.duplicatePairs(parent, cursor);
      pairs = answer.results;
      next = answer.next_cursor;
      setText(problem, '');
    } catch (error) {
      setText(problem, `The pairs could not be loaded: ${error.message}`);
      return;
    }
    show();
  }

  function show() {
    const pair = pairs[0];
    desk.hidden = !pair;
    empty.hidden = Boolean(pair);
    setText(count, pair ? `${plural(pairs.length, 'pair')}${next ? ' and more' : ''}` : '');
    if (!pair) return;
    setText(score, `${(pair.score * 100).toFixed(1)} % alike`);
    sides.replaceChildren(side(pair.entity, pair.entity_id, 1), side(pair.other, pair.other_id, 2));
  }

  function side(entity, id, number) {
    const name = entity ? photoName(entity) : `Photo ${id}`;
    const facts = entity && [
      entity.width && `${entity.width} × ${entity.height}`, fileSize(entity.file_size), (entity.extension ?? '').toUpperCase(), dateTime(entity.create_date),
    ].filter(Boolean).join(' · ');
    return h('figure', {class: 'pair-side', 'data-testid': 'pair-side', 'data-entity-id': id},
      h('a', {class: 'pair-frame', href: `#/photo/${id}`, 'aria-label': `Open ${name}`}, !entity || hasPreview(entity) ? original(id, entity) : ''),
      h('figcaption', {}, h('span', {class: 'pair-name', title: name}, name), h('span', {class: 'hint'}, facts),
        h('button', {class: 'button', type: 'button', 'data-testid': 'pair-trash', 'aria-keyshortcuts': String(number), 'aria-label': `Move ${name} to the trash`, onclick: () => decide('trash', number)}, 'Move to trash')));
  }

  /** Shows the next pair; the last of the loaded ones brings the next page. */
  function advance() {
    pairs = pairs.slice(1);
    if (pairs.length === 0 && next) return load(next);
    show();
  }

  async function decide(verdict, number = 1) {
    const pair = pairs[0];
    if (!pair || busy) return;
    busy = true;
    const [id, other, gone] = number === 1 ? [pair.entity_id, pair.other_id, pair.entity] : [pair.other_id, pair.entity_id, pair.other];
    try {
      await api.decideDuplicate(id, other, verdict);
      last = {id, other, verdict};
      setText(said, SAID[verdict](gone ? photoName(gone) : `Photo ${id}`));
      saidLine.hidden = false;
      undo.hidden = verdict === 'keep';
      setText(problem, '');
      if (verdict === 'trash') pairs = pairs.filter((p) => p === pair || (p.entity_id !== id && p.other_id !== id));
      await advance();
    } catch (error) {
      setText(problem, `Nothing was decided: ${error.message}`);
    }
    busy = false;
  }

  async function takeBack() {
    if (!last || busy) return;
    busy = true;
    try {
      await api.decideDuplicate(last.id, last.other, 'keep');
      setText(said, last.verdict === 'trash' ? 'It is back; both are kept.' : 'They count as near-duplicates again; both are kept.');
      undo.hidden = true;
      keep.focus();
    } catch (error) {
      setText(problem, `It could not be taken back: ${error.message}`);
    }
    busy = false;
  }

  function keys(e) {
    if (e.ctrlKey || e.metaKey || e.altKey || e.target.closest('input, textarea, select, dialog')) return;
    if (e.key === '1' || e.key === '2') decide('trash', Number(e.key));
    else if (e.key === 'k') decide('keep');
    else if (e.key === 'n') decide('not_duplicate');
  }

  let begun = false;
  return {
    node, title: 'Near-duplicates', nav: 'search',
    resume() {
      document.addEventListener('keydown', keys, {signal: stopKeys.signal});
      if (!begun) load(null);
      begun = true;
    },
    pause() { stopKeys.abort(); },
  };
}
