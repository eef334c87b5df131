-- The n-th version of an entity, known without counting those before it. Versions that create an
-- entity are the first and need no work; only later ones are in the index.
ALTER TABLE entities_version ADD COLUMN ordinal INTEGER NOT NULL DEFAULT 1;

UPDATE entities_version SET ordinal = (
  SELECT COUNT(*) FROM entities_version before
  WHERE before.id = entities_version.id AND before.transaction_id <= entities_version.transaction_id);

CREATE INDEX entities_version_ordinal ON entities_version (ordinal, id) WHERE ordinal > 1;

CREATE FUNCTION entities_version_count() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  NEW.ordinal := 1 + COALESCE((
    SELECT before.ordinal FROM entities_version before
    WHERE before.id = NEW.id AND before.transaction_id < NEW.transaction_id
    ORDER BY before.transaction_id DESC LIMIT 1), 0);
  RETURN NEW;
END $$;

CREATE TRIGGER entities_version_count BEFORE INSERT ON entities_version
FOR EACH ROW WHEN (NEW.operation_type <> 0) EXECUTE FUNCTION entities_version_count();
