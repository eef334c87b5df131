/** What is known about a photo: size, dates, camera and place. */

import {h, setText, syncList} from './dom.js';
import {cameraTime, count, dateTime, fileSize, place} from './words.js';

/** Builds the list; `update(entity)` keeps it fresh. */
export function photoFacts() {
  const list = h('dl', {class: 'facts', 'data-testid': 'photo-facts'});
  return {
    node: list,
    update(entity) {
      const rows = facts(entity).filter(([, , value]) => value);
      syncList(list, rows, ([id]) => id, ([id, title]) => {
        const value = h('dd', {'data-testid': `fact-${id}`});
        return {node: h('div', {}, h('dt', {}, title), value), update: ([, , text]) => setText(value, text)};
      });
    },
  };
}

/** Rows of `[id, title, value]`; those without a value are left out. */
function facts(e) {
  // camera details are the exif step's output; it may come nested or flat
  const exif = {...e, ...e.metadata, ...e.exif};
  const camera = [exif.make, exif.model].filter(Boolean).join(' ') || exif.camera;
  return [
    ['name', 'Name', e.original_name && e.original_name !== e.label ? e.original_name : null],
    ['description', 'Description', e.description],
    ['dimensions', 'Dimensions', e.width && e.height ? `${count(e.width)} × ${count(e.height)} pixels` : null],
    ['size', 'File size', fileSize(e.file_size)],
    ['format', 'Format', e.mime_type],
    ['taken', 'Taken', cameraTime(exif.date_time_original) ?? (takenKnown(e) ? dateTime(e.create_date) : null)],
    ['added', 'Added', dateTime(e.added_date)],
    ['camera', 'Camera', typeof camera === 'string' ? camera : null],
    ['exposure', 'Exposure', exposure(exif)],
    ['place', 'Place', place(exif.gps_latitude ?? exif.latitude, exif.gps_longitude ?? exif.longitude)],
  ];
}

function exposure({exposure_time: time, f_number: f, iso, focal_length: focal}) {
  return [time && `${time} s`, f && `f/${f}`, iso && `ISO ${iso}`, focal && `${focal} mm`].filter(Boolean).join(' · ');
}

/** Of a file that says nothing about its age the server gives the time it came in. */
const takenKnown = (e) => e.create_date < (e.added_date ?? 0) - 60000;
