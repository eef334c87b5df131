/** The photo grid, newest first, with "load more"; beside it the files that came in last. */

import * as api from './api.js';
import {h, setText, syncList} from './dom.js';
import {ingestPanel} from './ingest.js';
import {Poll} from './live.js';
import {mergePage, touches, unfinished} from './photo-list.js';
import {photoTile} from './tile.js';
import {plural} from './words.js';

/** At most so many single look-ups a tick for unfinished photos further down the grid. */
const LOOKUPS = 6;

let loaded = [];

/** The neighbours of a photo in the grid as loaded, for "previous" and "next". */
export function neighbours(id) {
  const at = loaded.findIndex((e) => e.id === id);
  return at < 0 ? {} : {previous: loaded[at - 1]?.id, next: loaded[at + 1]?.id};
}

/** The page `#/`. */
export function photosPage() {
  const ingest = ingestPanel();
  const total = h('span', {class: 'hint', 'data-testid': 'photo-total'});
  const grid = h('ul', {class: 'grid', 'aria-label': 'Photos, newest first', 'data-testid': 'photo-grid', 'aria-busy': 'true'});
  const empty = h('div', {class: 'empty', 'data-testid': 'photos-empty', hidden: true},
    h('h2', {}, 'No photos yet'),
    h('p', {}, 'Drop pictures into the inbox folder, or run ', h('code', {}, './minsight ingest <folder>'), '. They appear here by themselves.'));
  const more = h('button', {class: 'button', type: 'button', 'data-testid': 'load-more', hidden: true, onclick: loadMore}, 'Load more');
  const fresh = h('button', {class: 'button primary fresh', type: 'button', 'data-testid': 'show-new', hidden: true, onclick: startOver}, 'Show new photos');
  const problem = h('p', {class: 'form-error', role: 'alert'});
  const node = h('div', {class: 'home'},
    h('section', {class: 'library', 'aria-labelledby': 'photos-title'},
      h('div', {class: 'page-head'}, h('h1', {id: 'photos-title', tabindex: '-1'}, 'Photos'), total), fresh, empty, grid, problem, h('div', {class: 'more'}, more)),
    ingest.node);

  let items = 0;
  const poll = new Poll(refresh);
  let unfollow;

  /** The top page, and the unfinished photos on the screen that are not on it. */
  async function refresh(signal) {
    const answer = await api.photos(1, {signal});
    const last = !answer.pagination.has_next;
    const joins = touches(loaded, answer.items, last);
    fresh.hidden = joins || window.scrollY < 200;
    if (fresh.hidden) loaded = mergePage(joins ? loaded : [], answer.items, {first: true, last});
    const top = new Set(answer.items.map((e) => e.id));
    const pending = loaded.filter((e) => !top.has(e.id) && unfinished(e) && onScreen(e.id)).slice(0, LOOKUPS);
    const news = await Promise.all(pending.map((e) => api.photo(e.id, {signal}).catch((error) => {
      if (error.status === 404) return {id: e.id, is_deleted: true};
      throw error;
    })));
    for (const e of news) loaded = e.is_deleted ? loaded.filter((x) => x.id !== e.id) : loaded.map((x) => (x.id === e.id ? e : x));
    show(answer.pagination.total_items);
  }

  function show(totalItems) {
    items = totalItems ?? items;
    syncList(grid, loaded, (e) => e.id, photoTile);
    grid.removeAttribute('aria-busy');
    empty.hidden = items > 0;
    setText(total, items > 0 ? plural(items, 'file') : '');
    more.hidden = loaded.length >= items;
  }

  async function loadMore() {
    if (more.ariaDisabled === 'true') return;
    more.ariaDisabled = 'true'; // not `disabled`: that would drop the focus
    setText(problem, '');
    try {
      const next = Math.floor(loaded.length / api.PAGE_SIZE) + 1;
      const answer = await api.photos(next);
      loaded = mergePage(loaded, answer.items, {first: next === 1, last: !answer.pagination.has_next});
      const before = grid.childElementCount;
      show(answer.pagination.total_items);
      if (document.activeElement === more || more.hidden) grid.children[before]?.querySelector('a').focus({preventScroll: true});
    } catch (error) {
      setText(problem, `More photos could not be loaded: ${error.message}`);
    }
    more.ariaDisabled = 'false';
  }

  function startOver() {
    loaded = [];
    window.scrollTo(0, 0);
    poll.now();
  }

  function onScreen(id) {
    const tile = grid.querySelector(`[data-entity-id="${Number(id)}"]`);
    const box = tile?.getBoundingClientRect();
    return box && box.bottom > 0 && box.top < innerHeight;
  }

  return {
    node, title: 'Photos', nav: 'photos', keep: true,
    resume() {
      poll.start();
      unfollow = ingest.follow();
    },
    pause() {
      poll.stop();
      unfollow?.();
    },
  };
}
