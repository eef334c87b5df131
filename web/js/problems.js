/** The page `#/problems`: what waits and for what, what failed and why. */

import {cockpitLink, h, setAttr, setText, syncList} from './dom.js';
import {activity} from './live.js';
import {workControl} from './work-control.js';
import {ago, dateTime, fileName, plural, upper} from './words.js';

const WELL = 'All is well: nothing waits and nothing has failed.';

export function problemsPage() {
  const health = h('ul', {class: 'cards', 'data-testid': 'health-reasons'});
  const waiting = h('ul', {class: 'cards', 'data-testid': 'waiting-list'});
  const failed = h('ul', {class: 'cards', 'data-testid': 'failed-list'});
  const refused = h('ul', {class: 'cards', 'data-testid': 'refused-list'});
  const well = h('div', {class: 'empty', hidden: true, 'data-testid': 'problems-empty'}, h('h2', {}, 'Nothing to do here'), h('p', {}, WELL));
  const part = (title, hint, list) => h('section', {hidden: true}, h('h2', {}, title), h('p', {class: 'hint'}, hint), list);
  const parts = [
    [part('Server', 'Why the server does not call itself healthy.', health), health],
    [part('Waiting', 'Nothing is lost: this goes on by itself as soon as the reason is gone.', waiting), waiting],
    [part('Not added', 'These files lie in the folder named below. Each one goes from this list when it is taken away from there.', refused), refused],
    [part('Failed', 'These need somebody to look at them. Cockpit shows the step where each one stopped.', failed), failed],
  ];
  const work = workControl();
  const total = h('span', {class: 'hint', 'data-testid': 'problems-total'});
  const node = h('div', {class: 'problems'},
    h('div', {class: 'page-head'}, h('h1', {tabindex: '-1'}, 'Waiting and failed'), total), well, parts.map(([s]) => s), work.node);

  function show(a) {
    work.update(a);
    const reasons = a.health?.status === 'UP' ? [] : (a.health?.reasons ?? []).filter(Boolean);
    const unwell = a.health && a.health.status !== 'UP' && reasons.length === 0 ? ['The server gives no reason.'] : reasons;
    const late = [...(a.failed ?? [])].sort((x, y) => (y.at ?? 0) - (x.at ?? 0));
    syncList(health, unwell, (r) => r, healthCard);
    syncList(waiting, a.waiting ?? [], (w) => `${w.what}\n${w.reason}`, waitingCard);
    syncList(refused, late.filter((f) => !f.entity_id), (f) => `${f.file}\n${f.at}`, refusedCard);
    syncList(failed, late.filter((f) => f.entity_id), (f) => `${f.entity_id}\n${f.at}`, failedCard);
    for (const [section, list] of parts) section.hidden = list.childElementCount === 0;
    well.hidden = Boolean(a.pause) || parts.some(([section]) => !section.hidden);
    setText(total, [
      waiting.childElementCount && `${waiting.childElementCount} waiting`,
      refused.childElementCount && `${refused.childElementCount} not added`,
      failed.childElementCount && plural(failed.childElementCount, 'failure'),
    ].filter(Boolean).join(', '));
  }

  let unfollow;
  return {
    node, title: 'Waiting and failed', nav: 'problems', keep: true,
    resume() { unfollow = activity.follow(show); },
    pause() { unfollow(); },
  };
}

const healthCard = (reason) => ({node: h('li', {class: 'card problem', 'data-tone': 'bad', 'data-testid': 'health-reason'}, h('p', {}, reason))});

function waitingCard() {
  const what = h('h3', {'data-testid': 'waiting-what'});
  const reason = h('p', {'data-testid': 'waiting-reason'});
  const since = h('p', {class: 'hint'});
  return {
    node: h('li', {class: 'card problem', 'data-tone': 'wait', 'data-testid': 'waiting-item'}, h('div', {}, what, reason, since)),
    update(w) {
      setText(what, w.what ?? 'Something');
      setText(reason, upper(w.reason) ?? 'The server gives no reason.');
      setText(since, w.since ? `Since ${dateTime(w.since)} (${ago(w.since)})` : '');
    },
  };
}

function failedCard(first) {
  const label = h('a', {'data-testid': 'failed-label'});
  const reason = h('p', {'data-testid': 'failed-reason'});
  const at = h('p', {class: 'hint'});
  const link = h('div', {class: 'actions'}, cockpitLink(first.cockpit_url, first.label) ?? '');
  return {
    node: h('li', {class: 'card problem', 'data-tone': 'bad', 'data-testid': 'failed-item', 'data-entity-id': first.entity_id}, h('div', {}, h('h3', {}, label), reason, at), link),
    update(f) {
      setText(label, f.label || `Photo ${f.entity_id}`);
      setAttr(label, 'href', `#/photo/${f.entity_id}`);
      setText(reason, upper(f.reason) ?? 'The server gives no reason.');
      setText(at, f.at ? `${dateTime(f.at)} (${ago(f.at)})` : '');
    },
  };
}

/** A file of a drop folder that did not become a photo; what is said of it does not change. */
function refusedCard(f) {
  return {
    node: h('li', {class: 'card problem', 'data-tone': 'bad', 'data-testid': 'refused-item'}, h('div', {},
      h('h3', {'data-testid': 'refused-label'}, fileName(f.label) ?? 'A file'),
      h('p', {'data-testid': 'refused-reason'}, upper(f.reason) ?? 'The server gives no reason.'),
      h('p', {class: 'hint path'}, f.file),
      h('p', {class: 'hint'}, f.at ? `${dateTime(f.at)} (${ago(f.at)})` : ''))),
  };
}
