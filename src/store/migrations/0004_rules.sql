-- Decision models: one row a matter and city, and every version of its text. A version is a draft until it is published; a
-- published one is never changed.

CREATE TABLE model (
  id           TEXT PRIMARY KEY,
  program      TEXT NOT NULL,
  matter       TEXT NOT NULL,
  city         TEXT NOT NULL,
  title        TEXT NOT NULL,
  visibility   TEXT NOT NULL,
  illustrative INTEGER NOT NULL,
  published    BIGINT NOT NULL,
  draft        BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
CREATE UNIQUE INDEX model_by_matter ON model (program, matter, city);

CREATE TABLE model_version (
  model        TEXT NOT NULL,
  number       BIGINT NOT NULL,
  xml          TEXT NOT NULL,
  note         TEXT NOT NULL,
  author       TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (model, number)
);
