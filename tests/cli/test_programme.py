"""`onshi programme status`: the same answer for people and programs."""

import json

import pytest

from .run import Run

JULY = ("programme", "status", "--on", "2020-08-01")


def test_people_are_told_in_english(onshi: Run) -> None:
    said = onshi(*JULY, "--lang", "en")
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[:4] == [
        "Japan: off course.",
        "Off course since the count of 2019-09-16.",
        "Last count, 2020-08-01: 23,246,822 cards, 18.2% of 127,443,563 residents (2019-01-01).",
        "Next: 60,000,000 by 2021-03-31; 151,248 a day are needed, the last interval brought 32,020 a day.",
    ]
    (missed,) = [line.split() for line in lines if line.startswith("2020-07-31")]
    assert [line.split()[:2] for line in lines[-5:]] == [
        ["39", "Kochi"],
        ["15", "Niigata"],
        ["06", "Yamagata"],
        ["21", "Gifu"],
        ["18", "Fukui"],
    ]
    assert missed == ["2020-07-31", "30,000,000–40,000,000", "missed", "2020-08-01", "23,246,822", "6,753,178", "77.5"]


def test_people_are_told_in_japanese_where_it_went_well_and_where_not(onshi: Run) -> None:
    said = onshi(*JULY, "--area", "452025", "--lang", "ja")
    assert said.out.splitlines()[0] == "都城市：順調です。"
    assert onshi(*JULY, "--lang", "ja").out.splitlines()[0] == "全国：目標に対して遅れています。"


@pytest.mark.parametrize("day", ["令和2年8月1日", "R2.8.1", "20200801"])
def test_a_day_may_be_written_in_eras(onshi: Run, day: str) -> None:
    assert onshi("programme", "status", "--on", day, "--json").out == onshi(*JULY, "--json").out


def test_programs_get_everything_and_the_parts_add_up(onshi: Run) -> None:
    told = json.loads(onshi(*JULY, "--json").out)
    assert (told["course"], told["off_since"], told["next"]) == ("off", "2019-09-16", "cards-2021")
    assert [(one["target"], one["standing"], one["short"]) for one in told["targets"]] == [
        ("cards-2020", "missed", 6_753_178),
        ("cards-2021", "open", 36_753_178),
        ("cards-2022", "open", 66_753_178),
        ("cards-2023", "words", None),
    ]
    assert len(told["parts"]) == 47
    assert sum(one["issued"] for one in told["parts"]) == told["counts"][-1]["issued"] == 23_246_822
    assert [one["standing"] for one in told["facilities"]] == ["open", "open", "words"]
    reached = [one["reached_percent"] for one in told["parts"]]
    assert reached == sorted(reached)


def test_a_municipality_has_no_parts_and_no_facilities(onshi: Run) -> None:
    told = json.loads(onshi(*JULY, "--area", "13104", "--json").out)
    assert (told["area"], told["parts"], told["facilities"]) == (
        {"code": "131041", "level": "municipality", "name": "新宿区"},
        [],
        [],
    )


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("--on", "someday"), "day-unreadable"),
        (("--on", "2017-03-07"), "programme-before-record"),
        (("--on", "2020-08-01", "--area", "131042"), "programme-area"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(onshi: Run, words: tuple[str, ...], code: str) -> None:
    said = onshi("programme", "status", *words, "--json")
    assert (said.code, said.out, json.loads(said.err)["code"]) == (3, "", code)
