-- Counts the changes of a row: its ETag, and what If-Match is compared with.
ALTER TABLE entities ADD COLUMN row_version BIGINT NOT NULL DEFAULT 0;
