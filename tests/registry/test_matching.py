"""Whom a row means: the guard against joining it to the wrong person."""

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onshi.registry import matching

BIRTH = date(1985, 4, 1)
HANAKO = {
    "person_id": 1,
    "match_name": "見本花子",
    "match_kana": "ミホンハナコ",
    "birth_on": BIRTH,
    "sex": "2",
    "match_address": "見本町1",
}
ROW_SCHEMA = {
    "row": pl.Int64,
    "link_code": pl.String,
    "key": pl.String,
    "branch": pl.String,
    "municipality": pl.String,
    "folded_name": pl.String,
    "folded_kana": pl.String,
    "folded_name_before": pl.String,
    "birth_on": pl.Date,
    "sex": pl.String,
    "folded_address": pl.String,
    "acquired_on": pl.Date,
}
PEOPLE_SCHEMA = {
    "person_id": pl.Int64,
    "match_name": pl.String,
    "match_kana": pl.String,
    "birth_on": pl.Date,
    "sex": pl.String,
    "match_address": pl.String,
}
LINK_SCHEMA = {"code": pl.String, "person_id": pl.Int64, "suspended": pl.Boolean}
INSURED_SCHEMA = {"person_id": pl.Int64, "lost_on": pl.Date}
OWNED_SCHEMA = {"key": pl.String, "person_id": pl.Int64, "branch": pl.String}


def row(**changes: Any) -> dict[str, Any]:
    """A row that says just what is known of Hanako, save for what is changed."""
    return {
        "row": 1,
        "link_code": None,
        "key": "K",
        "branch": None,
        "municipality": "131016",
        "folded_name": "見本花子",
        "folded_kana": "ミホンハナコ",
        "folded_name_before": None,
        "birth_on": BIRTH,
        "sex": "2",
        "folded_address": "見本町1",
        "acquired_on": date(2026, 4, 1),
    } | changes


def person(**changes: Any) -> dict[str, Any]:
    """Hanako, save for what is changed."""
    return HANAKO | changes


def judged(
    one: dict[str, Any],
    people: list[dict[str, Any]],
    *,
    links: list[tuple[str, int, bool]] | None = None,
    owned: list[tuple[str, int, str | None]] | None = None,
    near: list[int] | None = None,
    insured: list[tuple[int, date | None]] | None = None,
) -> dict[str, Any]:
    """The one verdict on the row."""
    links, owned = links or [], owned or []
    found = matching.identify(
        pl.DataFrame([one], schema=ROW_SCHEMA, orient="row"),
        pl.DataFrame(links, schema=LINK_SCHEMA, orient="row"),
        pl.DataFrame(owned, schema=OWNED_SCHEMA, orient="row"),
        pl.DataFrame(
            {"row": [one["row"]] * len(near or []), "person_id": near or []},
            schema_overrides={"row": pl.Int64, "person_id": pl.Int64},
        ),
        pl.DataFrame(people, schema=PEOPLE_SCHEMA, orient="row"),
        pl.DataFrame(insured or [], schema=INSURED_SCHEMA, orient="row"),
        pl.Series("person_id", [who for _, who, suspended in links if suspended], dtype=pl.Int64),
    )
    assert found.schema == pl.Schema(matching.VERDICT_SCHEMA)
    (verdict,) = found.rows(named=True)
    return verdict


@pytest.mark.parametrize(
    ("changes", "verdict", "reason", "differences"),
    [
        ({}, "joined", None, None),
        ({"folded_name": "別人花子"}, "held", "identity-differs", "name"),
        ({"folded_kana": "ミモトハナコ"}, "joined", None, None),  # another reading of the same characters
        ({"birth_on": date(1985, 4, 2)}, "held", "identity-differs", "birth_on"),
        ({"sex": "1"}, "held", "identity-differs", "sex"),
        ({"sex": "3"}, "held", "identity-differs", "sex"),
        ({"folded_address": "遠町9"}, "joined", None, None),  # an address alone never holds a row
        ({"folded_address": ""}, "joined", None, None),
        ({"sex": "1", "folded_address": "遠町9"}, "held", "identity-differs", "sex,address"),
        (
            {"folded_name": "例花子", "folded_name_before": "見本花子", "folded_kana": "レイハナコ"},
            "joined",
            None,
            None,
        ),
        ({"folded_name": "例花子", "folded_name_before": "別人花子"}, "held", "identity-differs", "name"),
        (
            {"folded_name": "例花子", "folded_name_before": "見本花子", "sex": "1"},
            "held",
            "identity-differs",
            "sex",
        ),
        ({"link_code": "UNKNOWN"}, "error", "unknown-link-code", None),
    ],
)
def test_a_link_code_joins_only_who_agrees(
    changes: dict[str, Any], verdict: str, reason: str | None, differences: str | None
) -> None:
    found = judged(row(link_code="A") | changes, [HANAKO], links=[("A", 1, False)])
    assert (found["verdict"], found["reason"], found["differences"]) == (verdict, reason, differences)
    assert found["person_id"] == (1 if verdict == "joined" else None)
    assert found["candidate"] == (1 if verdict == "held" else None)


