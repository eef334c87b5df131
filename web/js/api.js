/** Calls to the server: token, timeouts, errors, and the named calls the pages make. */

import {askLogin, dropToken, loginDeclined, token} from './session.js';

/** The API lives on the same origin, one level above the folder that serves these pages. */
const ROOT = new URL('../../', import.meta.url);

/** Longer than any answer should take; a server that hangs counts as away. */
const TIMEOUT_MS = 15000;

/** A refusal or failure; `status` 0 means that the server was not reached. */
export class ApiError extends Error {
  constructor(status, message, body) {
    super(message);
    this.status = status;
    this.body = body;
  }
  /** True when trying again later is the right answer. */
  get away() { return this.status === 0 || this.status >= 502; }
}

/** The full address of an API path. */
export const address = (path) => new URL(path.replace(/^\//, ''), ROOT).href;

/** Sends a request and returns the Response; signs in when the server asks for it. */
export async function send(path, {method = 'GET', json, form, signal, loginWhy} = {}) {
  for (;;) {
    const sent = token();
    const answer = await attempt(path, {method, json, form, signal, sent});
    if (answer.status !== 401) {
      if (!answer.ok) throw await refusal(answer);
      return answer;
    }
    if (sent) {
      dropToken(sent); // expired: guests may still read, so try once without it
    } else if (method === 'GET' && loginDeclined()) {
      throw await refusal(answer);
    } else if (!(await askLogin(loginWhy ?? 'This server shows its photos to people with an account.'))) {
      throw new ApiError(401, 'Sign in to see this.');
    }
    if (signal?.aborted) throw new DOMException('stopped', 'AbortError');
  }
}

async function attempt(path, {method, json, form, signal, sent}) {
  const gone = new AbortController();
  const timer = setTimeout(() => gone.abort(), TIMEOUT_MS);
  const stop = () => gone.abort();
  signal?.addEventListener('abort', stop);
  const headers = {Accept: 'application/json, */*'};
  if (sent) headers.Authorization = `Bearer ${sent}`;
  if (json !== undefined) headers['Content-Type'] = 'application/json';
  try {
    return await fetch(address(path), {
      method, headers, signal: gone.signal, credentials: 'same-origin',
      body: form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json),
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, 'The server cannot be reached.');
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  }
}

async function refusal(answer) {
  const body = await answer.json().catch(() => null);
  const detail = body?.detail;
  const words = typeof detail === 'string' ? detail
    : Array.isArray(detail) ? detail.map((d) => d?.msg).filter(Boolean).join('; ')
      : detail?.message;
  return new ApiError(answer.status, words || `The server answered ${answer.status}.`, body);
}

const get = async (path, options) => {
  try {
    return await (await send(path, options)).json();
  } catch (error) {
    if (error instanceof SyntaxError) throw new ApiError(0, 'The server sent something unreadable.');
    throw error;
  }
};

/** The answer of a call, or `otherwise` when there is no such thing (404). */
async function orElse(promise, otherwise) {
  try {
    return await promise;
  } catch (error) {
    if (error.status === 404) return otherwise;
    throw error;
  }
}

export const PAGE_SIZE = 48;

export const activity = (o) => get('/activity', o);
export const photos = (page, o) => get(`/entities?page=${page}&page_size=${PAGE_SIZE}`
  + '&is_collection=false&include_intelligence=true&exclude_deleted=true', o);
export const photo = (id, o) => get(`/entities/${id}`, o);
export const faces = (id, o) => orElse(get(`/intelligence/entities/${id}/faces`, o), []);
export const jobs = (id, o) => orElse(get(`/intelligence/entities/${id}/jobs`, o), []);
/** All that happened to an entity; a page holds at most 500. */
export async function timeline(id, o) {
  const items = [];
  for (let cursor = ''; cursor !== null;) {
    const page = await get(`/entities/${id}/timeline?limit=500${cursor && `&cursor=${encodeURIComponent(cursor)}`}`, o);
    items.push(...page.items);
    cursor = page.next_cursor;
  }
  return items;
}
export const similar = (id, o) => orElse(get(`/intelligence/entities/${id}/similar`
  + '?limit=12&score_threshold=0.6&include_self=false&include_details=true', o), {results: []});

/** Searches: `query` holds the conditions, and `cursor` where the answer before ended. */
const found = (path, query, o) => get(`/intelligence${path}?${query}&include_details=true`, o);
export const searchWords = (query, o) => found('/search/text', withLimit(query, 48), o);
export const searchPeople = (query, o) => found('/search/persons', withLimit(query, 48), o);
export const moreLike = async (id, query, o) => orElse(found(`/entities/${id}/similar`, withLimit(query, 48, {include_self: false, score_threshold: 0.5}), o), {results: [], next_cursor: null});
export const searchTime = async (from, to, type, cursor, o) => {
  const query = withLimit(new URLSearchParams(), 48, {is_collection: false, exclude_deleted: true});
  if (from) query.set('create_date_from', Date.parse(`${from}T00:00:00Z`));
  if (to) query.set('create_date_to', Date.parse(`${to}T23:59:59.999Z`));
  if (type) query.set('type', type);
  if (cursor) query.set('cursor', cursor);
  else query.set('sort_by', 'create_date');
  const answer = await get(`/entities?${query}`, o);
  return {results: answer.items.map((entity) => ({entity_id: entity.id, entity})), next_cursor: answer.next_cursor};
};
export const duplicatePairs = (parent, cursor, o) => found('/duplicates', withLimit(new URLSearchParams(), 20, {...parent && {parent_id: parent}, ...cursor && {cursor}}), o);
export const decideDuplicate = async (id, other, decision) => (await send('/intelligence/duplicates/decisions', {
  method: 'POST', json: {entity_id: id, other_id: other, decision}, loginWhy: 'Deciding about photos needs an account.',
})).json();

/** The same query with a page size, and what else is not asked of people. */
function withLimit(query, limit, more = {}) {
  const all = new URLSearchParams(query);
  for (const [name, value] of Object.entries({limit, ...more})) all.set(name, value);
  return all;
}

export const computeOverview = (o) => get('/jobs/overview', o);
export const retryJob = async (id) => (await send(`/jobs/${id}/retry`, {
  method: 'POST', loginWhy: 'Retrying jobs needs an account.',
})).json();
export const retryJobs = async (taskType, reason) => (await send('/jobs/retry', {
  method: 'POST', form: {task_type: taskType, reason}, loginWhy: 'Retrying jobs needs an account.',
})).json();
const operate = async (path, form) => (await send(path, {
  method: 'POST', form, loginWhy: 'This needs the account of an admin.',
})).json();
export const pauseWork = (reason, minutes) => operate('/system/pipeline/pause', minutes ? {reason, minutes} : {reason});
export const resumeWork = () => operate('/system/pipeline/resume', {});
export const reprocess = (filter) => operate('/intelligence/reprocess', filter);
export const reprocessOne = async (id) => (await send(`/intelligence/entities/${id}/reprocess`, {
  method: 'POST', loginWhy: 'Processing a photo again needs an account.',
})).json();
export const persons = (o) => get('/intelligence/known-persons', o);
export const person = (id, o) => get(`/intelligence/known-persons/${id}`, o);
export const personFaces = (id, o) => get(`/intelligence/known-persons/${id}/faces`, o);
export const rename = async (id, name) => (await send(`/intelligence/known-persons/${id}`, {
  method: 'PATCH', json: {name}, loginWhy: 'Naming people needs an account.',
})).json();

/** Paths of pictures. `md5` makes a replaced file a new address, so no stale picture is shown. */
const version = (md5) => (md5 ? `?v=${md5.slice(0, 12)}` : '');
export const previewPath = (id, md5) => `/entities/${id}/preview${version(md5)}`;
export const mediaPath = (id, md5) => `/entities/${id}/media${version(md5)}`;
export const facePath = (id) => `/intelligence/faces/${id}/image`;
