"""What is scraped of a running stack is what is listed, and what rules and dashboards read; it tells of nobody."""

import asyncio
import re
import urllib.request
from collections.abc import Mapping

import pytest_asyncio

from domain.commands import SubmitRepresentative
from tests.infra.prometheus.emitted import AFTER_TROUBLE, COUNTERS_AND_GAUGES, HISTOGRAMS
from tests.starters.conftest import Cli
from workers.gauges import FLEET
from workers.metrics import OURS

MARKS = ("Quirquincho", "zutanita", "3119876543", "52123456")
_SAMPLE = re.compile(r"(\w+)(?:\{(.*)\})? \S+")
_LABEL = re.compile(r'(\w+)="([^"]*)"')
_PART = re.compile(r"_(bucket|sum|count)$")
Scrape = Mapping[str, list[dict[str, str]]]
"""By metric, the labels of its samples."""


class Scraped:
    """Both ends, after a company has become ready and others have not."""

    def __init__(self, worker: str, exporter: str, nits: list[str]) -> None:
        self.text, self.nits = worker + exporter, nits
        self.worker, self.exporter = samples(worker), samples(exporter)
        self.all = {**self.worker, **self.exporter}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def scraped(cli: Cli) -> Scraped:
    whom = ("--name", "Quirquincho S.A.S.", "--email", "zutanita@quirquincho.example", "--mobile", "3119876543")
    nit, held = await cli.start(*whom, "--invoicing-done"), await cli.start(*whom)
    await cli.ok("hold", held, "--reason", "zutanita llamó")
    representative = {**SubmitRepresentative.card.example, "document_number": "52123456"}
    await cli.ok("representative", nit, str(cli.file("marked.json", representative)))
    assert (await cli("resume", nit, "--reason", "no espera", "--json")).code == 1
    rejected = await cli("upload", nit, str(await cli.scan_of(nit, signed=False)), "--json")
    assert rejected.code == 1
    await cli.ok("wait", nit, "--step", "signed_letter")
    await cli.ready()
    await cli.ok("stuck", "--now")
    worker, exporter = cli.addresses_now().metrics or "", cli.addresses_now().exporter or ""
    async with asyncio.timeout(30):  # a look is shown for some seconds, and a mail may still be on its way
        while "dse_findings" not in (told := await read(exporter)) or "dse_mails_total" not in await read(worker):
            await asyncio.sleep(0.2)
    return Scraped(await read(worker), told, [nit, held])


async def read(url: str) -> str:
    def get() -> str:
        with urllib.request.urlopen(url) as answer:
            return str(answer.read().decode())

    return await asyncio.to_thread(get)


def samples(text: str) -> Scrape:
    found: dict[str, list[dict[str, str]]] = {}
    for line in text.splitlines():
        if (sample := _SAMPLE.fullmatch(line)) is not None:
            name = _PART.sub("", sample[1])
            name = name if name in HISTOGRAMS else sample[1]
            found.setdefault(name, []).append(dict(_LABEL.findall(sample[2] or "")))
    return found


def ours(scrape: Scrape) -> set[str]:
    return {name for name in scrape if name.startswith("dse_")}


def test_every_metric_of_ours_that_can_be_there_is_there_and_no_other(scraped: Scraped) -> None:
    for scrape, listed in ((scraped.worker, OURS), (scraped.exporter, FLEET)):
        assert ours(scrape) - listed.keys() == set()
        assert listed.keys() - ours(scrape) - AFTER_TROUBLE.keys() == set()


def test_every_label_of_ours_has_a_value_that_is_listed(scraped: Scraped) -> None:
    for name, metric in {**OURS, **FLEET}.items():
        for labels in scraped.all.get(name, []):
            given = labels.keys() - {"service", "service_name", "le"}
            assert given == metric.labels.keys(), name
            for label, allowed in metric.labels.items():
                assert label == "namespace" or labels[label] in set(map(str, allowed)), (name, label, labels[label])


def test_what_the_sdk_is_read_for_is_there_with_its_labels(scraped: Scraped) -> None:
    read = {**COUNTERS_AND_GAUGES, **HISTOGRAMS}
    sdk = {name: labels for name, labels in read.items() if name.startswith("temporal_")}
    missing = sdk.keys() - scraped.worker.keys()
    assert missing - AFTER_TROUBLE.keys() == set()
    for name in sdk.keys() - missing:
        carried = set[str]().union(*scraped.worker[name])
        assert sdk[name] - carried == set(), name


def test_the_company_s_way_is_counted(scraped: Scraped) -> None:
    def told(name: str, **labels: str) -> bool:
        return any(each.items() >= labels.items() for each in scraped.all[name])

    assert told("dse_verdicts_total", judgement="rejected", reason="unsigned")
    assert told("dse_verdicts_total", judgement="accepted", reason="none")
    assert told("dse_refusals_total", command="resume", code="not_held")
    assert told("dse_dian_calls_total", **{"class": "done", "code": "100"})
    assert told("dse_mails_total", kind="turn", outcome="sent")
    assert told("dse_onboardings", step="electronic_invoicing", held="true")


def test_nothing_of_anybody_is_told(scraped: Scraped) -> None:
    marks = re.compile("|".join(map(re.escape, (*MARKS, *scraped.nits))), re.IGNORECASE)
    assert [line for line in scraped.text.splitlines() if marks.search(line)] == []
