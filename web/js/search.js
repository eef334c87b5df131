/** The page `#/search`: photos by words, by example, by people and by when they were taken. */

import * as api from './api.js';
import {h, setAttr, setText, syncList} from './dom.js';
import {picture} from './images.js';
import {hasPreview} from './photo-list.js';
import {resultTile} from './result-tile.js';
import {personName, photoName, plural} from './words.js';

const TYPES = [['', 'Everything'], ['image', 'Photos'], ['video', 'Videos'], ['audio', 'Sounds'], ['text', 'Texts']];

/** Chips of people; more are found on the people's page. */
const CHIPS = 24;

const HINTS = {
  start: ['What are you looking for?', 'Say in words what is to be seen (“a dog on the beach”), choose people or a time, or open a photo and ask for more like it.'],
  nothing: ['Nothing fits', 'Take a condition away, or say it in other words.'],
};

/** What is asked stands in the address, so a search can be kept, sent to somebody and gone back to. */
export function searchPage(addressQuery) {
  const asked = new URLSearchParams(addressQuery ?? '');
  const like = /^\d{1,15}$/.test(asked.get('like') ?? '') ? Number(asked.get('like')) : null;
  const chosen = new Set((asked.get('people') ?? '').split(',').filter((id) => /^\d{1,15}$/.test(id)).map(Number));

  const words = h('input', {type: 'search', id: 'search-words', name: 'q', maxlength: '500', autocomplete: 'off', value: asked.get('q') ?? '', placeholder: 'a dog on the beach', 'data-testid': 'search-words'});
  const from = h('input', {type: 'date', id: 'search-from', value: asked.get('from') ?? '', onchange: start, 'data-testid': 'search-from'});
  const to = h('input', {type: 'date', id: 'search-to', value: asked.get('to') ?? '', onchange: start, 'data-testid': 'search-to'});
  const type = h('select', {id: 'search-type', onchange: start, 'data-testid': 'search-type'},
    TYPES.map(([value, text]) => h('option', {value, selected: value === (asked.get('type') ?? '')}, text)));
  const chips = h('ul', {class: 'chips', 'aria-label': 'People who are in it together', 'data-testid': 'search-people'});
  const peopleLine = h('div', {class: 'search-people', hidden: true}, h('span', {class: 'field-name', 'aria-hidden': 'true'}, 'With'), chips);
  const likeLine = h('p', {class: 'search-like', hidden: like === null, 'data-testid': 'search-like'});
  const form = h('form', {class: 'search-form', role: 'search', 'aria-label': 'Search photos', onsubmit: (e) => { e.preventDefault(); start(); }},
    field('In words', words, 'search-main'), h('button', {class: 'button primary', 'data-testid': 'search-go'}, 'Search'),
    h('div', {class: 'search-more'}, field('Taken from', from), field('to', to), field('Type', type)), peopleLine);
  if (like !== null) form.querySelector('.search-main').hidden = true;

  const state = h('p', {class: 'hint', role: 'status', 'aria-live': 'polite', 'data-testid': 'search-state'});
  const why = h('div', {class: 'search-why card', role: 'alert', hidden: true, 'data-testid': 'search-why'});
  const grid = h('ul', {class: 'grid', 'aria-label': 'Results, the best first', 'data-testid': 'search-results'});
  const hintTitle = h('h2', {});
  const hintText = h('p', {});
  const hint = h('div', {class: 'empty', hidden: true, 'data-testid': 'search-empty'}, hintTitle, hintText);
  const more = h('button', {class: 'button', type: 'button', hidden: true, onclick: loadMore, 'data-testid': 'search-more'}, 'Show more');
  const node = h('section', {class: 'search', 'aria-labelledby': 'search-title'},
    h('div', {class: 'page-head'}, h('h1', {id: 'search-title', tabindex: '-1'}, 'Search'), h('span', {class: 'spacer'}),
      h('a', {class: 'button', href: '#/duplicates', 'data-testid': 'to-duplicates'}, 'Near-duplicates')),
    likeLine, form, state, why, hint, grid, h('div', {class: 'more'}, more));

  let run = null;
  let found = [];
  let next = null;

  /** The conditions that go with every kind of search. */
  function conditions() {
    const query = new URLSearchParams();
    if (from.value) query.set('from', from.value);
    if (to.value) query.set('to', to.value);
    if (type.value) query.set('type', type.value);
    for (const id of chosen) query.append('person_id', id);
    return query;
  }

  /** The search that fits what was filled in, or null when nothing was. */
  function question() {
    const query = conditions();
    if (like !== null) return (o, cursor) => api.moreLike(like, page(query, cursor), o);
    if (words.value.trim()) {
      query.set('q', words.value.trim());
      return (o, cursor) => api.searchWords(page(query, cursor), o);
    }
    if (chosen.size > 0) return (o, cursor) => api.searchPeople(page(query, cursor), o);
    return query.size > 0 ? (o, cursor) => api.searchTime(from.value, to.value, type.value, cursor, o) : null;
  }

  function remember() {
    const shown = new URLSearchParams();
    if (like !== null) shown.set('like', like);
    else if (words.value.trim()) shown.set('q', words.value.trim());
    if (from.value) shown.set('from', from.value);
    if (to.value) shown.set('to', to.value);
    if (type.value) shown.set('type', type.value);
    if (chosen.size > 0) shown.set('people', [...chosen].join(','));
    history.replaceState(null, '', shown.size > 0 ? `#/search?${shown}` : '#/search');
  }

  async function start() {
    remember();
    run?.abort();
    const mine = new AbortController();
    run = mine;
    const ask = question();
    why.hidden = true;
    more.hidden = true;
    if (!ask) return show([], null, 'start');
    setText(state, 'Searching…');
    grid.setAttribute('aria-busy', 'true');
    try {
      const answer = await ask({signal: mine.signal}, null);
      if (run === mine) show(answer.results, answer.next_cursor, 'nothing');
    } catch (error) {
      if (run === mine && !mine.signal.aborted) failed(error);
    }
  }

  function show(results, cursor, otherwise) {
    found = results;
    next = cursor;
    syncList(grid, found, (r) => r.entity_id, resultTile);
    grid.removeAttribute('aria-busy');
    more.hidden = !next;
    hint.hidden = found.length > 0;
    setText(hintTitle, HINTS[otherwise][0]);
    setText(hintText, HINTS[otherwise][1]);
    setText(state, found.length > 0 ? `${plural(found.length, 'result')}${next ? ' so far' : ''}` : '');
  }

  function failed(error) {
    show([], null, 'nothing');
    hint.hidden = true;
    why.hidden = false;
    const [text, command] = (error.message ?? '').split(/(?=\.\/minsight )/);
    why.replaceChildren(
      h('h2', {}, error.status === 409 ? 'Words cannot be searched yet' : 'The search did not work'),
      h('p', {'data-testid': 'search-why-text'}, text, command && h('code', {}, command)),
      error.status === 409 && h('p', {class: 'hint'}, 'People, times and “more like this” work without it.') || '');
  }

  async function loadMore() {
    const mine = run;
    const ask = question();
    if (!next || !ask || more.ariaDisabled === 'true') return;
    more.ariaDisabled = 'true'; // not `disabled`: that would drop the focus
    try {
      const answer = await ask({signal: mine.signal}, next);
      if (run === mine) {
        const before = grid.childElementCount;
        show([...found, ...answer.results], answer.next_cursor, 'nothing');
        if (document.activeElement === more || more.hidden) grid.children[before]?.querySelector('a').focus({preventScroll: true});
      }
    } catch (error) {
      if (!mine.signal.aborted) setText(state, `More could not be loaded: ${error.message}`);
    }
    more.ariaDisabled = 'false';
  }

  async function showPeople() {
    const persons = (await api.persons().catch(() => [])).filter((p) => !p.hidden && (p.face_count > 0 || chosen.has(p.id)));
    const order = (p) => (chosen.has(p.id) ? 0 : p.name ? 1 : 2);
    persons.sort((a, b) => order(a) - order(b) || (b.face_count ?? 0) - (a.face_count ?? 0) || a.id - b.id);
    peopleLine.hidden = persons.length === 0;
    syncList(chips, persons.slice(0, CHIPS), (p) => p.id, personChip);
  }

  function personChip(person) {
    const button = h('button', {class: 'chip-button', type: 'button', 'aria-pressed': String(chosen.has(person.id)), 'data-testid': 'person-chip', 'data-person-id': person.id, onclick: () => {
      if (!chosen.delete(person.id)) chosen.add(person.id);
      setAttr(button, 'aria-pressed', String(chosen.has(person.id)));
      start();
    }}, personName(person));
    return {node: h('li', {}, button)};
  }

  async function showLike() {
    if (like === null) return;
    const entity = await api.photo(like).catch(() => null);
    likeLine.replaceChildren(
      entity && hasPreview(entity) ? picture(api.previewPath(like, entity.md5), {class: 'like-img', width: 56, height: 56}) : '',
      h('span', {}, 'More like ', h('a', {href: `#/photo/${like}`}, entity ? photoName(entity) : `photo ${like}`)),
      h('a', {class: 'button quiet', href: '#/search', 'data-testid': 'search-anew'}, 'Search for something else'));
  }

  let begun = false;
  return {
    node, title: 'Search', nav: 'search',
    resume() {
      if (begun) return;
      begun = true;
      showPeople();
      showLike();
      start();
    },
    pause() { run?.abort(); },
  };
}

const page = (query, cursor) => {
  const all = new URLSearchParams(query);
  if (cursor) all.set('cursor', cursor);
  return all;
};

const field = (name, input, className = 'field') => h('label', {class: className, for: input.id}, h('span', {class: 'field-name'}, name), input);
