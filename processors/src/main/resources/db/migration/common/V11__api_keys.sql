CREATE TABLE api_keys (
  id           BIGINT       NOT NULL PRIMARY KEY,
  user_id      BIGINT       NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  name         VARCHAR(255) NOT NULL,
  -- SHA-256 of the key, hexadecimal; the key itself is kept nowhere
  sha256       VARCHAR(64)  NOT NULL UNIQUE,
  scopes       VARCHAR      NOT NULL,
  created_at   BIGINT       NOT NULL,
  expires_at   BIGINT,
  -- to the minute
  last_used_at BIGINT
);

CREATE INDEX api_keys_by_user ON api_keys (user_id, id);
