"""Who is meant, and what is kept of a list of registrations."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eligibility.make import coverage, found, person, sighting
from onshi.kernel import Moment, PersonId
from onshi.references import State, is_reference_number
from onshi.references.model import Kept
from onshi.references.rules import moment_after, settled, state_of
from onshi.registry import Found, PrintedNumber
from onshi.registry.rules import carriers, number_key, number_stem

CLINIC = "institution:1312345678"


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("A-0001", True),
        ("患者 12", True),
        ("x" * 50, True),
        ("x" * 51, False),
        ("", False),
        ("1\t2", False),
        ("1\x7f", False),
        ("1\x00", False),
    ],
)
def test_what_can_be_a_reference_number(text: str, is_one: bool) -> None:
    assert is_reference_number(text) is is_one


@pytest.mark.parametrize(
    ("count", "state"),
    [(0, State.NOT_FOUND), (1, State.REGISTERED), (2, State.MORE_THAN_ONE), (9, State.MORE_THAN_ONE)],
)
def test_states(count: int, state: State) -> None:
    assert state_of([person(number) for number in range(count)]) is state


def kept(numbers: dict[int, str]) -> list[Kept]:
    return [Kept(CLINIC, PersonId(who), number, Moment(5)) for who, number in numbers.items()]


@pytest.mark.parametrize(
    ("before", "wanted", "ended", "begun"),
    [
        ({}, [(1, "A")], set(), {1: "A"}),
        ({1: "A"}, [(1, "A")], set(), {}),  # the same again
        ({1: "A"}, [(1, "B")], {1}, {1: "B"}),  # a new number takes the place of the old
        ({1: "A"}, [(2, "A")], {1}, {2: "A"}),  # it moves to another person
        ({1: "A", 2: "B"}, [(2, "A")], {1, 2}, {2: "A"}),
        ({1: "A", 2: "B"}, [(1, "B"), (2, "A")], {1, 2}, {1: "B", 2: "A"}),  # two change places
        ({1: "A"}, [(1, "B"), (1, "A")], set(), {}),  # there and back
        ({}, [(1, "A"), (1, "B")], set(), {1: "B"}),
        ({}, [(1, "A"), (2, "A")], set(), {2: "A"}),
    ],
)
def test_the_later_registration_counts(
    before: dict[int, str], wanted: list[tuple[int, str]], ended: set[int], begun: dict[int, str]
) -> None:
    assert settled(kept(before), [(PersonId(who), number) for who, number in wanted]) == (ended, begun)


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ABCD")), max_size=12), st.integers(0, 12))
def test_one_list_or_two_come_to_the_same_and_no_number_names_two(wanted: list[tuple[int, str]], cut: int) -> None:
    asked = [(PersonId(who), number) for who, number in wanted]
    at_once = settled([], asked)[1]
    first = settled([], asked[:cut])[1]
    ended, begun = settled(kept(dict(first)), asked[cut:])
    assert {who: number for who, number in first.items() if who not in ended} | begun == at_once
    assert len(set(at_once.values())) == len(at_once)


def test_a_version_has_been_known_for_a_moment() -> None:
    assert (moment_after([], Moment(7)), moment_after(kept({1: "A"}), Moment(7))) == (7, 7)
    assert moment_after(kept({1: "A"}), Moment(5)) == 6


# Whom a printed number names.


def asked(**changes: str) -> PrintedNumber:
    return PrintedNumber(**({"insurer": "06139992", "symbol": "721", "number": "4410", "branch": "01"} | changes))  # type: ignore[arg-type]


MINE = coverage()


@pytest.mark.parametrize(
    ("changes", "by", "names"),
    [
        ({}, {}, True),
        ({}, {"symbol": "７２１", "number": "０４４１０"}, True),
        ({}, {"branch": ""}, True),
        ({"branch": None}, {}, True),
        ({}, {"branch": "02"}, False),
        ({}, {"symbol": "722"}, False),
        ({}, {"symbol": ""}, False),
        ({"number": "4411"}, {}, False),  # its number has changed since the key was written
        ({"insurer": "06139976"}, {}, False),
        ({"suspended": True}, {}, False),  # it may be somebody else's
        ({"refused": True}, {}, False),
    ],
)
def test_whom_a_printed_number_names(changes: dict[str, object], by: dict[str, str], names: bool) -> None:
    one = coverage(**({"by": changes.pop("insurer")} if "insurer" in changes else {}), **changes)  # type: ignore[arg-type]
    people = carriers(asked(**by), found(one, matched=[one.id]))
    assert people == ((person(),) if names else ())


def test_refused_at_one_insurer_is_refused_by_every_number() -> None:
    elsewhere = coverage(11, number="9", refused=True)
    assert carriers(asked(), found(MINE, elsewhere)) == ()
    assert carriers(asked(), found(MINE, coverage(11, number="9"))) == (person(),)


def test_a_birth_date_tells_people_apart_where_there_is_one() -> None:
    other = person(2, birth_on=date(1990, 1, 1))
    both = Found((sighting(MINE), sighting(MINE, who=other)))
    assert carriers(asked(), both) == (person(), other)
    with_birth = PrintedNumber(MINE.insurer, "4410", "721", "01", other.birth_on)
    assert carriers(with_birth, both) == (other,)


@given(st.sampled_from(["", "721", "ア－１"]), st.sampled_from(["1", "0012", "４４"]), st.dates())
def test_every_key_of_a_number_begins_with_its_stem(symbol: str, number: str, born: object) -> None:
    key = number_key(MINE.insurer, symbol, number, born).text  # type: ignore[arg-type]
    assert key.startswith(number_stem(MINE.insurer, symbol, number))
