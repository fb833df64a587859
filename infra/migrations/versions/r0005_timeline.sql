-- A mail as text and HTML, to whom (company, operators, supervisors) and for which row it speaks. It ends sent, dropped (it
-- had become pointless) or bounced (its address takes no mail), of which the workflow is told.
ALTER TABLE dse.mail
    ADD COLUMN html text NOT NULL DEFAULT '',
    ADD COLUMN step text NOT NULL DEFAULT '',
    ADD COLUMN audience text NOT NULL DEFAULT 'company',
    ADD COLUMN dropped_at timestamptz,
    ADD COLUMN bounced_at timestamptz,
    ADD COLUMN bounce_code text NOT NULL DEFAULT '',
    ADD COLUMN bounce_told_at timestamptz;
DROP INDEX dse.mail_unsent;
CREATE INDEX mail_unsent ON dse.mail (try_at)
    WHERE sent_at IS NULL AND dropped_at IS NULL AND bounced_at IS NULL;
CREATE INDEX mail_of_onboarding ON dse.mail (onboarding_id);
CREATE INDEX mail_bounce_untold ON dse.mail (bounced_at) WHERE bounced_at IS NOT NULL AND bounce_told_at IS NULL;

-- The timeline, made anew: what was told before goes through the same trigger as all that is told from now on.
-- `source` says who numbers by `seq`: the workflow its events; mails, and the watch over what ends, are numbered here.
-- `place` is the entry's number among all of its onboarding; `hash` covers the entry and the one before it.
-- What may be told again and otherwise, and what happened of it, is as before.
DROP VIEW dse.happened;
ALTER TABLE dse.timeline RENAME TO unchained;
ALTER INDEX dse.timeline_pkey RENAME TO unchained_pkey;
CREATE TABLE dse.timeline (
    onboarding_id text NOT NULL REFERENCES dse.onboarding,
    source        text NOT NULL DEFAULT 'workflow' CHECK (source IN ('workflow', 'mail', 'watch')),
    seq           bigint NOT NULL,
    fence         bigint NOT NULL,
    place         bigint NOT NULL,
    at            timestamptz NOT NULL,
    name          text NOT NULL,
    actor         text NOT NULL,
    verified      boolean NOT NULL,
    channel       text NOT NULL,
    reason        text NOT NULL,
    before        text NOT NULL,
    after         text NOT NULL,
    hash          bytea NOT NULL,
    PRIMARY KEY (onboarding_id, source, seq, fence),
    UNIQUE (onboarding_id, place)
);

-- One writer at a time per onboarding: the lock is the one that a record has taken already. Whoever holds it must never wait
-- for a mail's row (SKIP LOCKED): who sends that mail holds it, and comes here to tell so. `activities/store/timeline.py`
-- computes the same hash: what is hashed never changes.
CREATE FUNCTION dse.chain_entry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    last_place bigint;
    last_hash bytea;
BEGIN
    PERFORM FROM dse.onboarding WHERE onboarding_id = NEW.onboarding_id FOR NO KEY UPDATE;
    SELECT place, hash INTO last_place, last_hash FROM dse.timeline
    WHERE onboarding_id = NEW.onboarding_id
    ORDER BY place DESC
    LIMIT 1;
    NEW.place := coalesce(last_place, 0) + 1;
    IF NEW.source <> 'workflow' THEN
        SELECT coalesce(max(seq), 0) + 1 INTO NEW.seq FROM dse.timeline
        WHERE onboarding_id = NEW.onboarding_id AND source = NEW.source;
    END IF;
    NEW.hash := sha256(coalesce(last_hash, '') || convert_to(jsonb_build_array(
        NEW.onboarding_id, NEW.place, NEW.source, NEW.seq, NEW.fence, (extract(epoch FROM NEW.at) * 1000000)::bigint,
        NEW.name, NEW.actor, NEW.verified, NEW.channel, NEW.reason, NEW.before, NEW.after
    )::text, 'UTF8'));
    RETURN NEW;
END
$$;
CREATE TRIGGER timeline_is_chained BEFORE INSERT ON dse.timeline
    FOR EACH ROW EXECUTE FUNCTION dse.chain_entry();

