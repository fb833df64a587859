-- A company is known from its first onboarding or effect on.
CREATE TABLE dse.company (
    environment text NOT NULL CHECK (environment IN ('habilitacion', 'produccion')),
    nit         text NOT NULL,
    known_since timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (environment, nit)
);

-- Where each onboarding stands: a projection of the workflow's state, for sorted lists and for the time after
-- Temporal's retention. Here and below, `fence` says which workflow task told it: what was told behind a lower one never
-- overwrites what was told behind a higher one. `seq` is the last event told. The workflow's id is derived:
-- dse:{environment}:{nit}. The last onboarding started is the company's; one before it that never closed was terminated.
CREATE TABLE dse.onboarding (
    onboarding_id      text PRIMARY KEY,
    environment        text NOT NULL,
    nit                text NOT NULL,
    version            bigint NOT NULL,
    fence              bigint NOT NULL,
    seq                bigint NOT NULL,
    name               text NOT NULL,
    contact            jsonb NOT NULL,
    partner            text NOT NULL,
    external_reference text NOT NULL,
    step               text NOT NULL,
    waiting_on         text,
    since              timestamptz NOT NULL,
    due_at             timestamptz,
    held               boolean NOT NULL,
    blocked            text,
    assignee           text,
    started_at         timestamptz NOT NULL,
    letter_revision    integer NOT NULL,
    closed             text CHECK (closed IN ('ready', 'cancelled')),
    status             jsonb,
    recorded_at        timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (environment, nit) REFERENCES dse.company,
    CHECK ((closed IS NULL) = (status IS NULL))
);
CREATE INDEX onboarding_of_company ON dse.onboarding (environment, nit, started_at DESC, onboarding_id DESC);
CREATE INDEX onboarding_open ON dse.onboarding (environment, due_at) WHERE closed IS NULL;

-- One representative per letter; revision 0 is one without (yet) a letter: a grant was reused. What the letter
-- doesn't print may change under the same revision.
CREATE TABLE dse.representative (
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    revision      integer NOT NULL,
    data          jsonb NOT NULL,
    fence         bigint NOT NULL,
    PRIMARY KEY (onboarding_id, revision)
);

CREATE TABLE dse.letter (
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    revision      integer NOT NULL,
    letter_id     text NOT NULL,
    key           text NOT NULL,
    sha256        text NOT NULL,
    size          bigint NOT NULL,
    template      text NOT NULL,
    issued_on     date NOT NULL,
    fence         bigint NOT NULL,
    PRIMARY KEY (onboarding_id, revision)
);

-- Scans received, each with the verdict on it; what people told us of a file, they told us of this key.
CREATE TABLE dse.scan (
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    key           text NOT NULL,
    sha256        text NOT NULL,
    size          bigint NOT NULL,
    revision      integer NOT NULL,
    received_at   timestamptz NOT NULL,
    gone          text,
    judgement     text,
    reasons       jsonb NOT NULL,
    measures      jsonb NOT NULL,
    engine        text,
    fence         bigint NOT NULL,
    PRIMARY KEY (onboarding_id, key)
);

-- The provider's certificate serves a company. Keyed by its effect: done once, whoever repeats it.
-- Grants and voucher types name no onboarding by foreign key: an effect may land before its onboarding's first record.
CREATE TABLE dse.certificate_grant (
    effect_key     text PRIMARY KEY,
    environment    text NOT NULL,
    nit            text NOT NULL,
    onboarding_id  text NOT NULL,
    revision       integer NOT NULL,
    representative jsonb NOT NULL,
    starts_at      timestamptz NOT NULL,
    ends_at        timestamptz NOT NULL,
    revoked_at     timestamptz,
    FOREIGN KEY (environment, nit) REFERENCES dse.company
);
CREATE INDEX certificate_grant_live ON dse.certificate_grant (environment, nit, starts_at DESC)
    WHERE revoked_at IS NULL;

-- A tipo de comprobante claims a range: one row for the document (05), one for its adjustment note (95).
CREATE TABLE dse.voucher_type (
    effect_key          text NOT NULL,
    document_type       text NOT NULL CHECK (document_type IN ('05', '95')),
    environment         text NOT NULL,
    nit                 text NOT NULL,
    onboarding_id       text NOT NULL,
    code                text NOT NULL,
    name                text NOT NULL,
    resolution          text NOT NULL,
    prefix              text NOT NULL,
    from_number         bigint NOT NULL,
    to_number           bigint NOT NULL,
    valid_from          date NOT NULL,
    valid_to            date NOT NULL,
    next_number         bigint NOT NULL,
    automatic_numbering boolean NOT NULL,
    in_use              boolean NOT NULL,
    claimed_at          timestamptz NOT NULL DEFAULT now(),
    released_at         timestamptz,
    PRIMARY KEY (effect_key, document_type),
    FOREIGN KEY (environment, nit) REFERENCES dse.company
);
-- A range serves one voucher type, whoever asks at the same time. The sample that DIAN's habilitación lists for
-- everybody is no one's.
CREATE UNIQUE INDEX voucher_type_range ON dse.voucher_type (environment, resolution, prefix, document_type)
    WHERE released_at IS NULL AND NOT (environment = 'habilitacion' AND prefix = 'SEDS');
CREATE UNIQUE INDEX voucher_type_code ON dse.voucher_type (environment, nit, code)
    WHERE released_at IS NULL;

-- An effect taken back leaves its key here, so that one still under way, landing later, does nothing.
CREATE TABLE dse.tombstone (
    effect_key text PRIMARY KEY,
    effect     text NOT NULL,
    laid_at    timestamptz NOT NULL DEFAULT now()
);

-- What happened, told once and never changed. A workflow task that told it and was then repeated may tell it otherwise: of
-- two events with one number the one behind the higher fence happened, and none beyond the onboarding's `seq` did.
CREATE TABLE dse.timeline (
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    seq           bigint NOT NULL,
    at            timestamptz NOT NULL,
    name          text NOT NULL,
    actor         text NOT NULL,
    verified      boolean NOT NULL,
    channel       text NOT NULL,
    reason        text NOT NULL,
    before        text NOT NULL,
    after         text NOT NULL,
    fence         bigint NOT NULL,
    PRIMARY KEY (onboarding_id, seq, fence)
);
CREATE VIEW dse.happened AS
    SELECT DISTINCT ON (onboarding_id, seq) told.*
    FROM dse.timeline AS told JOIN dse.onboarding AS o USING (onboarding_id)
    WHERE told.seq <= o.seq
    ORDER BY onboarding_id, seq, told.fence DESC;
CREATE FUNCTION dse.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'dse.% only grows', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END
$$;
CREATE TRIGGER timeline_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON dse.timeline
    FOR EACH STATEMENT EXECUTE FUNCTION dse.refuse_change();

-- Mails to send: written in the transaction that causes them, sent after it, marked once a server has taken them.
CREATE TABLE dse.mail (
    message_id    text PRIMARY KEY,
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    kind          text NOT NULL,
    recipient     text NOT NULL,
    subject       text NOT NULL,
    body          text NOT NULL,
    made_at       timestamptz NOT NULL DEFAULT now(),
    attempts      integer NOT NULL DEFAULT 0,
    try_at        timestamptz NOT NULL DEFAULT now(),
    sent_at       timestamptz
);
CREATE INDEX mail_unsent ON dse.mail (try_at) WHERE sent_at IS NULL;
