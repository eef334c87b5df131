-- Which model looked for the faces of a photo, also of one that has none. Null: not known.
ALTER TABLE entity_intelligence ADD COLUMN detector VARCHAR(100);
UPDATE entity_intelligence SET detector = COALESCE(
  (SELECT MAX(f.model_id) FROM faces f WHERE f.entity_id = entity_intelligence.entity_id),
  (SELECT MAX(j.model_id) FROM jobs j
   WHERE j.entity_id = entity_intelligence.entity_id
     AND j.generation = entity_intelligence.generation AND j.task_type = 'face_detection'
     AND j.status = 'completed'))
WHERE face_detection = 'completed';
