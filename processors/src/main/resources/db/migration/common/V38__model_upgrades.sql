-- What is still to be described by another model is looked for by kind and photo, without reading vectors.
CREATE INDEX embeddings_models ON embeddings (kind, entity_id, model_id, subject_id, md5);

-- Photos that a model which is to serve, or serves, could not describe; tried again after a start.
CREATE TABLE model_upgrade_failures (
  task      VARCHAR(40)  NOT NULL,
  model_id  VARCHAR(100) NOT NULL,
  entity_id BIGINT       NOT NULL REFERENCES entities (id) ON DELETE CASCADE,
  md5       VARCHAR(128) NOT NULL,
  reason    VARCHAR      NOT NULL,
  failed_at BIGINT       NOT NULL,
  PRIMARY KEY (task, model_id, entity_id)
);
CREATE INDEX model_upgrade_failures_entity ON model_upgrade_failures (entity_id);

-- Whose vectors are searched, and since when: those of its predecessor are kept for a while from then on.
CREATE TABLE model_service (
  task     VARCHAR(40)  NOT NULL PRIMARY KEY,
  model_id VARCHAR(100) NOT NULL,
  since    BIGINT       NOT NULL
);
