-- With other_id alone SQLite took the index by model and score for both conditions of "model_id = ?
-- AND other_id = ?", and read all pairs of the library for each photo.
DROP INDEX duplicate_pairs_other;
CREATE INDEX duplicate_pairs_other ON duplicate_pairs (other_id, model_id);
