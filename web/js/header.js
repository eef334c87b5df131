/** The top of every page: where you are, is the server well, what it has done, which models serve. */

import {h, setAttr, setText, syncList} from './dom.js';
import {activity, connection} from './live.js';
import {askLogin, sessionEvents, signOut, token, user} from './session.js';
import {pauseWords} from './work-control.js';
import {count, taskName} from './words.js';

const COUNTS = [['completed', 'done'], ['processing', 'working'], ['queued', 'in line'], ['waiting', 'waiting'], ['failed', 'failed']];
const HEALTH = {UP: 'Server is up', DOWN: 'Server is not well', OUT_OF_SERVICE: 'Server is not ready'};

/** Fills `<header id="top">` and keeps it live. */
export function startHeader(top) {
  const problems = h('span', {class: 'nav-count', 'data-testid': 'nav-problem-count', hidden: true});
  const links = [['#/', 'Photos', 'photos'], ['#/search', 'Search', 'search'], ['#/people', 'People', 'people'], ['#/problems', 'Problems', 'problems'], ['#/compute', 'Compute', 'compute']]
    .map(([href, text, id]) => h('a', {href, 'data-testid': `nav-${id}`, 'data-nav': id}, text, id === 'problems' && problems));
  const health = healthPill();
  const counts = countLine();
  const models = modelMenu();
  const banner = h('p', {class: 'banner', role: 'status', 'aria-live': 'polite', 'data-testid': 'connection-banner', hidden: true});
  const pause = h('a', {class: 'banner', href: '#/problems', 'data-testid': 'pause-banner', hidden: true});
  top.append(
    h('div', {class: 'bar'},
      h('a', {class: 'brand', href: '#/', 'aria-label': 'mInsight, to the photos'},
        h('img', {src: 'favicon.svg', alt: '', width: 28, height: 28}), h('span', {}, 'mInsight')),
      h('nav', {'aria-label': 'Pages'}, links),
      h('a', {class: 'button quiet', href: 'api/', 'data-testid': 'api-link'}, 'API'), account()),
    h('div', {class: 'state', 'aria-label': 'State of the server', role: 'group'}, health.node, counts.node, models.node),
    banner, pause);

  activity.follow((a) => {
    health.update(a.health, connection.words);
    counts.update(a.counts ?? {});
    models.update(a.models ?? []);
    pause.hidden = !a.pause;
    setText(pause, pauseWords(a.pause));
    const refused = (a.failed ?? []).filter((f) => !f.entity_id).length;
    const n = (a.counts?.failed ?? 0) + refused + (a.waiting?.length ?? 0);
    problems.hidden = n === 0;
    setText(problems, count(n));
    setAttr(problems, 'aria-label', n === 1 ? '1 problem' : `${n} problems`);
  });
  connection.addEventListener('change', () => {
    banner.hidden = !connection.words;
    setText(banner, connection.words);
    health.update(activity.latest?.health, connection.words);
  });

  return (page) => links.forEach((a) => setAttr(a, 'aria-current', a.dataset.nav === page ? 'page' : null));
}

function healthPill() {
  const words = h('span', {'data-testid': 'health-text'}, 'Connecting…');
  const node = h('a', {class: 'health', href: '#/problems', 'data-testid': 'health', 'data-status': 'UNKNOWN'}, h('i', {class: 'dot', 'aria-hidden': 'true'}), words);
  return {
    node,
    update(health, lost) {
      const status = lost ? 'UNKNOWN' : health?.status ?? 'UNKNOWN';
      setAttr(node, 'data-status', status);
      const reason = health?.reasons?.filter(Boolean)[0];
      const text = HEALTH[status] ?? 'No news from the server';
      setText(words, status !== 'UP' && status !== 'UNKNOWN' && reason ? `${text}: ${reason}` : text);
      setAttr(node, 'title', health?.reasons?.join('\n') || null);
    },
  };
}

function countLine() {
  const items = COUNTS.map(([key, word]) => {
    const number = h('b', {'data-testid': `count-${key}`}, '–');
    return {key, number, node: h('li', {'data-count': key}, number, ` ${word}`)};
  });
  return {
    node: h('ul', {class: 'counts', 'aria-label': 'Photos by state'}, items.map((i) => i.node)),
    update(counts) {
      for (const {key, number, node} of items) {
        setText(number, count(counts[key] ?? 0));
        node.classList.toggle('zero', !counts[key]);
      }
    },
  };
}

function modelMenu() {
  const summary = h('summary', {'data-testid': 'models-summary'}, 'Models');
  const list = h('ul', {class: 'model-list'});
  const node = h('details', {class: 'models', 'data-testid': 'models'}, summary, list);
  document.addEventListener('click', (e) => { if (!node.contains(e.target)) node.open = false; });
  node.addEventListener('keydown', (e) => {
    if (e.key !== 'Escape' || !node.open) return;
    node.open = false;
    summary.focus();
    e.stopPropagation();
  });
  return {
    node,
    update(models) {
      const ready = models.filter((m) => m.state === 'ready' && !m.lite).length;
      const named = [
        models.length === 0 ? 'No models known' : ready && `${count(ready)} ${ready === 1 ? 'model' : 'models'} ready`,
        some('lite', models.filter((m) => m.lite && m.state === 'ready')),
        some('waiting', models.filter((m) => m.state !== 'ready')),
      ];
      setText(summary, named.filter(Boolean).join(' · '));
      syncList(list, models, (m) => m.task, modelRow);
    },
  };
}

const some = (word, models) => models.length > 0 && (models.length > 2
  ? `${models.length} ${word} models` : `${word}: ${models.map((m) => taskName(m.task)).join(', ')}`);

function modelRow(first) {
  const id = h('code', {});
  const tag = h('span', {class: 'tag', 'data-testid': 'model-tag'});
  const reason = h('p', {class: 'hint'});
  const node = h('li', {'data-testid': 'model', 'data-task': first.task}, h('span', {class: 'model-task'}, taskName(first.task)), tag, id, reason);
  return {
    node,
    update(m) {
      setAttr(node, 'data-state', m.state);
      setAttr(node, 'data-lite', String(m.lite === true));
      setText(id, m.model_id ?? 'no model installed');
      setText(tag, m.state !== 'ready' ? 'waiting' : m.lite ? 'lite model' : 'ready');
      setAttr(tag, 'data-tone', m.state !== 'ready' ? 'wait' : m.lite ? 'calm' : 'good');
      const lite = m.lite ? 'A small built-in model serves until the full one is installed.' : '';
      setText(reason, m.reason ?? m.upgrade?.text ?? lite);
    },
  };
}

function account() {
  const button = h('button', {
    class: 'button quiet', type: 'button', 'data-testid': 'account',
    onclick: () => (token() ? signOut() : askLogin('Sign in to name people and, where the owner asks for it, to see photos.')),
  });
  const show = () => {
    setText(button, token() ? 'Sign out' : 'Sign in');
    setAttr(button, 'title', token() ? `Signed in as ${user() ?? ''}` : null);
  };
  sessionEvents.addEventListener('change', show);
  show();
  return button;
}
