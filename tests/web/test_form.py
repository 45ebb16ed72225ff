"""What is typed at the desk becomes one question, or a list of what is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.eligibility import ByCard, ByNumber, Query
from onshi.kernel import InsurerNumber
from onshi.web.problems import Problem
from onshi.web.reception.form import FIELDS, Reading, read_form

TODAY = date(2026, 11, 2)
BORN = date(1985, 4, 1)
HANAKO = ByNumber(InsurerNumber("06139992"), "345", BORN, "12", "00")
FILLED = {"insurer": "06139992", "symbol": "12", "number": "345", "branch": "00", "birth": "1985-04-01"}


@pytest.mark.parametrize(
    ("fields", "asked", "presence"),
    [
        (FILLED, HANAKO, "number"),
        (FILLED | {"insurer": "０６１３９９９２", "birth": "S60.4.1", "branch": "００"}, HANAKO, "number"),
        (FILLED | {"symbol": "", "branch": ""}, ByNumber(HANAKO.insurer, "345", BORN, None, None), "number"),
        (FILLED | {"insurer": "138057"}, ByNumber(InsurerNumber("00138057"), "345", BORN, "12", "00"), "number"),
        ({"scan": "06139992,12,345,00,19850401"}, HANAKO, "number"),
        ({"scan": "06139992\t12\t345\t00\t昭和60年4月1日"}, HANAKO, "number"),
        ({"scan": "０６１３９９９２，１２，３４５，００，１９８５０４０１"},
         ByNumber(HANAKO.insurer, "345", BORN, "12", "00"), "number"),
        ({"scan": "138057,,345,,19850401"}, ByNumber(InsurerNumber("00138057"), "345", BORN), "number"),
        ({"scan": "CN=A,O=B:0A12"}, ByCard("CN=A,O=B", "0A12"), "staff"),
        ({"card": "urn:ca:1:0A12"}, ByCard("urn:ca:1", "0A12"), "staff"),
    ],
)  # fmt: skip
def test_one_way_of_asking_is_read(fields: dict[str, str], asked: ByNumber | ByCard, presence: str) -> None:
    assert read_form(fields, TODAY) == Reading(Query(asked, TODAY, presence=presence))


@pytest.mark.parametrize(
    ("fields", "problems"),
    [
        ({}, [("scan", "nothing")]),
        (FILLED | {"card": "a:b"}, [("scan", "two_ways")]),
        ({"scan": "hello"}, [("scan", "scan")]),
        ({"scan": "12,12,345,00,19850401"}, [("scan", "insurer")]),
        ({"scan": "06139992,12,345,00,19851301"}, [("scan", "birth")]),
        ({"card": "no serial"}, [("card", "card")]),
        ({"card": "issuer: "}, [("card", "card")]),
        (FILLED | {"insurer": "0613999"}, [("insurer", "insurer")]),
        (FILLED | {"number": ""}, [("number", "number")]),
        (FILLED | {"symbol": "あ" * 41}, [("symbol", "symbol")]),
        (FILLED | {"branch": "1a"}, [("branch", "branch")]),
        (FILLED | {"birth": "S65.4.1"}, [("birth", "birth")]),
        (FILLED | {"birth": "2026-11-03"}, [("birth", "birth_future")]),
        (FILLED | {"day": "tomorrow"}, [("day", "day")]),
        ({"number": "1", "day": "x"}, [("day", "day"), ("insurer", "insurer"), ("birth", "birth")]),
    ],
)
def test_everything_wrong_is_told_at_its_field(fields: dict[str, str], problems: list[tuple[str, str]]) -> None:
    expected = tuple(Problem(field, f"reception.problem.{text}") for field, text in problems)
    assert read_form(fields, TODAY) == Reading(None, expected)


def test_day_and_consent_go_with_the_question() -> None:
    fields = FILLED | {"day": "R8.10.1", "limit_consent": "1", "disease_consent": "1"}
    expected = Query(HANAKO, date(2026, 10, 1), limit_consent=True, disease_consent=True)
    assert read_form(fields, TODAY).query == expected


@given(st.dictionaries(st.sampled_from(FIELDS), st.text(max_size=60)))
def test_whatever_is_typed_gives_a_question_or_problems(fields: dict[str, str]) -> None:
    reading = read_form(fields, TODAY)
    assert (reading.query is None) == bool(reading.problems)
