-- A job whose tries were used up may be begun again where its process waits; one that failed for
-- good may not, though the engine, killed before it wrote that down, still offers its task.
ALTER TABLE jobs ADD COLUMN gave_up_at BIGINT;
UPDATE jobs SET gave_up_at = completed_at WHERE status = 'failed' AND cancelled_at IS NULL;
