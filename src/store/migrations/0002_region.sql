-- The region: its places, its parties and what they do together, and who may sign in.

-- A city (parent '') or a district of one. Codes are those of GB/T 2260; coordinates are WGS-84 degrees.
CREATE TABLE place (
  code    TEXT PRIMARY KEY,
  parent  TEXT NOT NULL,
  name    TEXT NOT NULL,
  name_en TEXT NOT NULL,
  lon     DOUBLE PRECISION NOT NULL,
  lat     DOUBLE PRECISION NOT NULL
);

-- An organisation: enterprise, institute, government, platform … `affiliation` is the id of the head of its group, or its own.
CREATE TABLE party (
  id            TEXT PRIMARY KEY,
  credit_code   TEXT UNIQUE,
  name          TEXT NOT NULL,
  name_folded   TEXT NOT NULL,
  kind          TEXT NOT NULL,
  city          TEXT NOT NULL,
  district      TEXT NOT NULL,
  affiliation   TEXT NOT NULL,
  visibility    TEXT NOT NULL,
  about         TEXT NOT NULL,
  contact_name  TEXT NOT NULL,
  contact_phone TEXT NOT NULL,
  illustrative  INTEGER NOT NULL,
  source        TEXT NOT NULL,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL
);
CREATE INDEX party_by_city ON party (city, id);
CREATE INDEX party_by_name ON party (name_folded);

-- What two parties do together, as a source reports it. Parties outside the region stand by name alone.
CREATE TABLE cooperation (
  id         TEXT PRIMARY KEY,
  from_name  TEXT NOT NULL,
  from_party TEXT NOT NULL,
  from_city  TEXT NOT NULL,
  to_name    TEXT NOT NULL,
  to_party   TEXT NOT NULL,
  to_city    TEXT NOT NULL,
  relation   TEXT NOT NULL,
  subject    TEXT NOT NULL,
  status     TEXT NOT NULL,
  source     TEXT NOT NULL,
  note       TEXT NOT NULL
);
CREATE INDEX cooperation_by_from ON cooperation (from_party);
CREATE INDEX cooperation_by_to ON cooperation (to_party);

CREATE TABLE account (
  id            TEXT PRIMARY KEY,
  login         TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  role          TEXT NOT NULL,
  city          TEXT NOT NULL,
  party         TEXT NOT NULL,
  password_hash TEXT NOT NULL,
  disabled      INTEGER NOT NULL,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL
);

-- Session ids and API tokens are stored as hashes: who reads the database cannot sign in with what it finds.
CREATE TABLE session (
  hash       TEXT PRIMARY KEY,
  account    TEXT NOT NULL,
  csrf       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX session_by_account ON session (account);

CREATE TABLE token (
  id         TEXT PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,
  account    TEXT NOT NULL,
  name       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL
);
CREATE INDEX token_by_account ON token (account);
