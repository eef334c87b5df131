-- Ids that clients see are small, dense and never used again: one counter a kind.
CREATE TABLE id_counter (
  name VARCHAR(40) NOT NULL PRIMARY KEY,
  last BIGINT      NOT NULL
);

-- One row a transaction that changed something with history (Envers).
CREATE TABLE revision (
  transaction_id BIGINT NOT NULL PRIMARY KEY,
  issued_at      BIGINT NOT NULL,
  actor          VARCHAR(255),
  request_id     VARCHAR(64),
  reason         VARCHAR(255)
);