@pytest.mark.parametrize("changes", [{}, {"folded_name": "別人花子"}])
def test_a_suspended_link_holds_every_row(changes: dict[str, Any]) -> None:
    found = judged(row(link_code="A") | changes, [HANAKO], links=[("A", 1, True)])
    assert (found["verdict"], found["reason"], found["candidate"]) == ("held", "link-suspended", 1)


@pytest.mark.parametrize("way", [{"owned": [("K", 1, None)]}, {"near": [1]}])
def test_a_suspended_link_holds_rows_without_the_code_too(way: dict[str, Any]) -> None:
    found = judged(row(), [HANAKO], links=[("A", 1, True)], **way)
    assert (found["verdict"], found["reason"], found["person_id"], found["candidate"]) == (
        "held",
        "link-suspended",
        None,
        1,
    )


TWIN = person(person_id=2, match_name="見本月子", match_kana="ミホンツキコ")


@pytest.mark.parametrize(
    ("changes", "branches", "verdict", "reason", "who"),
    [
        ({}, {1: None}, "joined", None, 1),
        ({"folded_name": "見本雪子"}, {1: None}, "held", "identity-differs", None),
        ({"sex": "1"}, {1: None}, "held", "identity-differs", None),
        ({"folded_kana": "ケンポンハナコ"}, {1: None}, "joined", None, 1),
        # Another branch and another name: another member of the family, not somebody renamed.
        ({"folded_name": "見本雪子", "folded_kana": "ミホンユキコ", "branch": "02"}, {1: "01"}, "new", None, None),
        ({"folded_name": "見本雪子", "branch": "01"}, {1: "01"}, "held", "identity-differs", None),
        ({"branch": "02"}, {1: "01"}, "joined", None, 1),
        ({}, {1: None, 2: None}, "joined", None, 1),
        ({"folded_name": "見本月子"}, {1: None, 2: None}, "joined", None, 2),
        ({"folded_name": "見本雪子"}, {1: None, 2: None}, "held", "number-shared", None),
        ({"folded_name": "見本月子", "sex": "1"}, {1: None, 2: None}, "held", "number-shared", None),
    ],
)
def test_a_number_of_the_insurers_own(
    changes: dict[str, Any], branches: dict[int, str | None], verdict: str, reason: str | None, who: int | None
) -> None:
    owned = [("K", number, branch) for number, branch in branches.items()]
    found = judged(row(**changes), [HANAKO, TWIN], owned=owned)
    assert (found["verdict"], found["reason"], found["person_id"]) == (verdict, reason, who)


def test_a_number_outlives_a_corrected_birth_date_but_joins_nobody_by_it() -> None:
    born_later = person(birth_on=date(1985, 5, 1))
    also = person(person_id=2, match_name="見本月子", birth_on=BIRTH)
    alone = judged(row(), [born_later], owned=[("K", 1, None)])
    shared = judged(row(), [born_later, also], owned=[("K", 1, None), ("K", 2, None)])
    assert (alone["verdict"], alone["reason"], alone["differences"]) == ("held", "identity-differs", "birth_on")
    assert (shared["verdict"], shared["reason"]) == ("held", "number-shared")


