-- Markets: listings (needs and offers) and the deals between them.

CREATE TABLE listing (
  id           TEXT PRIMARY KEY,
  program      TEXT NOT NULL,
  side         TEXT NOT NULL,
  party        TEXT NOT NULL,
  city         TEXT NOT NULL,
  district     TEXT NOT NULL,
  visibility   TEXT NOT NULL,
  title        TEXT NOT NULL,
  text         TEXT NOT NULL,
  fields       TEXT NOT NULL,
  codes        TEXT NOT NULL,
  illustrative INTEGER NOT NULL,
  source       TEXT NOT NULL,
  status       TEXT NOT NULL,
  import       TEXT NOT NULL,
  external     TEXT NOT NULL,
  version      BIGINT NOT NULL,
  created_at   BIGINT NOT NULL,
  updated_at   BIGINT NOT NULL
);
CREATE INDEX listing_by_program ON listing (program, side, id);
CREATE INDEX listing_by_party ON listing (party, id);
CREATE INDEX listing_by_external ON listing (party, external);

-- A need and an offer that somebody brought together, and how far they came. `need_version` and `offer_version` are those
-- that were introduced: a pair that was dropped is offered again only when one of them has changed since.
CREATE TABLE deal (
  id            TEXT PRIMARY KEY,
  program       TEXT NOT NULL,
  need          TEXT NOT NULL,
  offer         TEXT NOT NULL,
  need_party    TEXT NOT NULL,
  offer_party   TEXT NOT NULL,
  need_city     TEXT NOT NULL,
  offer_city    TEXT NOT NULL,
  need_version  BIGINT NOT NULL,
  offer_version BIGINT NOT NULL,
  stage         TEXT NOT NULL,
  reason        TEXT NOT NULL,
  note          TEXT NOT NULL,
  need_agreed   INTEGER NOT NULL,
  offer_agreed  INTEGER NOT NULL,
  version       BIGINT NOT NULL,
  created_at    BIGINT NOT NULL,
  updated_at    BIGINT NOT NULL,
  UNIQUE (need, offer)
);
CREATE INDEX deal_by_need_party ON deal (need_party, id);
CREATE INDEX deal_by_offer_party ON deal (offer_party, id);

-- The industry codes that listings carry (GB/T 4754-2017 or a table that an operator imports).
CREATE TABLE industry_code (
  code        TEXT PRIMARY KEY,
  section     TEXT NOT NULL,
  name        TEXT NOT NULL,
  description TEXT NOT NULL
);

-- Programs that an administrator switched off.
CREATE TABLE program_setting (
  program TEXT PRIMARY KEY,
  enabled INTEGER NOT NULL
);
