-- Why a job that ended early did: somebody cancelled it.
ALTER TABLE jobs ADD COLUMN cancelled_at BIGINT;
-- Which worker began it last.
ALTER TABLE jobs ADD COLUMN worker VARCHAR(120);
-- Lists of jobs, newest first, and by task; ids break ties.
CREATE INDEX jobs_newest ON jobs (created_at, id);
CREATE INDEX jobs_task ON jobs (task_type, created_at, id);
DROP INDEX jobs_status;
CREATE INDEX jobs_status ON jobs (status, created_at, id);

-- Who is to be told by HTTP when a job has ended.
ALTER TABLE jobs ADD COLUMN callback_url VARCHAR(2000);
CREATE TABLE webhook_calls (
  id         VARCHAR(36)   NOT NULL PRIMARY KEY,
  job_id     VARCHAR(36)   NOT NULL,
  url        VARCHAR(2000) NOT NULL,
  body       VARCHAR       NOT NULL,
  attempts   INTEGER       NOT NULL DEFAULT 0,
  next_at    BIGINT,
  last_error VARCHAR,
  created_at BIGINT        NOT NULL
);
CREATE INDEX webhook_calls_due ON webhook_calls (next_at);
CREATE INDEX webhook_calls_job ON webhook_calls (job_id);