-- What was on record before: first the workflow's, then the rest in the order of time.
INSERT INTO dse.timeline (onboarding_id, seq, fence, at, name, actor, verified, channel, reason, before, after)
SELECT onboarding_id, seq, fence, at, name, actor, verified, channel, reason, before, after
FROM dse.unchained
ORDER BY onboarding_id, seq, fence;
DROP TABLE dse.unchained;

-- Of a mail is told which one it is, never to whom or what it says.
CREATE FUNCTION dse.tell_mail(mail dse.mail, name text, at timestamptz, reason text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO dse.timeline (onboarding_id, source, seq, fence, at, name, actor, verified, channel, reason, before, after)
    VALUES (
        mail.onboarding_id, 'mail', 0, 0, at, name, 'dse', true, 'mail', reason, '',
        concat_ws(' ', mail.kind, nullif(mail.step, ''), mail.message_id)
    )
$$;
CREATE FUNCTION dse.tell_expiring(told dse.expiry_told) RETURNS void LANGUAGE sql AS $$
    INSERT INTO dse.timeline (onboarding_id, source, seq, fence, at, name, actor, verified, channel, reason, before, after)
    VALUES (
        told.onboarding_id, 'watch', 0, 0, told.told_at, 'expiring', 'dse', true, 'workflow', '', '',
        told.what || ' ' || to_char(told.ends_on, 'YYYY-MM-DD')
    )
$$;
DO $$
DECLARE
    it record;
BEGIN
    FOR it IN
        SELECT made_at AS at, 'mail_written' AS name, mail, NULL::dse.expiry_told AS told FROM dse.mail
        UNION ALL
        SELECT sent_at, 'mail_sent', mail, NULL FROM dse.mail WHERE sent_at IS NOT NULL
        UNION ALL
        SELECT told_at, 'expiring', NULL, told FROM dse.expiry_told AS told
        ORDER BY at, name DESC
    LOOP
        IF it.name = 'expiring' THEN
            PERFORM dse.tell_expiring(it.told);
        ELSE
            PERFORM dse.tell_mail(it.mail, it.name, it.at, '');
        END IF;
    END LOOP;
END
$$;

CREATE FUNCTION dse.mail_lives() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM dse.tell_mail(NEW, 'mail_written', NEW.made_at, '');
    END IF;
    IF OLD.sent_at IS NULL AND NEW.sent_at IS NOT NULL THEN
        PERFORM dse.tell_mail(NEW, 'mail_sent', NEW.sent_at, '');
    END IF;
    IF OLD.dropped_at IS NULL AND NEW.dropped_at IS NOT NULL THEN
        PERFORM dse.tell_mail(NEW, 'mail_dropped', NEW.dropped_at, '');
    END IF;
    IF OLD.bounced_at IS NULL AND NEW.bounced_at IS NOT NULL THEN
        PERFORM dse.tell_mail(NEW, 'mail_bounced', NEW.bounced_at, NEW.bounce_code);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER mail_was_written AFTER INSERT ON dse.mail
    FOR EACH ROW EXECUTE FUNCTION dse.mail_lives();
-- Before the row changes: a record that holds the onboarding and writes the same mail again would wait for the change.
CREATE TRIGGER mail_has_ended BEFORE UPDATE OF sent_at, dropped_at, bounced_at ON dse.mail
    FOR EACH ROW EXECUTE FUNCTION dse.mail_lives();
CREATE FUNCTION dse.end_was_told() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM dse.tell_expiring(NEW);
    RETURN NULL;
END
$$;
CREATE TRIGGER expiry_is_told AFTER INSERT ON dse.expiry_told
    FOR EACH ROW EXECUTE FUNCTION dse.end_was_told();

-- Also where `session_replication_role` silences ordinary triggers.
CREATE TRIGGER timeline_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON dse.timeline
    FOR EACH STATEMENT EXECUTE FUNCTION dse.refuse_change();
ALTER TABLE dse.timeline ENABLE ALWAYS TRIGGER timeline_only_grows;

CREATE VIEW dse.happened AS
    (
        SELECT DISTINCT ON (told.onboarding_id, told.seq) told.*
        FROM dse.timeline AS told JOIN dse.onboarding AS o USING (onboarding_id)
        WHERE told.source = 'workflow' AND told.seq <= o.seq
        ORDER BY told.onboarding_id, told.seq, told.fence DESC
    )
    UNION ALL
    SELECT * FROM dse.timeline WHERE source <> 'workflow';
