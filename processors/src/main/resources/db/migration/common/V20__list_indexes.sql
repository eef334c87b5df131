-- Each condition of a list that may match many rows, in the default order (added_date, id), so that
-- a page is read off an index and nothing is sorted.
DROP INDEX entities_children;
DROP INDEX entities_type;
DROP INDEX entities_mime;
CREATE INDEX entities_parent ON entities (parent_id, added_date, id);
CREATE INDEX entities_type ON entities (type, added_date, id);
CREATE INDEX entities_mime ON entities (mime_type, added_date, id);
CREATE INDEX entities_added_by ON entities (added_by, added_date, id);
-- Of these two there are few, and what there is much of is found in the order of all.
CREATE INDEX entities_collections ON entities (added_date, id) WHERE is_collection;
CREATE INDEX entities_trash ON entities (added_date, id) WHERE is_deleted;

-- The other orders; they serve ranges as well.
CREATE INDEX entities_created ON entities (create_date, id);
CREATE INDEX entities_updated ON entities (updated_date, id);
CREATE INDEX entities_file_size ON entities (file_size, id);

-- Exact sizes of pictures.
CREATE INDEX entities_width ON entities (width, height) WHERE width IS NOT NULL;
CREATE INDEX entities_height ON entities (height) WHERE height IS NOT NULL;

-- Down a trashed collection by its collections only, past all its files.
CREATE INDEX entities_subcollections ON entities (parent_id, id)
WHERE is_collection AND parent_id IS NOT NULL;

-- SQLite takes the newest of several partial indexes that fit; this one leads to the fewest rows.
DROP INDEX entities_trashed_collections;
CREATE INDEX entities_trashed_collections ON entities (id) WHERE is_collection AND is_deleted;
