"""One command for several companies, on a real stack: chosen by a query or a file, foreseen, told, and repeated."""

import asyncio
import io
import signal
import sys
import time
from collections import Counter
from pathlib import Path

import pytest

from starters.cli import screen
from starters.several import Result
from tests.starters.conftest import ROOT, Cli, Said, clean_environment, dse
from tests.starters.crowd import crowd, port_of
from tests.workflows.company import random_nit

NIT = "900123456-8"
WHY = ("--reason", "vacaciones colectivas")


async def test_a_command_by_query_is_foreseen_told_and_repeated_without_harm(cli: Cli) -> None:
    several, other = await crowd(cli, 12), await cli.start()
    foreseen = await several.all("hold", *WHY, "--dry-run")
    assert foreseen == {nit: {"nit": nit, "ok": True, "error": None} for nit in several.nits}
    assert not any(row["held"] for row in await cli.ok("list") if row["nit"] in several.nits)
    assert await several.all("hold", *WHY) == foreseen
    assert not (await cli.ok("status", other))["held"]

    again = {nit: {**each, "already": "held_already"} for nit, each in foreseen.items()}
    assert await several.all("hold", *WHY) == again
    assert await several.all("hold", *WHY, "--dry-run") == again
    refused = await several.all("remind", *WHY, code=1)
    assert {each["error"]["code"] for each in refused.values()} == {"nobody_to_remind"}
    assert all(each["error"]["message_es"] for each in refused.values())
    assert await several.told("hold") == dict.fromkeys(several.nits, 1)

    assert await several.all("resume", *WHY) == foreseen
    for verb, code in (("resume", "not_held"), ("retry", "not_blocked")):
        for dry in ((), ("--dry-run",)):
            assert {each.get("already") for each in (await several.all(verb, *WHY, *dry)).values()} == {code}
    assert await several.all("remind", *WHY) == foreseen
    assert {each["already"] for each in (await several.all("remind", *WHY)).values()} == {"reminded_already"}


async def test_several_are_assigned_at_once(cli: Cli) -> None:
    several = await crowd(cli, 5)
    who = f"ana.{several.nits[0][:9]}"
    for _ in range(2):
        said = await cli("assign", "--where", several.query, who, "--json")
        assert (said.code, [each["ok"] for each in said.json]) == (0, [True] * 5)
    async with asyncio.timeout(20):
        while len(await cli.ok("list", "--assignee", who)) < 5:
            await asyncio.sleep(0.1)
    wrong = await several.all("assign", "ana@andina.example", code=1)
    assert {each["error"]["fields"][0]["code"] for each in wrong.values()} == {"assignee_format"}


async def test_companies_of_a_file_get_a_result_each_and_a_failure_stops_no_other(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, unknown = await cli.start(), await cli.start(), random_nit()
    dotted = f"{first[0:3]}.{first[3:6]}.{first[6:]}"
    text = f"# this month's\n{first}\n\n{unknown}  # who is that?\r\n{dotted}\n{second}\n"
    file = tmp_path / "nits.txt"
    file.write_text(text, newline="")
    said = await cli("hold", "--file", str(file), *WHY, "--json")
    assert said.code == 1
    assert [(each["nit"], each["ok"]) for each in said.json] == [(first, True), (unknown, False), (second, True)]
    assert said.json[1]["error"]["code"] == "not_found"
    assert "batch " in said.err.splitlines()[0]
    assert "3 of 3: 2 done, 0 so already, 1 failed" in said.err

    told = await cli("resume", "--file", str(file), *WHY)
    assert [line.split()[0] for line in told.out.splitlines()[1:-1]] == [unknown]
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))
    foreseen = await cli("hold", "--file", "-", *WHY, "--dry-run")
    assert foreseen.code == 1
    assert [line.split() for line in foreseen.out.splitlines()[1:4]][0::2] == [[first], [second]]
    assert "batch" not in foreseen.err


async def test_every_wrong_line_is_refused_before_anything_is_sent(cli: Cli, tmp_path: Path) -> None:
    nit, file = await cli.start(), tmp_path / "nits.txt"
    file.write_text(f"{nit}\n900123456-7\n\nno NIT\n")
    said = await cli("hold", "--file", str(file), *WHY, "--json")
    assert (said.code, said.error["code"]) == (1, "invalid_fields")
    assert [(each["field"], each["code"]) for each in said.error["fields"]] == [
        ("line 2", "nit_check_digit"),
        ("line 4", "nit_format"),
    ]
    assert not (await cli.ok("status", nit))["held"]
    absent = await cli("hold", "--file", str(tmp_path / "absent"), *WHY, "--json")
    assert (absent.code, absent.error["code"]) == (1, "file_unreadable")


async def test_a_selection_that_is_not_understood_nobody_or_too_many_is_refused(cli: Cli, tmp_path: Path) -> None:
    several = await crowd(cli, 3)
    for query in ("DseStep = ", "Nonsense = 3", "", 'DseStep = "x" ORDER BY StartTime'):
        said = await cli("hold", "--where", query, *WHY, "--json")
        assert (said.code, said.error["code"]) == (1, "query_not_understood"), query
        assert len(said.error["message"]) > len("Temporal doesn't understand the query: .")
    empty = tmp_path / "nits.txt"
    empty.write_text("# nobody\n")
    for which in (("--where", 'DseStep = "nowhere"'), ("--file", str(empty))):
        said = await cli("hold", *which, *WHY, "--json")
        assert (said.code, said.error["code"]) == (1, "nothing_selected")
    many = await cli("hold", "--where", several.query, *WHY, "--most", "2", "--json")
    assert (many.code, many.error["code"]) == (1, "selection_too_large")
    assert "3 companies, more than 2" in many.error["message"]
    assert not any([(await cli.ok("status", nit))["held"] for nit in several.nits])


