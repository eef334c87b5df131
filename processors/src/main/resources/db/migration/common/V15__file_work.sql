-- What must happen to files once the transaction that caused it has committed; kept until it is
-- done, so that a crash in between leaves neither a file without a row nor a row without a file.
CREATE TABLE file_work (
  id         VARCHAR(36) NOT NULL PRIMARY KEY,
  -- Below the media folder; a folder ends with a slash.
  path       VARCHAR     NOT NULL,
  -- Where a replaced original is kept for a while; without it, the file is removed.
  keep_as    VARCHAR,
  not_before BIGINT      NOT NULL,
  created_at BIGINT      NOT NULL
);
CREATE INDEX file_work_due ON file_work (not_before);

-- Originals of earlier versions, kept so that such a version can be restored.
CREATE TABLE replaced_files (
  path        VARCHAR     NOT NULL PRIMARY KEY,
  entity_id   BIGINT      NOT NULL,
  sha256      VARCHAR(64) NOT NULL,
  replaced_at BIGINT      NOT NULL
);
CREATE INDEX replaced_files_entity ON replaced_files (entity_id, sha256);
CREATE INDEX replaced_files_age ON replaced_files (replaced_at);
