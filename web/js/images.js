/** Pictures from the server: plain `<img src>` for guests, fetched with the token when signed in. */

import {address, send} from './api.js';
import {h} from './dom.js';
import {token} from './session.js';

/** Starts signed-in fetches only for pictures near the screen, as `loading=lazy` does for guests. */
const near = new IntersectionObserver((entries) => {
  for (const {isIntersecting, target} of entries) {
    if (!isIntersecting) continue;
    near.unobserve(target);
    target.startFetch?.();
  }
}, {rootMargin: '400px'});

/**
 * Makes an image element for an API path.
 *
 * @param alt text for people who do not see it; '' when a text beside it says the same
 * @param eager load at once instead of when scrolled near
 */
export function picture(path, {alt = '', eager = false, ...props} = {}) {
  const img = h('img', {alt, decoding: 'async', draggable: 'false', ...props});
  if (!eager) img.loading = 'lazy';
  load(img, path, eager);
  return img;
}

/** Points an image at another path, or tries the same one again. */
export function load(img, path, eager = true) {
  img.path = path;
  if (!token()) {
    img.src = address(path);
    return;
  }
  img.startFetch = () => fetchInto(img, path);
  if (eager) img.startFetch();
  else near.observe(img);
}

async function fetchInto(img, path) {
  try {
    const url = URL.createObjectURL(await (await send(path)).blob());
    const release = () => URL.revokeObjectURL(url);
    img.addEventListener('load', release, {once: true});
    img.addEventListener('error', release, {once: true});
    if (img.path === path) img.src = url;
    else release();
  } catch {
    img.dispatchEvent(new Event('error'));
  }
}

/** A link that saves a file under a name; with a token the bytes are fetched first. */
export function downloadLink(path, name, props, ...children) {
  return h('a', {
    ...props, href: address(path), download: name,
    onclick: async (event) => {
      if (!token()) return;
      event.preventDefault();
      const url = URL.createObjectURL(await (await send(path)).blob());
      h('a', {href: url, download: name}).click();
      setTimeout(() => URL.revokeObjectURL(url), 60000);
    },
  }, ...children);
}
