"""A file that repeats a person without end is answered, and costs no more than its rows."""

import time

import pytest

from onshi.registry.matching import ALIKE_MAX

from .world import World, members, row


def repeated(number: int, **each: str) -> list[dict[str, str]]:
    """So many rows, each with a number of its own; `{n}` in a value is the row's."""
    return [
        row(number=str(5_000 + n), **{name: text.format(n=n) for name, text in each.items()}) for n in range(number)
    ]


@pytest.mark.parametrize(
    ("each", "taken"),
    [
        pytest.param({}, ALIKE_MAX, id="one person, many numbers"),
        pytest.param(
            {"name": "見本　花{n}", "address": "東京都千代田区例町{n}"}, ALIKE_MAX, id="one birth date and kana"
        ),
        pytest.param(
            {"name": "見本　花{n}", "name_kana": "ミホン　ハナ", "address": ""}, ALIKE_MAX, id="without address"
        ),
    ],
)
def test_of_too_many_alike_the_first_are_judged_and_the_rest_refused(
    world: World, each: dict[str, str], taken: int
) -> None:
    count = 3_000
    began = time.process_time()
    loaded = world.load([*members(5), *repeated(count, **each)])
    assert time.process_time() - began < 60
    codes = [code for _, code in world.findings(loaded)]
    assert codes.count("too-many-alike") == count - taken
    assert loaded.feed.counts["errors"] == count - taken


def test_one_number_repeated_without_end_is_refused_after_the_first_rows(world: World) -> None:
    kana = ("ミホン　アイ", "ミホン　ウエ", "ミホン　オカ", "ミホン　キク")
    loaded = world.load([row(name=f"見本　花{n}", name_kana=kana[n % 4]) for n in range(400)])
    assert [code for _, code in world.findings(loaded)].count("too-many-alike") == 400 - ALIKE_MAX


def test_as_many_as_there_may_be_are_all_judged(world: World) -> None:
    loaded = world.load(repeated(ALIKE_MAX))
    assert "too-many-alike" not in {code for _, code in world.findings(loaded)}
