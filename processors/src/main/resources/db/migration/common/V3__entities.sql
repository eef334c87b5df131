CREATE TABLE entities (
  id             BIGINT  NOT NULL PRIMARY KEY,
  is_collection  BOOLEAN NOT NULL,
  label          VARCHAR,
  description    VARCHAR,
  parent_id      BIGINT REFERENCES entities (id),
  added_date     BIGINT,
  updated_date   BIGINT,
  create_date    BIGINT,
  added_by       VARCHAR(255),
  updated_by     VARCHAR(255),
  file_size      BIGINT,
  height         INTEGER,
  width          INTEGER,
  duration       DOUBLE,
  mime_type      VARCHAR(100),
  type           VARCHAR(20),
  extension      VARCHAR(100),
  md5            VARCHAR(128),
  file_path      VARCHAR,
  is_deleted     BOOLEAN NOT NULL DEFAULT FALSE,
  deleted_at     BIGINT,
  content_sha256 VARCHAR(64),
  original_name  VARCHAR,
  -- Label and description, NFKC and lower case: SQLite's own lower() knows only ASCII.
  search_text    VARCHAR
);

-- One live entity a content; trashed ones may share it.
CREATE UNIQUE INDEX entities_live_md5 ON entities (md5) WHERE NOT is_deleted AND md5 IS NOT NULL;
CREATE INDEX entities_md5 ON entities (md5);
CREATE INDEX entities_sha256 ON entities (content_sha256);
CREATE INDEX entities_added ON entities (added_date DESC, id DESC);
CREATE INDEX entities_children ON entities (parent_id, is_deleted, added_date DESC);
CREATE INDEX entities_type ON entities (type, added_date DESC);
CREATE INDEX entities_mime ON entities (mime_type, added_date DESC);
CREATE INDEX entities_label ON entities (label);
-- Before a file is removed: does any row still point to it?
CREATE INDEX entities_file_path ON entities (file_path);
-- What lies below a trashed collection is found from these few rows.
CREATE INDEX entities_trashed_collections ON entities (id) WHERE is_collection AND is_deleted;

CREATE TABLE entities_version (
  id                 BIGINT NOT NULL,
  transaction_id     BIGINT NOT NULL REFERENCES revision (transaction_id),
  end_transaction_id BIGINT REFERENCES revision (transaction_id),
  operation_type     SMALLINT NOT NULL,
  is_collection      BOOLEAN,
  label              VARCHAR,
  description        VARCHAR,
  parent_id          BIGINT,
  added_date         BIGINT,
  updated_date       BIGINT,
  create_date        BIGINT,
  added_by           VARCHAR(255),
  updated_by         VARCHAR(255),
  file_size          BIGINT,
  height             INTEGER,
  width              INTEGER,
  duration           DOUBLE,
  mime_type          VARCHAR(100),
  type               VARCHAR(20),
  extension          VARCHAR(100),
  md5                VARCHAR(128),
  file_path          VARCHAR,
  is_deleted         BOOLEAN,
  deleted_at         BIGINT,
  content_sha256     VARCHAR(64),
  original_name      VARCHAR,
  PRIMARY KEY (id, transaction_id)
);
CREATE INDEX entities_version_transaction ON entities_version (transaction_id);
CREATE INDEX entities_version_end ON entities_version (end_transaction_id);
