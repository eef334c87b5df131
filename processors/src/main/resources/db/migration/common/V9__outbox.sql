-- Messages written in the transaction that caused them, sent afterwards, deleted when acknowledged.
CREATE TABLE outbox (
  id           BIGINT       NOT NULL PRIMARY KEY,
  topic        VARCHAR(255) NOT NULL,
  payload      VARCHAR,
  retained     BOOLEAN      NOT NULL,
  coalesce_key VARCHAR(255) UNIQUE,
  not_before   BIGINT       NOT NULL,
  created_at   BIGINT       NOT NULL,
  attempts     INTEGER      NOT NULL DEFAULT 0
);
CREATE INDEX outbox_due ON outbox (not_before, id);
