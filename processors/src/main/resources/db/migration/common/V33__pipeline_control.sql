-- The cursor may stand within a revision: one that changed very many entities is read in windows,
-- too. A cursor from before stands behind the whole of its revision.
ALTER TABLE entity_sync_state ADD COLUMN last_entity BIGINT NOT NULL DEFAULT 9223372036854775807;
DROP INDEX entities_version_transaction;
CREATE INDEX entities_version_transaction ON entities_version (transaction_id, id);

-- Whether the photo is in the trash: it waits, and must not stand in the way of those behind it.
ALTER TABLE entity_intelligence ADD COLUMN withdrawn BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE entity_intelligence SET withdrawn = TRUE
WHERE entity_id IN (SELECT id FROM entities WHERE is_deleted);

-- Photos that wait for a place, in either order.
CREATE INDEX entity_intelligence_oldest ON entity_intelligence (priority, entity_id)
WHERE overall_status = 'queued' AND launched_at IS NULL AND NOT withdrawn;
CREATE INDEX entity_intelligence_newest ON entity_intelligence (priority, entity_id DESC)
WHERE overall_status = 'queued' AND launched_at IS NULL AND NOT withdrawn;

-- Somebody holds new work back; at most one row.
CREATE TABLE pipeline_pause (
  id         INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
  owner      VARCHAR NOT NULL,
  reason     VARCHAR NOT NULL,
  since      BIGINT  NOT NULL,
  -- When work goes on by itself; null for when somebody says so.
  expires_at BIGINT
);

-- Wishes to process many photos again, carried out a window at a time.
CREATE TABLE reprocess_requests (
  id           BIGINT  NOT NULL PRIMARY KEY,
  -- Which photos, as JSON of the API.
  filter       VARCHAR NOT NULL,
  requested_by VARCHAR,
  requested_at BIGINT  NOT NULL,
  -- Photos that fitted at the time of the wish.
  matched      BIGINT  NOT NULL,
  -- Entities up to this id existed then; those behind next_after were looked at already.
  up_to        BIGINT  NOT NULL,
  next_after   BIGINT  NOT NULL DEFAULT 0,
  queued       BIGINT  NOT NULL DEFAULT 0,
  skipped      BIGINT  NOT NULL DEFAULT 0,
  ended_at     BIGINT
);
CREATE INDEX reprocess_requests_open ON reprocess_requests (id) WHERE ended_at IS NULL;
