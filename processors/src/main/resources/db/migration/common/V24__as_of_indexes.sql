-- Which revision was the newest at an instant.
CREATE INDEX revision_issued ON revision (issued_at, transaction_id);

-- Lists as of an instant, whole and of one collection.
CREATE INDEX entities_version_added ON entities_version (added_date, id);
CREATE INDEX entities_version_parent ON entities_version (parent_id, added_date, id);
CREATE INDEX entities_version_trashed ON entities_version (id) WHERE is_collection AND is_deleted;
