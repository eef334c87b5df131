-- What is searched and sorted by, derived from a row's texts when it is written (SearchText), and
-- kept with each version, so that a list as of an instant searches alike.
ALTER TABLE entities ADD COLUMN words VARCHAR;
ALTER TABLE entities ADD COLUMN label_key VARCHAR(200);
ALTER TABLE entities_version ADD COLUMN search_text VARCHAR;
ALTER TABLE entities_version ADD COLUMN words VARCHAR;
ALTER TABLE entities_version ADD COLUMN label_key VARCHAR(200);

-- Rows from before: lower() knows only ASCII here; their next change puts the rest right.
UPDATE entities SET
  words = lower(COALESCE(label, '') || ' ' || COALESCE(description, '') || ' ' || COALESCE(original_name, '')),
  label_key = substr(lower(label), 1, 200);
UPDATE entities_version SET
  search_text = lower(COALESCE(label, '') || char(10) || COALESCE(description, '')),
  words = lower(COALESCE(label, '') || ' ' || COALESCE(description, '') || ' ' || COALESCE(original_name, '')),
  label_key = substr(lower(label), 1, 200);

CREATE INDEX entities_label_key ON entities (label_key, id);

-- Whole words and their beginnings (https://sqlite.org/fts5.html). The texts stay in entities.
CREATE VIRTUAL TABLE entities_words USING fts5 (
  words, content = 'entities', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 2');
-- Any three characters in a row: finds parts of words without reading all rows.
CREATE VIRTUAL TABLE entities_trigrams USING fts5 (
  search_text, content = 'entities', content_rowid = 'id', tokenize = 'trigram case_sensitive 1');
INSERT INTO entities_words (rowid, words) SELECT id, words FROM entities;
INSERT INTO entities_trigrams (rowid, search_text) SELECT id, search_text FROM entities;

CREATE TRIGGER entities_words_insert AFTER INSERT ON entities BEGIN
  INSERT INTO entities_words (rowid, words) VALUES (NEW.id, NEW.words);
  INSERT INTO entities_trigrams (rowid, search_text) VALUES (NEW.id, NEW.search_text);
END;

CREATE TRIGGER entities_words_delete AFTER DELETE ON entities BEGIN
  INSERT INTO entities_words (entities_words, rowid, words) VALUES ('delete', OLD.id, OLD.words);
  INSERT INTO entities_trigrams (entities_trigrams, rowid, search_text)
  VALUES ('delete', OLD.id, OLD.search_text);
END;

CREATE TRIGGER entities_words_update AFTER UPDATE ON entities WHEN OLD.words IS NOT NEW.words BEGIN
  INSERT INTO entities_words (entities_words, rowid, words) VALUES ('delete', OLD.id, OLD.words);
  INSERT INTO entities_words (rowid, words) VALUES (NEW.id, NEW.words);
END;

CREATE TRIGGER entities_trigrams_update AFTER UPDATE ON entities
WHEN OLD.search_text IS NOT NEW.search_text BEGIN
  INSERT INTO entities_trigrams (entities_trigrams, rowid, search_text)
  VALUES ('delete', OLD.id, OLD.search_text);
  INSERT INTO entities_trigrams (rowid, search_text) VALUES (NEW.id, NEW.search_text);
END;
