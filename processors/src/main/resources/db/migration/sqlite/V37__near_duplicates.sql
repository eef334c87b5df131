-- Photos that look nearly the same. Who has a new vector (or another one) is put into the queue by
-- triggers, in the transaction that writes the vector; a background pass looks for the nearest of
-- each and keeps the pairs, so a new photo costs one search, however many pairs there are.
CREATE TABLE duplicate_queue (
  entity_id BIGINT       NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  model_id  VARCHAR(100) NOT NULL,
  -- Grows with each new vector, so that one that comes during the search is not forgotten.
  turn      BIGINT       NOT NULL DEFAULT 1,
  due_at    BIGINT       NOT NULL DEFAULT 0,
  PRIMARY KEY (model_id, entity_id)
);
CREATE INDEX duplicate_queue_due ON duplicate_queue (model_id, due_at, entity_id);
CREATE INDEX duplicate_queue_entity ON duplicate_queue (entity_id);

CREATE TABLE duplicate_pairs (
  model_id  VARCHAR(100) NOT NULL,
  entity_id BIGINT       NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  -- The greater id of the two, so that a pair has one row.
  other_id  BIGINT       NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  score     DOUBLE       NOT NULL,
  PRIMARY KEY (model_id, entity_id, other_id),
  CHECK (entity_id < other_id)
);
CREATE INDEX duplicate_pairs_best ON duplicate_pairs (model_id, score DESC, entity_id, other_id);
CREATE INDEX duplicate_pairs_entity ON duplicate_pairs (entity_id);
CREATE INDEX duplicate_pairs_other ON duplicate_pairs (other_id);

-- What people decided: appended, never changed; the newest of a pair counts, as long as both photos
-- have the content it was about. No foreign keys: decisions outlive their photos.
CREATE TABLE duplicate_decisions (
  id         BIGINT       NOT NULL PRIMARY KEY,
  entity_id  BIGINT       NOT NULL,
  other_id   BIGINT       NOT NULL,
  md5        VARCHAR(128),
  other_md5  VARCHAR(128),
  decision   VARCHAR(20)  NOT NULL,
  -- Whom this decision put into the trash; null when nobody, or who was there already.
  trashed_id BIGINT,
  actor      VARCHAR(255),
  created_at BIGINT       NOT NULL,
  CHECK (entity_id < other_id)
);
CREATE INDEX duplicate_decisions_pair ON duplicate_decisions (entity_id, other_id, id);

INSERT INTO duplicate_queue (entity_id, model_id)
SELECT entity_id, model_id FROM embeddings WHERE kind = 'dino' AND subject_id = entity_id;

CREATE TRIGGER duplicate_queue_new AFTER INSERT ON embeddings
WHEN NEW.kind = 'dino' AND NEW.subject_id = NEW.entity_id
BEGIN
  INSERT INTO duplicate_queue (entity_id, model_id) VALUES (NEW.entity_id, NEW.model_id)
  ON CONFLICT (model_id, entity_id) DO UPDATE SET turn = turn + 1, due_at = 0;
END;

CREATE TRIGGER duplicate_queue_changed AFTER UPDATE ON embeddings
WHEN NEW.kind = 'dino' AND NEW.subject_id = NEW.entity_id
BEGIN
  INSERT INTO duplicate_queue (entity_id, model_id) VALUES (NEW.entity_id, NEW.model_id)
  ON CONFLICT (model_id, entity_id) DO UPDATE SET turn = turn + 1, due_at = 0;
END;

CREATE TRIGGER duplicate_pairs_gone AFTER DELETE ON embeddings
WHEN OLD.kind = 'dino' AND OLD.subject_id = OLD.entity_id
BEGIN
  DELETE FROM duplicate_queue WHERE model_id = OLD.model_id AND entity_id = OLD.entity_id;
  DELETE FROM duplicate_pairs WHERE model_id = OLD.model_id AND entity_id = OLD.entity_id;
  DELETE FROM duplicate_pairs WHERE model_id = OLD.model_id AND other_id = OLD.entity_id;
END;
