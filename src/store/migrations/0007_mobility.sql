-- Files that travel times are computed from, kept as they came: in pieces of base64, so that a backup holds them and any database takes them.

CREATE TABLE mobility_file (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  bytes        BIGINT NOT NULL,
  sha256       TEXT NOT NULL,
  source       TEXT NOT NULL,
  illustrative BIGINT NOT NULL,
  skip_faulty  BIGINT NOT NULL,
  account      TEXT NOT NULL,
  city         TEXT NOT NULL,
  created_at   BIGINT NOT NULL
);
CREATE TABLE mobility_piece (
  file   TEXT NOT NULL REFERENCES mobility_file (id),
  number BIGINT NOT NULL,
  data   TEXT NOT NULL,
  PRIMARY KEY (file, number)
);
