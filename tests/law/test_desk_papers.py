"""Which paper an insurer gives beside the card, and how long it holds."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.law import Paper, is_insurance_card_usable, paper_for, paper_grounds, paper_names, paper_valid_to

day = date.fromisoformat
NOTICE, DOCUMENT, CARD = Paper.ELIGIBILITY_NOTICE, Paper.CONFIRMATION_DOCUMENT, Paper.INSURANCE_CARD


@pytest.mark.parametrize(
    ("kind", "on", "ground", "paper", "because", "on_request"),
    [
        # Before the change everybody had an insurance card.
        ("society", "2024-12-01", None, CARD, "before-the-change", False),
        ("society", "2024-12-01", "no-card", CARD, "before-the-change", False),
        ("elderly", "2024-12-01", None, CARD, "before-the-change", False),
        # Who uses the card gets a notice.
        ("society", "2024-12-02", None, NOTICE, "uses-the-card", False),
        ("municipal_nhi", "2026-04-01", None, NOTICE, "uses-the-card", False),
        ("nhi_society", "2026-04-01", None, NOTICE, "uses-the-card", False),
        # Who cannot use it gets a document, unasked.
        ("society", "2024-12-02", "no-card", DOCUMENT, "no-card", False),
        ("kyokai", "2026-04-01", "never-registered", DOCUMENT, "never-registered", False),
        ("municipal_nhi", "2026-04-01", "withdrawn", DOCUMENT, "withdrawn", False),
        ("nhi_society", "2026-04-01", "past-grace", DOCUMENT, "past-grace", False),
        ("society", "2026-04-01", "card-returned", DOCUMENT, "card-returned", False),
        # For the time being without it, or in need of help: on request.
        ("society", "2026-04-01", "card-lost", DOCUMENT, "card-lost", True),
        ("society", "2026-04-01", "card-renewing", DOCUMENT, "card-renewing", True),
        ("society", "2026-04-01", "needs-help", DOCUMENT, "needs-help", True),
        # The elderly scheme: everybody, to 2026-07-31.
        ("elderly", "2024-12-02", None, DOCUMENT, "everybody", False),
        ("elderly", "2026-07-31", None, DOCUMENT, "everybody", False),
        ("elderly", "2026-07-31", "needs-help", DOCUMENT, "everybody", False),
        ("elderly", "2026-07-31", "no-card", DOCUMENT, "no-card", False),
        ("elderly", "2026-08-01", None, NOTICE, "uses-the-card", False),
        ("elderly", "2026-08-01", "needs-help", DOCUMENT, "needs-help", True),
        ("elderly", "2026-08-01", "no-card", DOCUMENT, "no-card", False),
    ],
)
def test_which_paper(kind: str, on: str, ground: str | None, paper: Paper, because: str, on_request: bool) -> None:
    found = paper_for(kind, day(on), ground=ground)
    assert found is not None
    assert (found.paper, found.because.code, found.on_request) == (paper, because, on_request)


@pytest.mark.parametrize(("kind", "on"), [("medical_aid", "2026-04-01"), ("society", "2008-03-31")])
def test_where_the_table_is_silent_nothing_is_guessed(kind: str, on: str) -> None:
    assert paper_for(kind, day(on), ground="no-card") is None
    assert paper_valid_to(day(on), kind) is None


def test_every_ground_is_in_the_table_above() -> None:
    assert {code: ground.on_request for code, ground in paper_grounds().items()} == {
        "no-card": False,
        "never-registered": False,
        "withdrawn": False,
        "past-grace": False,
        "card-returned": False,
        "card-lost": True,
        "card-renewing": True,
        "needs-help": True,
    }
    assert {ground.since for ground in paper_grounds().values()} == {day("2024-12-02")}


def test_every_paper_has_its_name() -> None:
    assert {paper: (name.ja, name.en) for paper, name in paper_names().items()} == {
        CARD: ("被保険者証", "Insurance card"),
        DOCUMENT: ("資格確認書", "Confirmation document"),
        NOTICE: ("資格情報のお知らせ", "Eligibility notice"),
    }


@pytest.mark.parametrize("kind", ["moon_base", "medical_add"])
def test_no_kind_of_that_name(kind: str) -> None:
    with pytest.raises(KeyError):
        paper_for(kind, day("2026-04-01"), ground=None)


def test_no_ground_of_that_name() -> None:
    with pytest.raises(KeyError, match="dislikes-cards"):
        paper_for("society", day("2026-04-01"), ground="dislikes-cards")


@pytest.mark.parametrize(
    ("issued", "kind", "wanted", "valid_to"),
    [
        ("2024-12-02", "kyokai", None, "2029-12-01"),  # five years
        ("2024-12-02", "kyokai", "2026-11-30", "2026-11-30"),
        ("2024-12-02", "kyokai", "2024-12-02", "2024-12-02"),  # for one day
        ("2024-12-02", "kyokai", "2035-01-01", "2029-12-01"),  # never longer
        ("2025-08-01", "municipal_nhi", "2026-07-31", "2026-07-31"),
        ("2028-02-29", "nhi_society", None, "2033-02-28"),
        ("2025-08-01", "elderly", None, "2026-07-31"),  # yearly
        ("2026-07-31", "elderly", None, "2026-07-31"),
        ("2026-08-01", "elderly", None, "2027-07-31"),
        ("2026-08-01", "elderly", "2026-12-31", "2026-12-31"),
        ("2026-08-01", "elderly", "2031-07-31", "2027-07-31"),
        ("2024-12-01", "kyokai", None, None),  # the day before
    ],
)
def test_how_long_a_document_holds(issued: str, kind: str, wanted: str | None, valid_to: str | None) -> None:
    found = paper_valid_to(day(issued), kind, None if wanted is None else day(wanted))
    assert found == (None if valid_to is None else day(valid_to))


def test_a_document_does_not_end_before_it_begins() -> None:
    with pytest.raises(ValueError, match="^a paper cannot end before it is issued$"):
        paper_valid_to(day("2026-04-01"), "kyokai", day("2026-03-31"))


@pytest.mark.parametrize(
    ("issued", "on", "printed_to", "usable"),
    [
        ("2024-12-01", "2025-12-01", None, True),
        ("2024-12-01", "2024-12-01", None, True),  # on the day of issue
        ("2024-12-01", "2025-12-02", None, False),  # transition is over
        ("2024-12-02", "2025-06-01", None, False),  # none was issued any more
        ("2024-04-01", "2025-07-31", "2025-07-31", True),
        ("2024-04-01", "2025-08-01", "2025-07-31", False),
        ("2024-04-01", "2025-12-02", "2027-03-31", False),
        ("2024-04-01", "2024-03-31", None, False),
        ("2008-03-31", "2010-01-01", None, False),  # before the table
        ("2008-04-01", "2010-01-01", None, True),
    ],
)
def test_an_old_insurance_card(issued: str, on: str, printed_to: str | None, usable: bool) -> None:
    printed = None if printed_to is None else day(printed_to)
    assert is_insurance_card_usable(issued_on=day(issued), on=day(on), printed_to=printed) is usable


@given(st.dates(date(2024, 12, 2), date(2050, 1, 1)), st.sampled_from(["kyokai", "municipal_nhi", "elderly"]))
def test_no_document_outlives_five_years(issued: date, kind: str) -> None:
    ends = paper_valid_to(issued, kind)
    assert ends is not None
    assert issued <= ends
    assert (ends - issued).days <= 5 * 365 + 2
