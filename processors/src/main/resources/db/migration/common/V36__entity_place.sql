-- Where a picture or video was taken, as far as its file tells: degrees, north and east positive.
-- Rows from before do not know it until their file is stored anew.
ALTER TABLE entities ADD COLUMN latitude DOUBLE;
ALTER TABLE entities ADD COLUMN longitude DOUBLE;
ALTER TABLE entities_version ADD COLUMN latitude DOUBLE;
ALTER TABLE entities_version ADD COLUMN longitude DOUBLE;

CREATE INDEX entities_place ON entities (latitude, longitude) WHERE latitude IS NOT NULL;
