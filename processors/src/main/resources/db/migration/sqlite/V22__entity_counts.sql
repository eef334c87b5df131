-- How many entities of each kind there are in each collection, so that a list's total is read and
-- not counted. Kept by triggers in the transaction that changes a row: always exact.
CREATE TABLE entity_count (
  -- 0 for the root, -1 for all collections together.
  parent_id     BIGINT      NOT NULL,
  -- Empty where an entity has none.
  type          VARCHAR(20) NOT NULL,
  is_collection BOOLEAN     NOT NULL,
  is_deleted    BOOLEAN     NOT NULL,
  n             BIGINT      NOT NULL,
  PRIMARY KEY (parent_id, type, is_collection, is_deleted)
) WITHOUT ROWID;

INSERT INTO entity_count
SELECT COALESCE(parent_id, 0), COALESCE(type, ''), is_collection, is_deleted, COUNT(*)
FROM entities GROUP BY 1, 2, 3, 4;
INSERT INTO entity_count
SELECT -1, type, is_collection, is_deleted, SUM(n) FROM entity_count GROUP BY 1, 2, 3, 4;

CREATE TRIGGER entity_count_insert AFTER INSERT ON entities BEGIN
  INSERT INTO entity_count
  VALUES (COALESCE(NEW.parent_id, 0), COALESCE(NEW.type, ''), NEW.is_collection, NEW.is_deleted, 1),
    (-1, COALESCE(NEW.type, ''), NEW.is_collection, NEW.is_deleted, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
END;

CREATE TRIGGER entity_count_delete AFTER DELETE ON entities BEGIN
  UPDATE entity_count SET n = n - 1
  WHERE parent_id IN (-1, COALESCE(OLD.parent_id, 0)) AND type = COALESCE(OLD.type, '')
    AND is_collection = OLD.is_collection AND is_deleted = OLD.is_deleted;
  DELETE FROM entity_count WHERE parent_id = COALESCE(OLD.parent_id, 0) AND n = 0;
END;

CREATE TRIGGER entity_count_update AFTER UPDATE ON entities
WHEN OLD.parent_id IS NOT NEW.parent_id OR OLD.type IS NOT NEW.type
  OR OLD.is_collection IS NOT NEW.is_collection OR OLD.is_deleted IS NOT NEW.is_deleted
BEGIN
  UPDATE entity_count SET n = n - 1
  WHERE parent_id IN (-1, COALESCE(OLD.parent_id, 0)) AND type = COALESCE(OLD.type, '')
    AND is_collection = OLD.is_collection AND is_deleted = OLD.is_deleted;
  INSERT INTO entity_count
  VALUES (COALESCE(NEW.parent_id, 0), COALESCE(NEW.type, ''), NEW.is_collection, NEW.is_deleted, 1),
    (-1, COALESCE(NEW.type, ''), NEW.is_collection, NEW.is_deleted, 1)
  ON CONFLICT DO UPDATE SET n = n + 1;
  DELETE FROM entity_count WHERE parent_id = COALESCE(OLD.parent_id, 0) AND n = 0;
END;
