/** One photo in a grid: its preview, its name, its state. */

import {previewPath} from './api.js';
import {h, setAttr, setText} from './dom.js';
import {load, picture} from './images.js';
import {hasPreview, statusOf} from './photo-list.js';
import {photoName, plural, stateName, tone} from './words.js';

/** A row for `syncList` over entities. */
export function photoTile(first) {
  const img = hasPreview(first) && picture(previewPath(first.id, first.md5), {
    class: 'tile-img',
    onerror: () => frame.classList.add('no-preview'),
    onload: () => frame.classList.remove('no-preview'),
  });
  const kind = h('span', {class: 'tile-kind', 'aria-hidden': 'true'});
  const badge = h('span', {class: 'badge', 'data-testid': 'status-badge'});
  const frame = h('div', {class: `tile-frame ${img ? '' : 'no-preview'}`}, img, kind, badge);
  const name = h('span', {class: 'tile-name', 'data-testid': 'tile-name'});
  const note = h('span', {class: 'tile-note'});
  const link = h('a', {class: 'tile', href: `#/photo/${first.id}`, 'data-testid': 'photo-tile', 'data-entity-id': first.id},
    frame, h('span', {class: 'tile-text'}, name, note));
  const node = h('li', {}, link);
  let shown = `${first.md5}`;
  let lastStatus = statusOf(first);
  return {
    node,
    update(entity) {
      const status = statusOf(entity);
      const ai = entity.intelligence_data;
      if (img && (`${entity.md5}` !== shown || (status !== lastStatus && frame.classList.contains('no-preview')))) {
        load(img, previewPath(entity.id, entity.md5), false);
      }
      shown = `${entity.md5}`;
      lastStatus = status;
      setText(kind, (entity.extension || entity.type || 'file').toUpperCase());
      setText(name, photoName(entity));
      setAttr(name, 'title', photoName(entity));
      setText(note, ai?.face_count > 0 ? plural(ai.face_count, 'face') : '');
      badge.hidden = !status;
      setText(badge, status ? stateName(status) : '');
      setAttr(badge, 'data-tone', tone(status));
      setAttr(badge, 'title', status === 'failed' ? ai?.error_message : null);
      setAttr(link, 'data-status', status);
    },
  };
}
