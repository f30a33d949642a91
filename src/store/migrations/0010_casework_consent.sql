-- Consent before a handover, start events, families of cases, results, and the senders of messages.

CREATE INDEX account_by_party ON account (party);

-- Start events of versions in force that something else than a hand starts: a message by its name, a timer when it is due.
CREATE TABLE procedure_start (
  procedure    TEXT NOT NULL REFERENCES procedure (id),
  node         TEXT NOT NULL,
  definition   BIGINT NOT NULL,
  kind         TEXT NOT NULL,
  name         TEXT NOT NULL,
  due_at       BIGINT NOT NULL,
  first_at     BIGINT NOT NULL,
  again        BIGINT NOT NULL,
  every        TEXT NOT NULL,
  PRIMARY KEY (procedure, node, definition)
);
CREATE INDEX procedure_start_by_due ON procedure_start (due_at);

-- `family`: the case that began it and those that messages of its procedure began from it. `result`: the name of the end that was reached last.
ALTER TABLE cases ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN result TEXT NOT NULL DEFAULT '';
UPDATE cases SET family = id;
CREATE INDEX cases_of_procedure ON cases (procedure, id);
CREATE INDEX case_city_by_case ON case_city (case_id, city);

ALTER TABLE task ADD COLUMN service TEXT NOT NULL DEFAULT '';
CREATE INDEX task_of_coordinators ON task (closed_at, due_at, id) WHERE role = 'coordinator';

-- A message that a case sent is for its family; one from outside bears its sender, who must be allowed to write the case that hears it.
-- Those that waited before have neither and expire.
ALTER TABLE case_message ADD COLUMN family TEXT NOT NULL DEFAULT '';
ALTER TABLE case_message ADD COLUMN account TEXT NOT NULL DEFAULT '';
ALTER TABLE case_message ADD COLUMN role TEXT NOT NULL DEFAULT '';
ALTER TABLE case_message ADD COLUMN party TEXT NOT NULL DEFAULT '';

CREATE INDEX case_evidence_by_evidence ON case_evidence (evidence, case_id);

-- The applicant's consent; `paper`: where it is kept of one without an account.
ALTER TABLE handover ADD COLUMN consented_by TEXT NOT NULL DEFAULT '';
ALTER TABLE handover ADD COLUMN consented_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE handover ADD COLUMN paper TEXT NOT NULL DEFAULT '';
CREATE INDEX handover_by_state ON handover (state, id);