@pytest.mark.parametrize(
    ("changes", "known", "verdict", "reason", "candidate"),
    [
        ({}, {}, "joined", None, None),
        ({"folded_address": ""}, {}, "joined", "joined-without-address", None),
        ({}, {"match_address": ""}, "joined", "joined-without-address", None),
        ({"folded_address": "遠町9"}, {}, "new", "same-but-address", 1),
        ({"folded_name": "別人花子"}, {}, "held", "near-match", 1),
        ({"folded_kana": "ミモトハナコ"}, {}, "held", "near-match", 1),
        ({"birth_on": date(1985, 4, 2)}, {}, "held", "near-match", 1),
        ({"sex": "1"}, {}, "held", "near-match", 1),
        ({"folded_name": "別人花子", "folded_address": ""}, {}, "new", None, None),
        ({"sex": "1", "folded_address": "遠町9"}, {}, "new", None, None),
        ({"sex": "1", "folded_name": "別人太郎"}, {}, "new", None, None),
        (
            {"folded_name": "例花子", "folded_kana": "レイハナコ", "folded_name_before": "見本花子"},
            {},
            "joined",
            None,
            None,
        ),
    ],
)
def test_five_items_when_nothing_else_says_who(
    changes: dict[str, Any], known: dict[str, Any], verdict: str, reason: str | None, candidate: int | None
) -> None:
    found = judged(row(**changes), [person(**known)], near=[1])
    assert (found["verdict"], found["reason"], found["candidate"]) == (verdict, reason, candidate)
    assert found["person_id"] == (1 if verdict == "joined" else None)


ACQUIRED = date(2026, 4, 1)  # as the row says


@pytest.mark.parametrize(
    ("changes", "insured", "verdict", "reason"),
    [
        # Nobody has two numbers of one insurer at once: a namesake, as far as anybody can tell without an address.
        ({"folded_address": ""}, [(1, None)], "new", "same-but-number"),
        ({"folded_address": ""}, [(1, date(2020, 1, 1)), (1, None)], "new", "same-but-number"),
        ({"folded_address": ""}, [(1, date(2026, 4, 2))], "new", "same-but-number"),
        # Back at an insurer of earlier days, under a new number.
        ({"folded_address": ""}, [(1, ACQUIRED)], "joined", "joined-without-address"),
        ({"folded_address": ""}, [(2, None)], "joined", "joined-without-address"),
        # The number was changed: all five agree.
        ({}, [(1, None)], "joined", None),
        ({"folded_address": "遠町9"}, [(1, None)], "new", "same-but-address"),
    ],
)
def test_without_an_address_a_second_number_at_once_is_somebody_else(
    changes: dict[str, Any], insured: list[tuple[int, date | None]], verdict: str, reason: str | None
) -> None:
    found = judged(row(**changes), [HANAKO], near=[1], insured=insured)
    assert (found["verdict"], found["reason"]) == (verdict, reason)
    assert found["candidate"] == (1 if verdict == "new" else None)


def test_a_namesake_insured_here_keeps_a_row_from_joining_another() -> None:
    elsewhere = person(person_id=2, match_address="")
    found = judged(row(folded_address=""), [HANAKO, elsewhere], near=[1, 2], insured=[(1, None)])
    assert (found["verdict"], found["reason"], found["candidate"]) == ("new", "same-but-number", 1)


@pytest.mark.parametrize(
    ("changes", "second", "verdict", "reason", "who", "candidate"),
    [
        ({}, {}, "held", "several-match", None, 1),  # two with all five
        ({"folded_address": ""}, {}, "held", "several-match", None, 1),
        ({"folded_address": ""}, {"match_address": ""}, "held", "several-match", None, 1),
        ({}, {"match_address": "遠町9"}, "joined", None, 1, None),  # the full match is unique
        ({}, {"match_address": ""}, "joined", None, 1, None),
        ({}, {"sex": "1"}, "joined", None, 1, None),
        # One without an address agrees, another with the same four lives elsewhere: a person looks.
        ({"folded_address": "遠町9"}, {"match_address": ""}, "new", "same-but-address", None, 1),
        ({"folded_address": "遠町9"}, {"sex": "1", "match_address": "遠町9"}, "held", "near-match", None, 2),
    ],
)
def test_five_items_and_two_candidates(
    changes: dict[str, Any],
    second: dict[str, Any],
    verdict: str,
    reason: str | None,
    who: int | None,
    candidate: int | None,
) -> None:
    found = judged(row(**changes), [HANAKO, person(person_id=2, **second)], near=[1, 2])
    assert (found["verdict"], found["reason"], found["person_id"], found["candidate"]) == (
        verdict,
        reason,
        who,
        candidate,
    )


