import asyncio

import pytest
from temporalio.client import WorkflowFailureError

from tests.workflows.company import *
from tests.workflows.conftest import Begin
from tests.workflows.effects import *

BAD = {
 "wrong_nit": ({"nit": "900123456-1", "name": "A", "contact": {"email": "a@b.co"}},),
 "no_name": None,
 "string": ("hola",),
 "null": (None,),
 "garbage": (raw(b"\xff\x00{"),),
 "two": ({"nit": "900123456-1"}, 2),
 "carried": ({"nit": "900123456-8", "carried": {"x": 1}},),
 "int": (raw(b"x", b"weird"),),
}
@pytest.mark.parametrize("name", list(BAD))
async def tst_bad(begin: Begin, name) -> None:
    args = BAD[name]
    if args is None:
        c = await begin(name="")
    else:
        c = await begin(*args)
    try:
        r = await asyncio.wait_for(c.handle.result(), 3)
        print(name, "RESULT", r)
    except TimeoutError:
        print(name, "TIMEOUT stuck")
    except WorkflowFailureError as e:
        print(name, "FAILED", repr(e.cause), getattr(e.cause, "type", None), getattr(e.cause, "details", None))
    try:
        print(name, await asyncio.wait_for(c.status(), 2))
    except BaseException as e:
        print(name, "QUERY", repr(e))

async def tst_nothing(begin, shared):
    nit = random_nit()
    h = await shared.env.client.start_workflow("Onboarding", id=f"dse:habilitacion:{nit}", task_queue="dse")
    try:
        r = await asyncio.wait_for(h.result(), 3)
    except TimeoutError:
        print("noargs", "TIMEOUT stuck")
    except WorkflowFailureError as e:
        print("noargs FAILED", repr(e.cause))
    await h.terminate()
async def tst_two(begin):
    nit = random_nit()
    c = await begin({"nit": nit, "name": "A", "contact": {"email": "a@b.co"}}, 2, nit=nit)
    try:
        r = await asyncio.wait_for(c.at("electronic_invoicing"), 3)
    except BaseException as e:
        print("twogood", repr(e))

async def test_dunder(begin):
    c = await begin()
    await c.at("electronic_invoicing")
    await c.signal("__class__", {})
    try:
        s = await asyncio.wait_for(c.status(), 3); print("dunder", s.unreadable)
    except BaseException as e:
        print("dunder", repr(e))
async def test_down(begin):
    c = await begin()
    await c.at("electronic_invoicing")
    c.effects.flaky["record"] = 10000
    c.effects.flaky["issue_letter"] = 10000
    await c.signal("electronic_invoicing_completed", {})
    await c.begun("submit_representative", **REPRESENTATIVE)
    await asyncio.sleep(3)
    print("down events", await c.events(), c.effects.calls)
async def test_record_slow(begin):
    c = await begin()
    await c.at("electronic_invoicing")
    g = c.effects.close("record")
    await c.signal("electronic_invoicing_completed", {})
    await asyncio.sleep(4)
    print("slow", c.effects.calls)
    s = await c.status()
    print("slow record", s.blocked, s.step)
    g.set()
    await c.rests("legal_representative")
    s = await c.status()
    print(s.blocked)
async def test_cancel_in_record(begin):
    c = await begin()
    await c.at("electronic_invoicing")
    c.effects.flaky["record"] = 1000
    await c.signal("electronic_invoicing_completed", {})
    await c.once(lambda: c.effects.calls["record"] > 2)
    await c.handle.cancel()
    try:
        print("cancelrecord", await asyncio.wait_for(c.handle.result(), 4))
    except BaseException as e:
        print("cancelrecord", repr(e), (await c.handle.describe()).status)
async def test_die(begin):
    c = await begin()
    await c.at("electronic_invoicing")
    c.effects.flaky["record"] = 1
    await c.signal("electronic_invoicing_completed", {})
    try:
        print("DIE", await asyncio.wait_for(c.handle.result(), 4))
    except BaseException as e:
        print("DIE", repr(e), repr(e.__cause__), (await c.handle.describe()).status)
async def tst_die2(begin):
    c = await begin()
    await c.at("electronic_invoicing")
    await asyncio.sleep(.5)
    c.effects.flaky["record"] = 1
    await c.signal("electronic_invoicing_completed", {})
    await asyncio.sleep(5)
    h = await c.handle.fetch_history()
    for e in h.events:
        print("EV", str(e).replace("\n", " ")[:900])
    print(c.effects.calls)
    try: print(await asyncio.wait_for(c.status(), 4))
    except BaseException as e: print(repr(e))
