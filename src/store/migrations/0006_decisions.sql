-- What was decided: by which version of a model, about what, when, from which inputs. Never changed.

CREATE TABLE decided (
  id       TEXT PRIMARY KEY,
  model    TEXT NOT NULL,
  number   BIGINT NOT NULL,
  decision TEXT NOT NULL,
  subject  TEXT NOT NULL,
  city     TEXT NOT NULL,
  inputs   TEXT NOT NULL,
  answers  TEXT NOT NULL,
  account  TEXT NOT NULL,
  at       BIGINT NOT NULL
);
CREATE INDEX decided_by_model ON decided (model, id);