def test_nobody_known_is_new() -> None:
    assert judged(row(), [])["verdict"] == "new"


NAMES = st.sampled_from(["見本花子", "見本月子"])
KANA = st.sampled_from(["ミホンハナコ", "ミホンツキコ"])
BIRTHS = st.sampled_from([BIRTH, date(1985, 4, 2)])
SEXES = st.sampled_from(["1", "2", "3"])
PLACES = st.sampled_from(["", "見本町1", "遠町9"])
PEOPLE = st.builds(
    lambda name, kana, birth, sex, place: {
        "match_name": name,
        "match_kana": kana,
        "birth_on": birth,
        "sex": sex,
        "match_address": place,
    },
    NAMES,
    KANA,
    BIRTHS,
    SEXES,
    PLACES,
)
ROWS = st.builds(
    lambda name, kana, before, birth, sex, place, branch, code: row(
        folded_name=name,
        folded_kana=kana,
        folded_name_before=before,
        birth_on=birth,
        sex=sex,
        folded_address=place,
        branch=branch,
        link_code=code,
    ),
    NAMES,
    KANA,
    st.none() | NAMES,
    BIRTHS,
    SEXES,
    PLACES,
    st.sampled_from([None, "01", "02"]),
    st.sampled_from([None, None, "A", "B", "C"]),
)


@settings(max_examples=300, deadline=None)
@given(
    ROWS,
    st.lists(PEOPLE, min_size=0, max_size=4),
    st.lists(st.tuples(st.integers(0, 3), st.sampled_from([None, "01", "02"]))),
    st.booleans(),
)
def test_no_row_ever_joins_somebody_who_differs(
    one: dict[str, Any], known: list[dict[str, Any]], owned: list[tuple[int, str | None]], suspended: bool
) -> None:
    people = [who | {"person_id": number + 1} for number, who in enumerate(known)]
    ids = [who["person_id"] for who in people]
    links = [(code, number, suspended) for code, number in zip("AB", ids, strict=False)]
    numbers = [("K", ids[place], branch) for place, branch in owned if place < len(ids)]
    found = judged(one, people, links=links, owned=numbers, near=ids)
    if found["verdict"] != "joined":
        assert found["person_id"] is None
        return
    (meant,) = [who for who in people if who["person_id"] == found["person_id"]]
    assert meant["match_name"] in (one["folded_name"], one["folded_name_before"])
    assert (meant["birth_on"], meant["sex"]) == (one["birth_on"], one["sex"])
    assert not (suspended and any(number == meant["person_id"] for _, number, _ in links))


def waiting(*rows: dict[str, Any], verdicts: list[tuple[int, str, int | None]]) -> list[int]:
    """Which of the rows must wait for another."""
    numbered = [one | {"row": number} for number, one in enumerate(rows, start=1)]
    schema = {"row": pl.Int64, "verdict": pl.String, "person_id": pl.Int64}
    found = matching.to_wait(
        pl.DataFrame(numbered, schema=ROW_SCHEMA, orient="row"), pl.DataFrame(verdicts, schema=schema, orient="row")
    )
    return found.sort().to_list()


NEW = "new"


def test_rows_about_one_person_come_one_after_the_other() -> None:
    one, two, three = row(link_code="A"), row(), row(folded_name="例")
    assert waiting(one, two, three, verdicts=[(1, "joined", 1), (2, "joined", 1), (3, "joined", 2)]) == [2]


@pytest.mark.parametrize(
    ("second", "waits"),
    [
        ({}, True),
        ({"folded_address": ""}, True),
        ({"folded_address": "遠町9"}, True),
        ({"sex": "1"}, True),
        ({"birth_on": date(1985, 4, 2)}, True),
        ({"folded_kana": "ミモトハナコ"}, True),
        ({"folded_name": "見本月子", "folded_kana": "ミホンツキコ"}, False),  # twins
        ({"sex": "1", "folded_address": "遠町9"}, False),
    ],
)
def test_a_newcomer_like_an_earlier_one_waits(second: dict[str, Any], waits: bool) -> None:
    assert waiting(row(), row(**second), verdicts=[(1, NEW, None), (2, NEW, None)]) == ([2] if waits else [])
