/**
 * Face boxes over a photo. The SVG's user space is the photo itself (0..1 in both directions, upright),
 * so boxes keep their place at any size; the labels are links laid over it by percentages.
 */

import {h, setAttr, setText, svg, syncList} from './dom.js';
import {personName} from './words.js';

/** With more faces than this, strangers have no label of their own. */
const CROWD = 8;

/** Builds `{node, update(faces, persons), show(on), highlight(faceId)}`. */
export function faceOverlay() {
  const boxes = svg('svg', {viewBox: '0 0 1 1', preserveAspectRatio: 'none', 'aria-hidden': 'true', 'data-testid': 'face-overlay'});
  const labels = h('ul', {class: 'face-labels', 'aria-label': 'Faces in this photo'});
  const node = h('div', {class: 'overlay'}, boxes, labels);
  let people = new Map();

  function highlight(id) {
    for (const r of boxes.children) r.classList.toggle('active', r.dataset.faceId === String(id));
  }

  function box(first) {
    const rect = (name) => svg('rect', {class: name, 'vector-effect': 'non-scaling-stroke'});
    const pair = [rect('halo'), rect('line')];
    const g = svg('g', {'data-testid': 'face-box', 'data-face-id': first.id}, pair);
    return {
      node: g,
      update(face) {
        const {x1, y1, x2, y2} = clamp(face.bbox);
        g.classList.toggle('unknown', !people.has(face.known_person_id));
        for (const r of pair) {
          setAttr(r, 'x', x1);
          setAttr(r, 'y', y1);
          setAttr(r, 'width', x2 - x1);
          setAttr(r, 'height', y2 - y1);
        }
      },
    };
  }

  function label(first) {
    const text = h('span', {class: 'face-name', 'data-testid': 'face-label'});
    const link = h('a', {
      class: 'face-hit',
      onmouseenter: () => highlight(first.id), onfocus: () => highlight(first.id),
      onmouseleave: () => highlight(null), onblur: () => highlight(null),
    }, text);
    const item = h('li', {'data-face-id': first.id}, link);
    return {
      node: item,
      update(face) {
        const {x1, y1, x2, y2} = clamp(face.bbox);
        const person = people.get(face.known_person_id);
        setText(text, person ? personName(person) : 'Unknown');
        setAttr(link, 'href', person ? `#/person/${person.id}` : null);
        setAttr(item, 'data-person-id', person?.id);
        item.classList.toggle('end', (x1 + x2) / 2 > 0.75);
        item.classList.toggle('start', (x1 + x2) / 2 < 0.25);
        Object.assign(item.style, {left: `${x1 * 100}%`, top: `${y1 * 100}%`, width: `${(x2 - x1) * 100}%`, height: `${(y2 - y1) * 100}%`});
      },
    };
  }

  /**
   * Gives each label a free place below its box, else above it; where neither is free it shows only on
   * hover or focus. Known people choose first, and in a crowd only they have a label.
   */
  function makeRoom() {
    const frame = node.getBoundingClientRect();
    const taken = [];
    const free = (r) => r.top >= frame.top && r.bottom <= frame.bottom
      && taken.every((t) => r.right < t.left || r.left > t.right || r.bottom < t.top || r.top > t.bottom);
    const crowd = labels.children.length > CROWD;
    const known = (item) => Number('personId' in item.dataset);
    for (const item of [...labels.children].sort((x, y) => known(y) - known(x))) {
      const name = item.querySelector('.face-name');
      const place = [false, true].find((above) => {
        item.classList.toggle('above', above);
        return free(name.getBoundingClientRect());
      });
      const shown = place !== undefined && (known(item) || !crowd);
      item.classList.toggle('quiet', !shown);
      if (shown) taken.push(name.getBoundingClientRect());
    }
  }
  new ResizeObserver(makeRoom).observe(node);

  return {
    node, highlight,
    show(on) { node.hidden = !on; },
    update(faces, persons) {
      people = persons;
      const drawn = faces.filter((f) => f.bbox);
      syncList(boxes, drawn, (f) => f.id, box);
      syncList(labels, drawn, (f) => f.id, label);
      makeRoom();
    },
  };
}

/** A box cut to the photo, corners in order. */
function clamp({x1, y1, x2, y2}) {
  const cut = (v) => Math.min(1, Math.max(0, Number(v) || 0));
  return {x1: cut(Math.min(x1, x2)), y1: cut(Math.min(y1, y2)), x2: cut(Math.max(x1, x2)), y2: cut(Math.max(y1, y2))};
}
