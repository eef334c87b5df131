/** The photo itself, large: the preview at once, then the original, or the preview when the browser cannot show it. */

import {mediaPath, previewPath, send} from './api.js';
import {h, setText} from './dom.js';
import {faceOverlay} from './face-overlay.js';
import {load, picture} from './images.js';
import {hasPreview} from './photo-list.js';
import {token} from './session.js';
import {photoName} from './words.js';

/** Builds the figure; `update(entity, faces, persons)` keeps it fresh. */
export function photoStage() {
  const overlay = faceOverlay();
  const frame = h('div', {class: 'frame'}, overlay.node);
  const note = h('p', {class: 'hint stage-note', 'data-testid': 'photo-note'});
  const toggle = h('input', {type: 'checkbox', checked: true, 'data-testid': 'toggle-faces', onchange: () => overlay.show(toggle.checked)});
  const switcher = h('label', {class: 'switch', hidden: true}, toggle, 'Show faces');
  const node = h('figure', {class: 'stage'}, frame, h('figcaption', {}, note, switcher));
  let shown = null;
  let player = null;
  let begin = 0;

  function showContent(entity) {
    for (const old of frame.querySelectorAll('img, video, .no-picture')) old.remove();
    frame.classList.remove('failed');
    setText(note, '');
    if (!hasPreview(entity)) return noPicture(entity);
    if (entity.type === 'video') return frame.prepend(video(entity));
    const low = picture(previewPath(entity.id, entity.md5), {class: 'low', eager: true, onload: () => ratio(low), onerror: () => noPicture(entity)});
    frame.prepend(low);
    const full = picture(mediaPath(entity.id, entity.md5), {
      class: 'full', eager: true, alt: photoName(entity), 'data-testid': 'photo-image',
      onload: () => {
        ratio(full);
        low.remove();
        frame.querySelector('.no-picture')?.remove();
        frame.classList.remove('failed');
        full.classList.add('loaded');
      },
      onerror: () => {
        full.remove();
        low.alt = photoName(entity);
        low.dataset.testid = 'photo-image';
        low.classList.add('only');
        setText(note, frame.classList.contains('failed') ? '' : 'Your browser cannot show this format; this is the preview.');
      },
    });
    overlay.node.before(full);
    return undefined;
  }

  function noPicture(entity) {
    frame.classList.add('failed');
    setText(note, '');
    frame.querySelector('.low')?.remove();
    if (!frame.querySelector('.full.loaded')) {
      frame.prepend(h('p', {class: 'no-picture', 'data-testid': 'photo-missing'}, `No picture to show for this ${entity.extension ? `.${entity.extension} ` : ''}file`));
    }
  }

  function video(entity) {
    player = h('video', {controls: true, preload: 'metadata', class: 'full loaded', 'data-testid': 'photo-video', onloadedmetadata: () => {
      size(player.videoWidth, player.videoHeight);
      player.currentTime = begin / 1000;
    }});
    player.onerror = () => noPicture(entity);
    const path = mediaPath(entity.id, entity.md5);
    if (token()) {
      // the player cannot send the token, so the bytes are fetched first
      send(path).then((r) => r.blob()).then((b) => { player.src = URL.createObjectURL(b); }).catch(() => noPicture(entity));
    } else {
      load(player, path);
    }
    return player;
  }

  const ratio = (img) => size(img.naturalWidth, img.naturalHeight, img.classList.contains('low'));

  /** Reserves the photo's place: its shape, and no more than twice its own size. */
  function size(width, height, shapeOnly) {
    if (!(width > 0 && height > 0)) return;
    frame.style.setProperty('--ratio', width / height);
    if (!shapeOnly) frame.style.setProperty('--natural', `${Math.max(320, width * 2)}px`);
  }

  return {
    node,
    /** Shows a video at a time, ms since its beginning. */
    seek(ms) {
      begin = ms;
      if (player) player.currentTime = ms / 1000;
    },
    highlight: overlay.highlight,
    toggleFaces() {
      if (!switcher.hidden) toggle.click();
    },
    update(entity, faces, persons) {
      const key = `${entity.id} ${entity.md5}`;
      if (key !== shown) {
        shown = key;
        size(entity.width, entity.height);
        showContent(entity);
      }
      const still = faces.filter((f) => f.time_ms === undefined); // in a video they move
      switcher.hidden = still.length === 0;
      overlay.update(still, persons);
    },
  };
}
