-- Files whose coordinates are in GCJ-02: kept as they came, converted to WGS-84 whenever they are read.

ALTER TABLE mobility_file ADD COLUMN gcj02 BIGINT NOT NULL DEFAULT 0;
