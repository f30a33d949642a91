-- What is known of a firm: one JSON object a party, by the words of the programs' vocabularies.

CREATE TABLE firm_facts (
  party        TEXT PRIMARY KEY,
  facts        TEXT NOT NULL,
  illustrative INTEGER NOT NULL,
  version      BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
