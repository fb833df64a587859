"""Every effect is performed by one activity of its name, with its types."""

import typing
from collections.abc import Callable
from typing import Any

import pytest
from temporalio import activity

from activities.certificate import Certificate
from activities.expiring import Watching
from activities.letters import Letters
from activities.ranges import Ranges
from activities.records import Bookkeeping
from activities.sweep import Sweep
from activities.vouchers import Vouchers
from domain.effects import EFFECTS, Effect

PERFORMERS = (Bookkeeping, Certificate, Letters, Ranges, Sweep, Vouchers, Watching)


def activities() -> dict[str, Callable[..., Any]]:
    methods = [method for kind in PERFORMERS for method in vars(kind).values()]
    definitions = [(activity._Definition.from_callable(each), each) for each in methods if callable(each)]
    return {definition.name or "": method for definition, method in definitions if definition is not None}


def test_there_is_one_activity_for_each_effect() -> None:
    assert sorted(activities()) == sorted(effect.name for effect in EFFECTS)


@pytest.mark.parametrize("effect", EFFECTS, ids=lambda effect: effect.name)
def test_its_types_are_the_effect_s(effect: Effect[Any, Any]) -> None:
    assert typing.get_type_hints(activities()[effect.name]) == {"given": effect.takes, "return": effect.gives}
