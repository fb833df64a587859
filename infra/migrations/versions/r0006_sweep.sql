-- What shows that a worker is sick, as the workflow told it: when it looks at DIAN next, whether it has noticed that its row is
-- overdue (rows of before can't tell: as if it had), from when the row's time counts, when its last unreadable signal came.
-- `looked_at` is the last answer of DIAN's, also of looks that told nothing new and so were not recorded.
ALTER TABLE dse.onboarding
    ADD COLUMN next_look_at timestamptz,
    ADD COLUMN looked_at timestamptz,
    ADD COLUMN overdue_noticed boolean NOT NULL DEFAULT true,
    ADD COLUMN counted_from timestamptz,
    ADD COLUMN unreadable_at timestamptz;

-- What is wrong now, one row for each company and code (`domain/findings.py`), nit '' for what is wrong with all. A row counts
-- once it has been seen for `settles`. `since` is null where only its first sight tells how long it has been so.
CREATE TABLE dse.finding (
    environment text NOT NULL CHECK (environment IN ('habilitacion', 'produccion')),
    source      text NOT NULL,
    code        text NOT NULL,
    nit         text NOT NULL,
    since       timestamptz,
    waiting_on  text NOT NULL,
    subject     text NOT NULL,
    settles     interval NOT NULL,
    first_seen  timestamptz NOT NULL,
    last_seen   timestamptz NOT NULL,
    PRIMARY KEY (environment, source, code, nit)
);

-- The keys of scans that were told but not taken: their objects are known, too.
CREATE INDEX timeline_scans_not_taken ON dse.timeline (onboarding_id)
    WHERE name = 'signed_letter_uploaded' AND before <> '';

-- When each source was last looked through; documents a part at a time, up to the company `reached` ('': to the end).
CREATE TABLE dse.sweep_pass (
    environment text NOT NULL CHECK (environment IN ('habilitacion', 'produccion')),
    source      text NOT NULL,
    looked_at   timestamptz NOT NULL,
    reached     text NOT NULL DEFAULT '',
    PRIMARY KEY (environment, source)
);

-- The last sweep that ended, and which sources it lacked: what they last told stands, and is stale.
CREATE TABLE dse.sweep (
    environment text PRIMARY KEY CHECK (environment IN ('habilitacion', 'produccion')),
    started_at  timestamptz NOT NULL,
    finished_at timestamptz NOT NULL,
    seconds     double precision NOT NULL,
    missing     text[] NOT NULL
);

-- A mail about many onboardings belongs to none, and to no timeline.
ALTER TABLE dse.mail ALTER COLUMN onboarding_id DROP NOT NULL;
DROP TRIGGER mail_was_written ON dse.mail;
CREATE TRIGGER mail_was_written AFTER INSERT ON dse.mail
    FOR EACH ROW WHEN (NEW.onboarding_id IS NOT NULL) EXECUTE FUNCTION dse.mail_lives();
DROP TRIGGER mail_has_ended ON dse.mail;
CREATE TRIGGER mail_has_ended BEFORE UPDATE OF sent_at, dropped_at, bounced_at ON dse.mail
    FOR EACH ROW WHEN (NEW.onboarding_id IS NOT NULL) EXECUTE FUNCTION dse.mail_lives();
