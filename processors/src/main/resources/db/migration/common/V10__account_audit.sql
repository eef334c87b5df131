-- Who changed what on which account. No foreign key: entries outlive the accounts they are about.
CREATE TABLE account_audit (
  id         BIGINT      NOT NULL PRIMARY KEY,
  at         BIGINT      NOT NULL,
  event      VARCHAR(40) NOT NULL,
  -- id claim of who did it; null for the server itself and for those who are not logged in
  actor      VARCHAR(255),
  -- the account it was done to, and its name at that time; null where there is none
  user_id    BIGINT,
  username   VARCHAR(255),
  detail     VARCHAR,
  request_id VARCHAR(64)
);

CREATE INDEX account_audit_by_user ON account_audit (user_id, id);
