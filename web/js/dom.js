/**
 * The only place that makes elements. Text always goes in as text nodes and attributes, never as
 * HTML, so a file name such as `<img onerror=…>` is shown as it is written.
 */

const SVG = 'http://www.w3.org/2000/svg';

/**
 * Makes an element: `h('a', {class: 'x', href: '#/'}, 'text', child)`. Properties that are null,
 * undefined or false are left out; `on…` functions become listeners; nested arrays are flattened.
 */
export function h(tag, props, ...children) {
  return fill(document.createElement(tag), props, children);
}

/** The same for an SVG element. */
export function svg(tag, props, ...children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : String(value));
  }
  node.append(...children.flat(Infinity).filter((c) => c !== null && c !== undefined && c !== false));
  return node;
}

/** Sets text only when it differs, so a live region or a selection is not disturbed by each poll. */
export function setText(node, text) {
  const next = text ?? '';
  if (node.textContent !== next) node.textContent = next;
}

/** Sets an attribute when it differs; null removes it. */
export function setAttr(node, name, value) {
  if (value === null || value === undefined || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, String(value));
}

const keyed = new WeakMap();

/**
 * Makes the children of `parent` mirror `items` and reuses the element of an item that stays, so
 * focus, scroll position and loaded pictures survive a poll.
 *
 * @param create makes `{node, update?, remove?}` for an item
 * @param keyOf a key that is unique within `items`
 */
export function syncList(parent, items, keyOf, create) {
  const before = keyed.get(parent) ?? new Map();
  const after = new Map();
  for (const item of items) {
    const key = keyOf(item);
    if (after.has(key)) continue;
    const row = before.get(key) ?? create(item);
    row.update?.(item);
    after.set(key, row);
  }
  for (const [key, row] of before) {
    if (after.has(key)) continue;
    row.remove?.();
    row.node.remove();
  }
  const focused = parent.contains(document.activeElement) ? document.activeElement : null;
  let place = parent.firstElementChild;
  for (const row of after.values()) {
    if (row.node === place) place = place.nextElementSibling;
    else parent.insertBefore(row.node, place);
  }
  // an element that is moved loses the focus
  if (focused?.isConnected && focused !== document.activeElement) focused.focus({preventScroll: true});
  keyed.set(parent, after);
}

/** An http(s) address from the server, or null: keeps `javascript:` and the like out of links. */
export function safeUrl(value) {
  if (!value) return null;
  try {
    const url = new URL(value, location.href);
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : null;
  } catch {
    return null;
  }
}

/** A link to Camunda Cockpit, or null when the server named none. */
export function cockpitLink(url, about) {
  const href = safeUrl(url);
  return href && h('a', {
    class: 'button', href, target: '_blank', rel: 'noopener noreferrer', 'data-testid': 'cockpit-link',
    'aria-label': `Open in Cockpit${about ? `: ${about}` : ''} (new tab)`,
  }, 'Open in Cockpit');
}
