-- What is known of an entity's content, and how far its process has come.
CREATE TABLE entity_intelligence (
  entity_id          BIGINT      NOT NULL PRIMARY KEY REFERENCES entities (id) ON DELETE CASCADE,
  -- Counts the contents this entity has had; part of the process's business key.
  generation         INTEGER     NOT NULL,
  overall_status     VARCHAR(20) NOT NULL,
  face_detection     VARCHAR(20) NOT NULL,
  clip_embedding     VARCHAR(20) NOT NULL,
  dino_embedding     VARCHAR(20) NOT NULL,
  face_count         INTEGER,
  processing_md5     VARCHAR(128),
  processing_version BIGINT,
  processed_md5      VARCHAR(128),
  processed_version  BIGINT,
  error_message      VARCHAR,
  priority           INTEGER     NOT NULL DEFAULT 5,
  -- When the process was started; rows without it wait for a free place.
  launched_at        BIGINT,
  process_id         VARCHAR(64),
  -- Whether its process waits for somebody to retry a step in Cockpit.
  incident           BOOLEAN     NOT NULL DEFAULT FALSE,
  updated_at         BIGINT      NOT NULL
);
CREATE INDEX entity_intelligence_status ON entity_intelligence (overall_status, launched_at, entity_id);

-- How far each reader of the entity history has come.
CREATE TABLE entity_sync_state (
  consumer     VARCHAR(40) NOT NULL PRIMARY KEY,
  last_version BIGINT      NOT NULL
);
