/** One hit of a search: its preview, its name, how near it is, and the way to more like it. */

import {previewPath} from './api.js';
import {h} from './dom.js';
import {picture} from './images.js';
import {hasPreview} from './photo-list.js';
import {clock, dateTime, photoName} from './words.js';

/** The page of a hit; of a video at the time of the frame that was found. */
export const photoHref = (r) => `#/photo/${r.entity_id}${r.time_ms === undefined ? '' : `?at=${r.time_ms}`}`;

/** A row for `syncList` over results; the score shows when one looks closer. */
export function resultTile(result) {
  const entity = result.entity;
  const name = entity ? photoName(entity) : `Photo ${result.entity_id}`;
  const at = result.time_ms === undefined ? null : `at ${clock(result.time_ms)}`;
  const near = Number.isFinite(result.score) ? [`${(result.score * 100).toFixed(0)} % near`, at].filter(Boolean).join(', ') : null;
  const frame = h('div', {class: `tile-frame ${entity && !hasPreview(entity) ? 'no-preview' : ''}`},
    (!entity || hasPreview(entity)) && picture(previewPath(result.entity_id, entity?.md5), {class: 'tile-img', onerror: () => frame.classList.add('no-preview')}),
    h('span', {class: 'tile-kind', 'aria-hidden': 'true'}, (entity?.extension || entity?.type || 'file').toUpperCase()),
    near && h('span', {class: 'score on-hover', 'data-testid': 'result-score'}, near));
  return {
    node: h('li', {class: 'result'},
      h('a', {class: 'tile', href: photoHref(result), 'data-testid': 'result', 'data-entity-id': result.entity_id, title: [name, dateTime(entity?.create_date), near].filter(Boolean).join('\n')},
        frame, h('span', {class: 'tile-text'}, h('span', {class: 'tile-name'}, name))),
      h('a', {class: 'result-like', href: `#/search?like=${result.entity_id}`, 'data-testid': 'result-like', 'aria-label': `More like ${name}`}, 'More like this')),
  };
}
