-- What is searched and sorted by, derived from a row's texts when it is written (SearchText), and
-- kept with each version, so that a list as of an instant searches alike.
ALTER TABLE entities ADD COLUMN words VARCHAR;
-- By code point, as SQLite sorts.
ALTER TABLE entities ADD COLUMN label_key VARCHAR(200) COLLATE "C";
ALTER TABLE entities_version ADD COLUMN search_text VARCHAR;
ALTER TABLE entities_version ADD COLUMN words VARCHAR;
ALTER TABLE entities_version ADD COLUMN label_key VARCHAR(200) COLLATE "C";

-- Rows from before; their next change puts right what SearchText does better.
UPDATE entities SET
  words = left(lower(concat_ws(' ', label, description, original_name)), 65536),
  label_key = left(lower(label), 200);
UPDATE entities_version SET
  search_text = lower(concat(label, chr(10), description)),
  words = left(lower(concat_ws(' ', label, description, original_name)), 65536),
  label_key = left(lower(label), 200);

CREATE INDEX entities_label_key ON entities (label_key, id);

-- A B-tree refuses entries above 2,704 bytes, and a label may be longer.
DROP INDEX entities_label;
CREATE INDEX entities_label ON entities USING hash (label);

-- Whole words and their beginnings. Parts of words (search_query) are looked for in the rows: the
-- extension that would help, pg_trgm, is not for every user to create.
CREATE INDEX entities_words ON entities USING gin (to_tsvector('pg_catalog.simple', words));
