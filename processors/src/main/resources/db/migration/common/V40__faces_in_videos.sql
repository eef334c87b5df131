-- When the key frame of a face is shown, ms since the beginning of its video; null in a photo.
ALTER TABLE faces ADD COLUMN time_ms BIGINT;
