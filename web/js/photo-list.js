/**
 * The loaded part of the library, newest first, as a plain list that pages are merged into. The
 * server's pages shift while photos arrive, so rows are matched by id and order, never by position.
 */

/** The server's order: added_date descending, then id descending. */
export const newestFirst = (a, b) => (b.added_date ?? 0) - (a.added_date ?? 0) || b.id - a.id;

/**
 * Merges one page of the server into the loaded list: rows of the page win, and a loaded row that
 * should stand within the page's span but is not on it was deleted meanwhile.
 *
 * @param first the page is the top of the library
 * @param last nothing comes after the page
 */
export function mergePage(loaded, page, {first, last}) {
  const onPage = new Set(page.map((e) => e.id));
  const top = page[0];
  const bottom = page[page.length - 1];
  const kept = loaded.filter((e) => {
    if (onPage.has(e.id)) return false;
    const notBelowTop = first || (top && newestFirst(top, e) <= 0);
    const notAboveBottom = last || (bottom && newestFirst(e, bottom) <= 0);
    return !(notBelowTop && notAboveBottom);
  });
  return [...kept, ...page].sort(newestFirst);
}

/** False when so much is new that the top page and the loaded list no longer touch: there is a gap between. */
export function touches(loaded, page, last) {
  if (loaded.length === 0 || last) return true;
  const known = new Set(loaded.map((e) => e.id));
  return page.some((e) => known.has(e.id));
}

/** What the pipeline says about an entity, null when it is none of its business (not a photo). */
export const statusOf = (entity) => entity.intelligence_data?.overall_status ?? null;

/** Whether the server can make a preview of it; of texts and other files it cannot. */
export const hasPreview = (entity) => !['text', 'file', 'audio', 'url'].includes(entity.type);

/** Whether anything can still change by itself. */
export const unfinished = (entity) => ['queued', 'processing', 'waiting'].includes(statusOf(entity));
