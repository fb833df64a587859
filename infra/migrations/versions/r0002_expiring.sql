-- A later onboarding's claim (by its effect key) may take over the range of an earlier one, which is released by that; or
-- only its code, if its range ends soon: then both are claimed, side by side. Undone, it gives back what it took.
ALTER TABLE dse.voucher_type ADD COLUMN taken_over_by text, ADD COLUMN code_passed_to text;
DROP INDEX dse.voucher_type_code;
CREATE UNIQUE INDEX voucher_type_code ON dse.voucher_type (environment, nit, code)
    WHERE released_at IS NULL AND code_passed_to IS NULL;
CREATE INDEX voucher_type_of_company ON dse.voucher_type (environment, nit) WHERE released_at IS NULL;
CREATE INDEX voucher_type_taker ON dse.voucher_type (taken_over_by) WHERE taken_over_by IS NOT NULL;
CREATE INDEX voucher_type_code_taker ON dse.voucher_type (code_passed_to) WHERE code_passed_to IS NOT NULL;

-- What of each company ends when: its last grant, and of its claimed ranges the one that lasts longest. What was renewed
-- is not in it. `ends_at` is the first moment at which it is no good; DIAN counts a range's days in UTC.
CREATE INDEX certificate_grant_ends ON dse.certificate_grant (environment, ends_at) WHERE revoked_at IS NULL;
CREATE INDEX voucher_type_ends ON dse.voucher_type (environment, ((valid_to + 1)::timestamp AT TIME ZONE 'UTC'))
    WHERE released_at IS NULL AND document_type = '05';
CREATE VIEW dse.ending AS
    SELECT environment, nit, 'grant' AS what, ends_at, (ends_at AT TIME ZONE 'America/Bogota')::date AS ends_on,
        '' AS resolution, '' AS prefix
    FROM dse.certificate_grant AS this
    WHERE revoked_at IS NULL AND NOT EXISTS (
        SELECT FROM dse.certificate_grant AS later
        WHERE later.environment = this.environment AND later.nit = this.nit AND later.revoked_at IS NULL
            AND (later.starts_at, later.effect_key) > (this.starts_at, this.effect_key)
    )
    UNION ALL
    SELECT environment, nit, 'range', (valid_to + 1)::timestamp AT TIME ZONE 'UTC', valid_to, resolution, prefix
    FROM dse.voucher_type AS this
    WHERE released_at IS NULL AND document_type = '05' AND NOT EXISTS (
        SELECT FROM dse.voucher_type AS longer
        WHERE longer.environment = this.environment AND longer.nit = this.nit AND longer.released_at IS NULL
            AND longer.document_type = '05'
            AND (longer.valid_to, longer.effect_key) > (this.valid_to, this.effect_key)
    );

-- That an end was told, to the company and to operators: once, whoever looks how often.
CREATE TABLE dse.expiry_told (
    environment   text NOT NULL,
    nit           text NOT NULL,
    what          text NOT NULL CHECK (what IN ('grant', 'range')),
    ends_on       date NOT NULL,
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    told_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (environment, nit, what, ends_on),
    FOREIGN KEY (environment, nit) REFERENCES dse.company
);
CREATE INDEX expiry_told_of_onboarding ON dse.expiry_told (onboarding_id);
CREATE TRIGGER expiry_told_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON dse.expiry_told
    FOR EACH STATEMENT EXECUTE FUNCTION dse.refuse_change();

-- The timeline shows it after all that the closed onboarding's workflow told. It is not an event in `dse.timeline`: those are
-- numbered by their workflow, and one told late by that would hide it.
CREATE OR REPLACE VIEW dse.happened AS
    (
        SELECT DISTINCT ON (onboarding_id, seq) told.*
        FROM dse.timeline AS told JOIN dse.onboarding AS o USING (onboarding_id)
        WHERE told.seq <= o.seq
        ORDER BY onboarding_id, seq, told.fence DESC
    )
    UNION ALL
    SELECT told.onboarding_id,
        o.seq + row_number() OVER (PARTITION BY told.onboarding_id ORDER BY told.told_at, told.what),
        told.told_at, 'expiring', 'dse', true, 'workflow', '', '', told.what || ' ' || told.ends_on, o.fence
    FROM dse.expiry_told AS told JOIN dse.onboarding AS o USING (onboarding_id);
