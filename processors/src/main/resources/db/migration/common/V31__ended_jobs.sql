-- Retention looks for the jobs of the API that ended long ago; the steps of photos are far more.
CREATE INDEX jobs_ended_of_api ON jobs (completed_at) WHERE entity_id IS NULL;
