/** What is known about a photo: size, dates, camera, place, and the models that looked at it. */

import {h, setText, syncList} from './dom.js';
import {cameraTime, count, dateTime, fileSize, place, taskName} from './words.js';

/** Builds the list; `update(entity, jobs, models)` keeps it fresh. */
export function photoFacts() {
  const list = h('dl', {class: 'facts', 'data-testid': 'photo-facts'});
  return {
    node: list,
    update(entity, jobs, models) {
      const rows = facts(entity, jobs, models).filter(([, , value]) => value);
      syncList(list, rows, ([id]) => id, ([id, title]) => {
        const value = h('dd', {'data-testid': `fact-${id}`});
        return {node: h('div', {}, h('dt', {}, title), value), update: ([, , text]) => setText(value, text)};
      });
    },
  };
}

/** Rows of `[id, title, value]`; those without a value are left out. */
function facts(e, jobs, models) {
  // camera details are the exif step's output; it may come nested or flat
  const exif = {...e, ...e.metadata, ...e.exif};
  const camera = [exif.make, exif.model].filter(Boolean).join(' ') || exif.camera;
  return [
    ['name', 'Name', e.original_name && e.original_name !== e.label ? e.original_name : null],
    ['description', 'Description', e.description],
    ['dimensions', 'Dimensions', e.width && e.height ? `${count(e.width)} × ${count(e.height)} pixels` : null],
    ['size', 'File size', fileSize(e.file_size)],
    ['format', 'Format', e.mime_type],
    ['taken', 'Taken', cameraTime(exif.date_time_original) ?? dateTime(e.create_date)],
    ['added', 'Added', dateTime(e.added_date)],
    ['camera', 'Camera', typeof camera === 'string' ? camera : null],
    ['exposure', 'Exposure', exposure(exif)],
    ['place', 'Place', place(exif.gps_latitude ?? exif.latitude, exif.gps_longitude ?? exif.longitude)],
    ...served(e, jobs, models),
  ];
}

function exposure({exposure_time: time, f_number: f, iso, focal_length: focal}) {
  return [time && `${time} s`, f && `f/${f}`, iso && `ISO ${iso}`, focal && `${focal} mm`].filter(Boolean).join(' · ');
}

/** One row a task: the model that served it, and whether it was a lite one. */
function served(entity, jobs, models) {
  const used = new Map(Object.entries(entity.intelligence_data?.models ?? {}));
  for (const job of jobs) {
    if (job.model_id && job.status === 'completed' && !used.has(job.task_type)) used.set(job.task_type, job.model_id);
  }
  const lite = new Set(models.filter((m) => m.lite).map((m) => m.model_id));
  return [...used].filter(([, id]) => id).map(([task, id]) =>
    [`model-${task}`, taskName(task), lite.has(id) ? `${id} (lite model)` : id]);
}
