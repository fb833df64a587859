-- DIAN's answers with a code that we don't know, without secrets: one row for each different body (`sha256` is its hash).
-- An empty body stands for all of a code that there was no room for. How many are kept, `activities/store/unknown.py` says.
CREATE TABLE dse.unknown_answer (
    environment text NOT NULL CHECK (environment IN ('habilitacion', 'produccion')),
    code        text NOT NULL,
    sha256      text NOT NULL,
    body        text NOT NULL,
    first_at    timestamptz NOT NULL,
    last_at     timestamptz NOT NULL,
    times       bigint NOT NULL,
    PRIMARY KEY (environment, code, sha256)
);
