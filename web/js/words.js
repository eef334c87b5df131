/** Turns what the server says (numbers, states, task ids) into words for people. Pure functions. */

const DATE_TIME = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'short'});
const AGO = new Intl.RelativeTimeFormat(undefined, {numeric: 'auto'});
const NUMBER = new Intl.NumberFormat();

const TASKS = {
  face_detection: 'Find faces',
  face_embedding: 'Recognise faces',
  clip_embedding: 'Understand the picture',
  clip_text: 'Search by words',
  dino_embedding: 'Find duplicates',
  hls_streaming: 'Prepare for streaming',
  media_thumbnail: 'Make a preview',
  image_conversion: 'Convert the picture',
  image_resize: 'Resize the picture',
  exif: 'Read camera details',
  hash: 'Fingerprint the file',
};

const STATES = {
  queued: 'In line',
  pending: 'Not started',
  waiting: 'Waiting',
  claimed: 'Reading',
  processing: 'Working',
  in_progress: 'Working',
  completed: 'Done',
  available: 'Done',
  done: 'Done',
  known: 'Already here',
  failed: 'Failed',
  cancelled: 'Cancelled',
  ready: 'Ready',
};

/** Which of the four colours a state is shown in. */
const TONES = {
  completed: 'good', available: 'good', done: 'good', ready: 'good', known: 'good',
  processing: 'busy', in_progress: 'busy', claimed: 'busy',
  failed: 'bad',
};

export const taskName = (task) => TASKS[task] ?? sentence(task ?? 'Step');
export const stateName = (state) => STATES[state] ?? sentence(state ?? 'Unknown');
export const tone = (state) => TONES[state] ?? 'calm';
export const count = (n) => (Number.isFinite(n) ? NUMBER.format(n) : '–');
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${n === 1 ? one : many}`;

/** A person's name, or a neutral one until somebody names them. */
export const personName = (person) => person?.name?.trim() || `Person ${person?.id ?? '?'}`;

/** What a photo is called on the page. */
export const photoName = (entity) =>
  entity.label || entity.original_name || `Photo ${entity.id}`;

/** The name of a file without the folders it lies in. */
export const fileName = (path) => path?.split('/').pop();

/** A reason of the server as a sentence of its own. */
export const upper = (text) => (text ? text.charAt(0).toUpperCase() + text.slice(1) : text);

function sentence(id) {
  const words = String(id).replaceAll('_', ' ').trim();
  return upper(words);
}

/** Bytes as B, kB, MB, GB (powers of 1000, as file managers count). */
export function fileSize(bytes) {
  if (!Number.isFinite(bytes)) return null;
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value.toLocaleString(undefined, {maximumFractionDigits: value < 10 ? 1 : 0})} ${units[unit]}`;
}

/** Milliseconds since the epoch as local date and time; null stays null. */
export const dateTime = (ms) => (Number.isFinite(ms) ? DATE_TIME.format(ms) : null);

/** A camera's clock (`2008:10:22 16:28:39`), which knows no time zone, shown as it was set. */
export function cameraTime(text) {
  const m = /^(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d)/.exec(text ?? '');
  return m ? DATE_TIME.format(new Date(+m[1], m[2] - 1, +m[3], +m[4], +m[5])) : text || null;
}

/** "2 minutes ago" for the last day, the date before that. */
export function ago(ms, now = Date.now()) {
  if (!Number.isFinite(ms)) return '';
  const seconds = Math.round((ms - now) / 1000);
  const past = Math.abs(seconds);
  if (past < 10) return 'just now';
  if (past < 60) return AGO.format(seconds, 'second');
  if (past < 3600) return AGO.format(Math.round(seconds / 60), 'minute');
  if (past < 86400) return AGO.format(Math.round(seconds / 3600), 'hour');
  return DATE_TIME.format(ms);
}

/** How long a job took, from two times in milliseconds. */
export const took = (from, to) => (Number.isFinite(from) && Number.isFinite(to) && to >= from ? duration(to - from) : null);

/** Milliseconds as people say them; null stays null. */
export function duration(ms) {
  if (!Number.isFinite(ms)) return null;
  if (ms < 1000) return `${ms} ms`;
  return ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 60000)} min`;
}

/** A place in a video as players say it: 0:07, 12:40, 1:02:05. */
export function clock(ms) {
  const seconds = Math.floor(ms / 1000);
  const two = (n) => String(n).padStart(2, '0');
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** Degrees as `43.4675° N, 11.8851° E`; null when either is missing. */
export function place(lat, lon) {
  if (!Number.isFinite(lat) || !Number.isFinite(lon) || (lat === 0 && lon === 0)) return null;
  return `${Math.abs(lat).toFixed(4)}° ${lat < 0 ? 'S' : 'N'}, ${Math.abs(lon).toFixed(4)}° ${lon < 0 ? 'W' : 'E'}`;
}
