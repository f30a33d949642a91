-- Procedures with their versions, and the cases that run by them. A version is a draft until it is deployed; a deployed one is never changed,
-- and a case keeps the version that it began with.

CREATE TABLE procedure (
  id           TEXT PRIMARY KEY,
  program      TEXT NOT NULL,
  name         TEXT NOT NULL,
  city         TEXT NOT NULL,
  visibility   TEXT NOT NULL,
  illustrative BIGINT NOT NULL,
  deployed     BIGINT NOT NULL,
  draft        BIGINT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
CREATE TABLE procedure_version (
  procedure    TEXT NOT NULL REFERENCES procedure (id),
  number       BIGINT NOT NULL,
  bpmn         TEXT NOT NULL,
  author       TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  deployed_at  BIGINT NOT NULL,
  PRIMARY KEY (procedure, number)
);

-- `state` is the JSON of casework/state.h. `city` handles the case now; `case_city` holds every city that has handled it.
CREATE TABLE cases (
  id           TEXT PRIMARY KEY,
  number       TEXT NOT NULL UNIQUE,
  procedure    TEXT NOT NULL,
  procedure_number BIGINT NOT NULL,
  title        TEXT NOT NULL,
  party        TEXT NOT NULL,
  city         TEXT NOT NULL,
  state        TEXT NOT NULL,
  outcome      TEXT NOT NULL,
  due_at       BIGINT NOT NULL,
  due          TEXT NOT NULL,
  illustrative BIGINT NOT NULL,
  opened_by    TEXT NOT NULL,
  opened_at    BIGINT NOT NULL,
  closed_at    BIGINT NOT NULL,
  version      BIGINT NOT NULL
);
CREATE INDEX cases_by_procedure ON cases (procedure, closed_at, procedure_number);
CREATE INDEX cases_by_party ON cases (party, id);
CREATE TABLE case_city (
  city         TEXT NOT NULL,
  case_id      TEXT NOT NULL REFERENCES cases (id),
  PRIMARY KEY (city, case_id)
);
CREATE TABLE case_counter (
  city         TEXT NOT NULL,
  year         BIGINT NOT NULL,
  last         BIGINT NOT NULL,
  PRIMARY KEY (city, year)
);

-- What waits for a person. `due` is the question that `due_at` answers (casework/deadline_kept.h).
CREATE TABLE task (
  id           TEXT PRIMARY KEY,
  case_id      TEXT NOT NULL REFERENCES cases (id),
  item         BIGINT NOT NULL,
  node         TEXT NOT NULL,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  role         TEXT NOT NULL,
  city         TEXT NOT NULL,
  party        TEXT NOT NULL,
  account      TEXT NOT NULL,
  opened_at    BIGINT NOT NULL,
  due_at       BIGINT NOT NULL,
  due          TEXT NOT NULL,
  closed_at    BIGINT NOT NULL,
  closed_by    TEXT NOT NULL,
  how          TEXT NOT NULL
);
CREATE INDEX task_by_case ON task (case_id, item);
CREATE INDEX task_of_city ON task (city, closed_at, due_at, id);
CREATE INDEX task_of_party ON task (party, closed_at, due_at, id);

CREATE TABLE case_timer (
  case_id      TEXT NOT NULL REFERENCES cases (id),
  wait         BIGINT NOT NULL,
  due_at       BIGINT NOT NULL,
  PRIMARY KEY (case_id, wait)
);
CREATE INDEX case_timer_by_due ON case_timer (due_at);
CREATE TABLE case_listener (
  case_id      TEXT NOT NULL REFERENCES cases (id),
  wait         BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  PRIMARY KEY (case_id, wait)
);
CREATE INDEX case_listener_by_name ON case_listener (kind, name, case_id);

-- A message that nobody waits for is kept until it expires; `id` is the sender's, so that one that comes twice is one.
CREATE TABLE case_message (
  id           TEXT PRIMARY KEY,
  name         TEXT NOT NULL,
  case_number  TEXT NOT NULL,
  city         TEXT NOT NULL,
  variables    TEXT NOT NULL,
  state        TEXT NOT NULL,
  received_at  BIGINT NOT NULL,
  expires_at   BIGINT NOT NULL
);
CREATE INDEX case_message_waiting ON case_message (state, name, expires_at);
CREATE INDEX case_message_of_city ON case_message (city, id);

-- What happened in a case, a row a step: the JSON of its moves.
CREATE TABLE case_step (
  case_id      TEXT NOT NULL REFERENCES cases (id),
  number       BIGINT NOT NULL,
  at           BIGINT NOT NULL,
  account      TEXT NOT NULL,
  event        TEXT NOT NULL,
  element      TEXT NOT NULL,
  moves        TEXT NOT NULL,
  PRIMARY KEY (case_id, number)
);

-- Evidence is given once: what a party holds, from whom, how long it is valid, how far it is trusted (A issued by an office, B checked at a
-- window, C uploaded, D own statement with pledge), and which cities accept it.
CREATE TABLE evidence (
  id           TEXT PRIMARY KEY,
  party        TEXT NOT NULL,
  name         TEXT NOT NULL,
  kind         TEXT NOT NULL,
  issuer       TEXT NOT NULL,
  city         TEXT NOT NULL,
  grade        TEXT NOT NULL,
  accepted_by  TEXT NOT NULL,
  valid_from   TEXT NOT NULL,
  valid_until  TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  file_name    TEXT NOT NULL,
  account      TEXT NOT NULL,
  created_at   BIGINT NOT NULL,
  withdrawn_at BIGINT NOT NULL
);
CREATE INDEX evidence_by_party ON evidence (party, id);
CREATE TABLE evidence_piece (
  evidence     TEXT NOT NULL REFERENCES evidence (id),
  number       BIGINT NOT NULL,
  data         TEXT NOT NULL,
  PRIMARY KEY (evidence, number)
);
CREATE TABLE case_evidence (
  case_id      TEXT NOT NULL REFERENCES cases (id),
  evidence     TEXT NOT NULL REFERENCES evidence (id),
  consented_by TEXT NOT NULL,
  consented_at BIGINT NOT NULL,
  PRIMARY KEY (case_id, evidence)
);

-- A case that goes from one city to another: what goes with it, and the receipt. `content` is the JSON that was sent, `sha256` its hash.
CREATE TABLE handover (
  id           TEXT PRIMARY KEY,
  case_id      TEXT NOT NULL REFERENCES cases (id),
  from_city    TEXT NOT NULL,
  to_city      TEXT NOT NULL,
  reason       TEXT NOT NULL,
  content      TEXT NOT NULL,
  sha256       TEXT NOT NULL,
  state        TEXT NOT NULL,
  sent_by      TEXT NOT NULL,
  sent_at      BIGINT NOT NULL,
  answered_by  TEXT NOT NULL,
  answered_at  BIGINT NOT NULL,
  answer       TEXT NOT NULL
);
CREATE INDEX handover_by_case ON handover (case_id, id);
