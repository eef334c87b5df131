-- How many entities of each kind there are in each collection, so that a list's total is read and
-- not counted. Kept by triggers in the transaction that changes a row: always exact. Changes are
-- appended as differences, so that writers side by side never wait for each other's counters; the
-- sum counts. Every few hundred changes one writer adds up what nobody else holds.
CREATE TABLE entity_count (
  -- 0 for the root, -1 for all collections together.
  parent_id     BIGINT      NOT NULL,
  -- Empty where an entity has none.
  type          VARCHAR(20) NOT NULL,
  is_collection BOOLEAN     NOT NULL,
  is_deleted    BOOLEAN     NOT NULL,
  n             BIGINT      NOT NULL
);
CREATE INDEX entity_count_parent ON entity_count (parent_id);

INSERT INTO entity_count
SELECT COALESCE(parent_id, 0), COALESCE(type, ''), is_collection, is_deleted, COUNT(*)
FROM entities GROUP BY 1, 2, 3, 4;
INSERT INTO entity_count
SELECT -1, type, is_collection, is_deleted, SUM(n) FROM entity_count GROUP BY 1, 2, 3, 4;

CREATE FUNCTION entity_count_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO entity_count
    SELECT place, COALESCE(OLD.type, ''), OLD.is_collection, OLD.is_deleted, -1
    FROM unnest(ARRAY[-1, COALESCE(OLD.parent_id, 0)]) AS place;
  END IF;
  IF TG_OP <> 'DELETE' THEN
    INSERT INTO entity_count
    SELECT place, COALESCE(NEW.type, ''), NEW.is_collection, NEW.is_deleted, 1
    FROM unnest(ARRAY[-1, COALESCE(NEW.parent_id, 0)]) AS place;
  END IF;
  IF random() < 0.005 THEN
    WITH taken AS (
      DELETE FROM entity_count WHERE ctid = ANY (ARRAY(
        SELECT ctid FROM entity_count
        WHERE parent_id IN (-1, COALESCE(NEW.parent_id, OLD.parent_id, 0))
        FOR UPDATE SKIP LOCKED))
      RETURNING parent_id, type, is_collection, is_deleted, n)
    INSERT INTO entity_count
    SELECT parent_id, type, is_collection, is_deleted, SUM(n) FROM taken
    GROUP BY 1, 2, 3, 4 HAVING SUM(n) <> 0;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER entity_count_new_or_gone AFTER INSERT OR DELETE ON entities
FOR EACH ROW EXECUTE FUNCTION entity_count_keep();

CREATE TRIGGER entity_count_changed AFTER UPDATE ON entities
FOR EACH ROW
WHEN ((OLD.parent_id, OLD.type, OLD.is_collection, OLD.is_deleted)
  IS DISTINCT FROM (NEW.parent_id, NEW.type, NEW.is_collection, NEW.is_deleted))
EXECUTE FUNCTION entity_count_keep();
