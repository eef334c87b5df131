CREATE TABLE known_persons (
  id         BIGINT NOT NULL PRIMARY KEY,
  name       VARCHAR(255),
  created_at BIGINT NOT NULL,
  updated_at BIGINT NOT NULL
);
CREATE INDEX known_persons_name ON known_persons (name);

CREATE TABLE known_persons_version (
  id                 BIGINT   NOT NULL,
  transaction_id     BIGINT   NOT NULL REFERENCES revision (transaction_id),
  end_transaction_id BIGINT REFERENCES revision (transaction_id),
  operation_type     SMALLINT NOT NULL,
  name               VARCHAR(255),
  created_at         BIGINT,
  updated_at         BIGINT,
  PRIMARY KEY (id, transaction_id)
);
CREATE INDEX known_persons_version_transaction ON known_persons_version (transaction_id);
CREATE INDEX known_persons_version_end ON known_persons_version (end_transaction_id);

CREATE TABLE faces (
  id               BIGINT       NOT NULL PRIMARY KEY,
  entity_id        BIGINT       NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  face_index       INTEGER      NOT NULL,
  md5              VARCHAR(128) NOT NULL,
  model_id         VARCHAR(100) NOT NULL,
  bbox             VARCHAR      NOT NULL,
  landmarks        VARCHAR      NOT NULL,
  confidence       DOUBLE       NOT NULL,
  file_path        VARCHAR      NOT NULL,
  embedding_status VARCHAR(20)  NOT NULL,
  created_at       BIGINT       NOT NULL,
  known_person_id  BIGINT REFERENCES known_persons (id) ON DELETE SET NULL
);
CREATE INDEX faces_entity ON faces (entity_id, face_index);
CREATE INDEX faces_person ON faces (known_person_id);

CREATE TABLE face_matches (
  id               BIGINT NOT NULL PRIMARY KEY,
  face_id          BIGINT NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
  matched_face_id  BIGINT NOT NULL REFERENCES faces (id) ON DELETE CASCADE,
  similarity_score DOUBLE NOT NULL,
  created_at       BIGINT NOT NULL,
  UNIQUE (face_id, matched_face_id)
);
CREATE INDEX face_matches_matched ON face_matches (matched_face_id);

-- Identity decisions are facts: appended, never changed. No foreign keys: they outlive their faces.
CREATE TABLE identity_decisions (
  id         BIGINT       NOT NULL PRIMARY KEY,
  kind       VARCHAR(20)  NOT NULL,
  face_id    BIGINT       NOT NULL,
  person_id  BIGINT,
  actor      VARCHAR(255) NOT NULL,
  score      DOUBLE,
  evidence   VARCHAR,
  reason     VARCHAR,
  created_at BIGINT       NOT NULL
);
CREATE INDEX identity_decisions_face ON identity_decisions (face_id, id);
CREATE INDEX identity_decisions_person ON identity_decisions (person_id, id);
