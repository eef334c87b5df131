-- The shared migrations name two types as SQLite does; here they get these names.
CREATE DOMAIN double AS double precision;
CREATE DOMAIN blob AS bytea;
