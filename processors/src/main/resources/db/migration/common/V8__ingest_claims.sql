-- Who took which file of a watched folder, and what became of it.
CREATE TABLE ingest_claims (
  id             BIGINT      NOT NULL PRIMARY KEY,
  source_path    VARCHAR     NOT NULL,
  size           BIGINT      NOT NULL,
  modified_at    BIGINT      NOT NULL,
  root           VARCHAR     NOT NULL,
  state          VARCHAR(20) NOT NULL,
  entity_id      BIGINT,
  -- Where the file goes afterwards, relative to root; written before it is moved.
  target         VARCHAR,
  reason         VARCHAR,
  created_at     BIGINT      NOT NULL,
  updated_at     BIGINT      NOT NULL,
  UNIQUE (source_path, size, modified_at)
);
CREATE INDEX ingest_claims_state ON ingest_claims (state, id);
CREATE INDEX ingest_claims_updated ON ingest_claims (updated_at DESC);
