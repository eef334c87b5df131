-- The stream of a video that somebody asked for: the job that makes it, and how that ended.
CREATE TABLE streams (
  entity_id  BIGINT      NOT NULL PRIMARY KEY REFERENCES entities (id) ON DELETE CASCADE,
  -- null for the moment between the wish and the job
  job_id     VARCHAR(36),
  -- making, ready, failed
  state      VARCHAR(20) NOT NULL,
  reason     VARCHAR,
  created_at BIGINT      NOT NULL
);
