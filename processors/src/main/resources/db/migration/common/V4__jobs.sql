-- The public face of every unit of compute; its queue is the engine's external task.
CREATE TABLE jobs (
  id            VARCHAR(36) NOT NULL PRIMARY KEY,
  task_type     VARCHAR(40) NOT NULL,
  entity_id     BIGINT REFERENCES entities (id) ON DELETE CASCADE,
  generation    INTEGER,
  status        VARCHAR(20) NOT NULL,
  progress      INTEGER     NOT NULL DEFAULT 0,
  priority      INTEGER     NOT NULL DEFAULT 5,
  params        VARCHAR     NOT NULL DEFAULT '{}',
  output        VARCHAR,
  error_message VARCHAR,
  model_id      VARCHAR(100),
  attempt       INTEGER     NOT NULL DEFAULT 0,
  created_by    VARCHAR(255),
  created_at    BIGINT      NOT NULL,
  updated_at    BIGINT      NOT NULL,
  started_at    BIGINT,
  completed_at  BIGINT
);
CREATE INDEX jobs_entity ON jobs (entity_id, created_at);
CREATE INDEX jobs_status ON jobs (status, created_at);
