CREATE TABLE users (
  id              BIGINT       NOT NULL PRIMARY KEY,
  username        VARCHAR(255) NOT NULL UNIQUE,
  hashed_password VARCHAR(100) NOT NULL,
  is_admin        BOOLEAN      NOT NULL,
  is_active       BOOLEAN      NOT NULL,
  permissions     VARCHAR      NOT NULL,
  created_at      BIGINT       NOT NULL,
  -- Tokens of an older version are no longer accepted.
  token_version   INTEGER      NOT NULL DEFAULT 0
);

CREATE TABLE service_config (
  key        VARCHAR(100) NOT NULL PRIMARY KEY,
  value      VARCHAR      NOT NULL,
  updated_at BIGINT       NOT NULL,
  updated_by VARCHAR(255)
);
