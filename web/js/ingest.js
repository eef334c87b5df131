/** "Just in": the files that came in last, what became of each, and why. */

import {h, setAttr, setText, syncList} from './dom.js';
import {activity} from './live.js';
import {ago, dateTime, fileName, stateName, upper, tone} from './words.js';

/** Files shown before "Show all": fewer where the panel stands above the photos. */
const few = () => (matchMedia('(max-width: 1000px)').matches ? 3 : 5);

const WHY = {
  claimed: 'Reading the file',
  done: 'Added to the library',
  known: 'The same picture is already in the library',
  failed: 'Could not be added',
};

/** Builds the panel; `follow()` starts it and returns how to stop. */
export function ingestPanel() {
  const list = h('ol', {class: 'ingest-list', 'aria-label': 'Recent files'});
  const empty = h('p', {class: 'hint', hidden: true}, 'Nothing has come in yet.');
  const more = h('button', {class: 'button quiet', type: 'button', 'aria-expanded': 'false', 'data-testid': 'ingest-more', hidden: true, onclick: () => { all = !all; show(); }});
  const node = h('section', {class: 'ingest card', 'aria-labelledby': 'ingest-title', 'data-testid': 'ingest-panel'},
    h('h2', {id: 'ingest-title'}, 'Just in'), empty, list, more);
  let all = false;
  let files = [];

  function show() {
    empty.hidden = files.length > 0;
    syncList(list, all ? files : files.slice(0, few()), (f) => f.key, row);
    more.hidden = files.length <= few();
    setText(more, all ? 'Show fewer' : `Show all ${files.length}`);
    setAttr(more, 'aria-expanded', String(all));
  }

  return {
    node,
    follow: () => activity.follow((a) => {
      files = numbered(a.ingest ?? []);
      show();
    }),
  };
}

/** Newest first; the same name may come in twice, so repeats are counted from the oldest. */
function numbered(ingest) {
  const sorted = [...ingest].sort((a, b) => (b.at ?? 0) - (a.at ?? 0));
  const seen = new Map();
  return sorted.reverse().map((file) => {
    const repeat = seen.get(file.name) ?? 0;
    seen.set(file.name, repeat + 1);
    return {...file, key: `${file.name}\n${repeat}`};
  }).reverse();
}

function row() {
  const name = h('a', {class: 'ingest-name', 'data-testid': 'ingest-name'});
  const badge = h('span', {class: 'badge inline', 'data-testid': 'ingest-status'});
  const why = h('span', {class: 'ingest-why', 'data-testid': 'ingest-reason'});
  const when = h('time', {class: 'hint'});
  const node = h('li', {class: 'ingest-row', 'data-testid': 'ingest-row'}, h('div', {class: 'ingest-top'}, name, badge), h('div', {class: 'ingest-sub'}, why, when));
  return {
    node,
    update(file) {
      setText(name, fileName(file.name) ?? 'Unnamed file');
      setAttr(name, 'title', file.name);
      setAttr(name, 'href', file.entity_id === null || file.entity_id === undefined ? null : `#/photo/${file.entity_id}`);
      setAttr(node, 'data-status', file.status);
      setText(badge, stateName(file.status));
      setAttr(badge, 'data-tone', tone(file.status));
      setText(why, file.status === 'known' ? WHY.known : upper(file.reason) || WHY[file.status] || '');
      setText(when, ago(file.at));
      setAttr(when, 'title', dateTime(file.at));
    },
  };
}
