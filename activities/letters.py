"""The letter on its two ways: issued by us, and back as a signed scan (wizard step 2)."""

import asyncio
import time
from datetime import timedelta

from temporalio import activity

from activities.counting import NOBODY, Counting
from activities.errors import DocumentAlteredError, DocumentMissingError, DocumentTooLargeError, ours
from activities.letter.isolation import Decoders, examine
from activities.letter.render import TEMPLATE, render
from activities.letter.seal import LetterKeys
from activities.letter.verdict import ENGINE, Expected
from activities.store.documents import Documents
from domain.effects import CHECK_SCAN, ISSUE_LETTER, CheckScan, IssueLetter
from domain.letter import MAX_SCAN_BYTES, Letter, LetterData, is_scan_key, letter_id, letter_key
from domain.reasons import Code, Reason
from domain.verdict import Judgement, Verdict


class Letters:
    def __init__(
        self,
        documents: Documents,
        keys: LetterKeys,
        decoders: Decoders,
        *,
        provider_nit: str,
        provider_name: str,
        period: timedelta,
        counting: Counting = NOBODY,
    ) -> None:
        self._documents, self._keys, self._decoders, self._period = documents, keys, decoders, period
        self._provider_nit, self._provider_name, self._counting = provider_nit, provider_name, counting

    @activity.defn(name=ISSUE_LETTER.name)
    async def issue_letter(self, given: IssueLetter) -> Letter:
        """The same input gives the same bytes under the same key, so a repetition stores nothing anew."""
        data = LetterData(
            environment=given.environment,
            nit=given.nit,
            company=given.company,
            representative=given.representative,
            provider_nit=self._provider_nit,
            provider_name=self._provider_name,
            letter_id=letter_id(given.onboarding_id),
            revision=given.revision,
            issued_on=given.issued_on,
            period_days=self._period.days,
        )
        try:
            pdf = await asyncio.to_thread(render, data, self._keys)
        except (ValueError, RuntimeError) as error:  # its words may quote the letter
            raise ours("letter_unprintable", f"The letter can't be printed: {type(error).__name__}") from None
        key = letter_key(given.environment, given.nit, data.letter_id, given.revision)
        stored = await self._documents.put(key, pdf)
        return Letter(
            letter_id=data.letter_id,
            revision=given.revision,
            key=key,
            sha256=stored.sha256,
            size=stored.size,
            template=TEMPLATE,
            issued_on=given.issued_on,
        )

    @activity.defn(name=CHECK_SCAN.name)
    async def check_scan(self, given: CheckScan) -> Verdict:
        """The judgement on a file that anybody may have put there: nothing told of it is believed."""
        begun = time.monotonic()
        verdict = await self._judged(given)
        self._counting.scan_checked(verdict, time.monotonic() - begun)
        return verdict

    async def _judged(self, given: CheckScan) -> Verdict:
        if not is_scan_key(given.scan_key, given.environment, given.nit):
            return _rejected(given, Code.KEY_OUTSIDE_SCANS)
        try:
            scan = await self._documents.get(given.scan_key, most=MAX_SCAN_BYTES, sha256=given.sha256)
        except DocumentMissingError:
            return _rejected(given, Code.SCAN_MISSING)
        except DocumentTooLargeError:
            return _rejected(given, Code.FILE_TOO_LARGE)
        except DocumentAlteredError:
            return _rejected(given, Code.SCAN_ALTERED)
        if len(scan) != given.size:
            return _rejected(given, Code.SCAN_ALTERED)
        expected = Expected(given.environment, given.nit, letter_id(given.onboarding_id), given.revision)
        found = await examine(scan, expected, self._keys, self._decoders)
        return Verdict(
            key=given.scan_key,
            sha256=given.sha256,
            judgement=found.judgement,
            reasons=found.reasons,
            measures=found.measures,
            engine=ENGINE,
        )


def _rejected(given: CheckScan, code: Code) -> Verdict:
    return Verdict(
        key=given.scan_key,
        sha256=given.sha256,
        judgement=Judgement.REJECTED,
        reasons=(Reason.of(code),),
        engine=ENGINE,
    )
