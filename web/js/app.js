/** Starts the pages: the header, and one page at a time by the address's hash. */

import {computePage} from './compute.js';
import {h} from './dom.js';
import {duplicatesPage} from './duplicates.js';
import {startHeader} from './header.js';
import {activity} from './live.js';
import {peoplePage} from './people.js';
import {personPage} from './person-view.js';
import {photoPage} from './photo-view.js';
import {photosPage} from './photos.js';
import {problemsPage} from './problems.js';
import {searchPage} from './search.js';

const ROUTES = [
  [/^#?\/?$/, photosPage],
  [/^#\/photo\/(\d{1,15})(?:\?at=(\d{1,10}))?$/, photoPage],
  [/^#\/search(?:\?(.*))?$/, searchPage],
  [/^#\/duplicates(?:\?(.*))?$/, duplicatesPage],
  [/^#\/people$/, peoplePage],
  [/^#\/person\/(\d{1,15})$/, personPage],
  [/^#\/problems$/, problemsPage],
  [/^#\/compute$/, computePage],
];

const main = document.getElementById('main');
const mark = startHeader(document.getElementById('top'));
const kept = new Map();
let current = null;

function route() {
  const [pattern, make] = ROUTES.find(([p]) => p.test(location.hash)) ?? [null, lostPage];
  const args = pattern?.exec(location.hash).slice(1) ?? [];
  const page = kept.get(make) ?? make(...args);
  if (page.keep) kept.set(make, page);
  if (page === current) return;
  const first = current === null;
  if (current) {
    current.scroll = window.scrollY;
    current.pause();
  }
  current = page;
  page.onTitle = () => { document.title = `${page.title} · mInsight`; };
  main.replaceChildren(page.node);
  page.resume();
  page.onTitle();
  mark(page.nav);
  window.scrollTo(0, page.scroll ?? 0);
  // a screen reader hears where it has come to; the first page keeps the browser's own focus
  if (!first) page.node.querySelector('h1')?.focus({preventScroll: true});
}

function lostPage() {
  return {
    node: h('div', {class: 'empty', 'data-testid': 'not-found'}, h('h1', {tabindex: '-1'}, 'There is no such page'), h('a', {class: 'button', href: '#/'}, 'To the photos')),
    title: 'Not found', resume() {}, pause() {},
  };
}

// the hash names the page, so the skip link moves the focus without it
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});

history.scrollRestoration = 'manual';
window.addEventListener('hashchange', route);
route();
activity.start();