async def test_no_query_reaches_another_environment(cli: Cli) -> None:
    several = await crowd(cli, 2)
    here, there = await port_of(cli), await port_of(cli, "produccion")
    for query in (several.query, f'DseStep = "x") OR ({several.query}'):
        assert sorted(several.nits) == list(await here.nits(query))
        assert await there.nits(query) == ()


async def test_whoever_has_ended_is_not_selected(cli: Cli) -> None:
    several, here = await crowd(cli, 2), await port_of(cli)
    ended, other = several.nits
    await cli.ok("cancel", ended, "--reason", "x")
    for query in (several.query, f'DseStep = "x") OR ({several.query}'):
        async with asyncio.timeout(20):
            while await here.nits(query) != (other,):
                await asyncio.sleep(0.1)


async def test_a_batch_counts_once_for_a_company_and_only_for_its_own_command(cli: Cli) -> None:
    several = await crowd(cli, 3)
    batch = ("--batch", "noviembre", *WHY)
    done = await several.all("hold", *batch)
    assert await several.all("hold", *batch) == done
    await several.all("resume", *batch)
    await several.all("hold", *batch)
    assert not any([(await cli.ok("status", nit))["held"] for nit in several.nits])
    assert await several.told("hold") == await several.told("resume") == dict.fromkeys(several.nits, 1)


async def test_of_two_operators_at_once_one_holds_each_company(cli: Cli) -> None:
    several = await crowd(cli, 20)
    command = ("hold", "--where", several.query, *WHY, "--json")
    both = await asyncio.gather(cli.spawn(*command), cli.spawn(*command))
    assert [said.code for said in both] == [0, 0]
    already = Counter(each["nit"] for said in both for each in said.json if "already" in each)
    assert already == dict.fromkeys(several.nits, 1)
    assert await several.told("hold") == dict.fromkeys(several.nits, 1)


@pytest.mark.parametrize(
    "usage",
    [
        ("hold", *WHY),
        ("hold", NIT, "--where", "x", *WHY),
        ("hold", "--where", "x", "--file", "y", *WHY),
        ("hold", "--where", "x"),
        ("hold", NIT, "--dry-run", *WHY),
        ("retry", NIT, "--batch", "b", *WHY),
        ("remind", NIT, "--most", "3", *WHY),
        ("resume", "--where", "x", "--expected-version", "3", *WHY),
        ("resume", "--where", "x", "--batch", "a b", *WHY),
        ("assign", "ana.perez"),
        ("assign", NIT, "ana.perez", "--where", "x"),
        ("cancel", "--where", "x", *WHY),
    ],
    ids=" ".join,
)
async def test_wrong_usage_is_2(usage: tuple[str, ...]) -> None:
    assert (await dse(*usage)).code == 2


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("stderr", "shown"),
    [(Terminal(), "\r1/2\r2/2 · 1 failed\n"), (io.StringIO(), "")],
    ids=["on a terminal", "elsewhere"],
)
def test_progress_is_one_line_on_a_terminal(stderr: io.StringIO, shown: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", stderr)
    progress = screen.Progress(2)
    progress.add(Result("a"))
    progress.add(Result("b", {"code": "x"}))
    progress.end()
    assert stderr.getvalue() == shown


@pytest.mark.slow
@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM], ids=lambda each: each.name)
async def test_an_interrupted_command_is_gone_on_with_and_each_company_is_held_once(
    cli: Cli, by: signal.Signals
) -> None:
    several = await crowd(cli, 200)
    process = await asyncio.create_subprocess_exec(
        *(ROOT / "dse", "hold", "--where", several.query, *WHY, "--json"),
        env={**clean_environment(), "DSE_DATA": str(cli.data)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    assert process.stderr is not None
    batch = (await process.stderr.readline()).decode().split()[1].rstrip(":")
    assert (await process.stderr.readline()).decode() == "50/200\n"
    process.send_signal(by)
    interrupted_at = time.monotonic()
    out, err = await process.communicate()
    assert time.monotonic() - interrupted_at < 4
    assert process.returncode == 130
    first = Said(process.returncode, out.decode(), err.decode())
    assert 50 <= len(first.json) < 200
    assert all(each["ok"] for each in first.json)
    assert f"interrupted; {len(first.json)} of 200" in first.err
    assert first.err.splitlines()[-1] == f"batch {batch}: repeat the command with --batch {batch} to go on with it"

    second = await several.all("hold", *WHY, "--batch", batch)
    assert sorted(second) == sorted(several.nits)
    assert all(each["ok"] and "already" not in each for each in second.values())
    assert await several.told("hold") == dict.fromkeys(several.nits, 1)
    third = await several.all("hold", *WHY)
    assert {each["already"] for each in third.values()} == {"held_already"}
    assert await several.told("hold") == dict.fromkeys(several.nits, 1)


@pytest.mark.slow
async def test_500_are_held_and_resumed_by_one_command_each(cli: Cli) -> None:
    begun = time.monotonic()
    several = await crowd(cli, 500)
    print(f"started in {time.monotonic() - begun:.1f} s")
    for verb, already in (("hold", None), ("hold", "held_already"), ("resume", None), ("resume", "not_held")):
        begun = time.monotonic()
        results = await several.all(verb, *WHY)
        print(f"{verb} ({already or 'done'}) in {time.monotonic() - begun:.1f} s")
        assert sorted(results) == sorted(several.nits)
        assert {each.get("already") for each in results.values()} == {already}
    assert await several.told("hold") == await several.told("resume") == dict.fromkeys(several.nits, 1)
