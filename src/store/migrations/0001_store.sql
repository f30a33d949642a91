-- What every part of the server stands on: the journal, jobs, answers kept for retries, settings.
--
-- Types are those that SQLite and PostgreSQL both read: TEXT, INTEGER, BIGINT, DOUBLE PRECISION. Times are milliseconds
-- since 1970, UTC. Yes and no are 1 and 0.

-- One row for each change of state, chained by hash (store/journal.h). Rows are only ever added.
CREATE TABLE journal (
  seq      INTEGER PRIMARY KEY,
  at       BIGINT NOT NULL,
  actor    TEXT NOT NULL,
  city     TEXT NOT NULL,
  action   TEXT NOT NULL,
  subject  TEXT NOT NULL,
  before   TEXT NOT NULL,
  after    TEXT NOT NULL,
  request  TEXT NOT NULL,
  previous TEXT NOT NULL,
  hash     TEXT NOT NULL
);
CREATE INDEX journal_by_subject ON journal (subject, seq);

-- Work that takes longer than a request (store/jobs.h).
CREATE TABLE job (
  id           TEXT PRIMARY KEY,
  kind         TEXT NOT NULL,
  account      TEXT NOT NULL,
  city         TEXT NOT NULL,
  parameters   TEXT NOT NULL,
  state        TEXT NOT NULL,
  cancel_asked INTEGER NOT NULL,
  result       TEXT NOT NULL,
  error_key    TEXT NOT NULL,
  error_zh     TEXT NOT NULL,
  error_en     TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  started_at   BIGINT NOT NULL,
  finished_at  BIGINT NOT NULL
);
CREATE INDEX job_by_state ON job (state, created_at);

-- The first answer to a request that carried an Idempotency-Key, so that a retry gets the same bytes.
CREATE TABLE idempotency (
  principal    TEXT NOT NULL,
  key          TEXT NOT NULL,
  request_hash TEXT NOT NULL,
  status       INTEGER NOT NULL,
  content_type TEXT NOT NULL,
  body         TEXT NOT NULL,
  at           BIGINT NOT NULL,
  PRIMARY KEY (principal, key)
);
CREATE INDEX idempotency_by_age ON idempotency (at);

CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL
);
