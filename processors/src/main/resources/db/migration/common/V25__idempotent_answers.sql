-- Answers to POSTs that carry an Idempotency-Key, for those who ask again. The key itself is not
-- kept: the id is a hash of caller, operation and key, the fingerprint a hash keyed with it.
CREATE TABLE idempotent_answers (
  id           VARCHAR(64) NOT NULL PRIMARY KEY,
  fingerprint  VARCHAR(64) NOT NULL,
  -- The process that works on it, and until when it is believed to be alive.
  holder       VARCHAR(36) NOT NULL,
  lease_until  BIGINT      NOT NULL,
  -- Unknown as long as the work goes on.
  status       INTEGER,
  content_type VARCHAR(255),
  etag         VARCHAR(255),
  body         VARCHAR,
  expires_at   BIGINT      NOT NULL
);
CREATE INDEX idempotent_answers_age ON idempotent_answers (expires_at);
