-- Why a job that ended early did: somebody cancelled it.
ALTER TABLE jobs ADD COLUMN cancelled_at BIGINT;
-- Lists of jobs, newest first, and by task; ids break ties.
CREATE INDEX jobs_newest ON jobs (created_at, id);
CREATE INDEX jobs_task ON jobs (task_type, created_at, id);
DROP INDEX jobs_status;
CREATE INDEX jobs_status ON jobs (status, created_at, id);
