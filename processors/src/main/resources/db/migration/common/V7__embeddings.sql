-- The truth the vector indexes are built from: little-endian float32, L2-normalised.
CREATE TABLE embeddings (
  kind       VARCHAR(20)  NOT NULL,
  subject_id BIGINT       NOT NULL,
  model_id   VARCHAR(100) NOT NULL,
  entity_id  BIGINT       NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  md5        VARCHAR(128) NOT NULL,
  vector     BLOB         NOT NULL,
  created_at BIGINT       NOT NULL,
  PRIMARY KEY (kind, subject_id, model_id)
);
CREATE INDEX embeddings_entity ON embeddings (entity_id);
