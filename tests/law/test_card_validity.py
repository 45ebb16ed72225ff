"""Until when a card and its certificates are valid, case by case."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi.law import (
    Medium,
    Residence,
    card_valid_to,
    card_validity_rules,
    certificate_valid_to,
    grace_until,
    has_signature_certificate,
    is_card_adult,
    needs_guardian,
    needs_photo,
    renewal_from,
)

day = date.fromisoformat


@pytest.mark.parametrize(
    ("born", "applied", "issued", "valid_to"),
    [
        # Adults: the tenth birthday after issue. The sample card of 2019 (born 1989-03-31, valid to 2025-03-31).
        ("1989-03-31", "2015-10-05", "2015-10-05", "2025-03-31"),
        ("1989-03-31", "2015-12-01", "2016-01-04", "2025-03-31"),
        ("1989-03-31", "2016-02-01", "2016-03-30", "2025-03-31"),
        ("1989-03-31", "2016-02-01", "2016-03-31", "2026-03-31"),  # issued on the birthday: it does not count
        ("1989-03-31", "2016-03-01", "2016-04-01", "2026-03-31"),
        # Minors: the fifth. Up to 2022-03-31 until twenty, from 2022-04-01 until eighteen.
        ("2010-06-15", "2026-04-01", "2026-05-01", "2030-06-15"),
        ("2002-05-01", "2022-03-31", "2022-04-20", "2026-05-01"),  # 19, applied on the last day of the old line
        ("2002-05-01", "2022-04-01", "2022-04-20", "2031-05-01"),  # 19, a day later
        ("2008-05-01", "2026-04-30", "2026-05-20", "2031-05-01"),  # applied the day before turning 18
        ("2008-05-01", "2026-05-01", "2026-05-20", "2036-05-01"),  # applied on the 18th birthday
        # Born on 29 February.
        ("1988-02-29", "2026-01-05", "2026-02-01", "2035-02-28"),
        ("1988-02-29", "2018-03-05", "2018-04-01", "2028-02-29"),
    ],
)
def test_the_last_day_of_a_card(born: str, applied: str, issued: str, valid_to: str) -> None:
    found = card_valid_to(born=day(born), applied_on=day(applied), issued_on=day(issued), residence=Residence.JAPANESE)
    assert found == day(valid_to)


@pytest.mark.parametrize(
    ("residence", "stay_until", "valid_to"),
    [
        (Residence.JAPANESE, None, "2035-06-15"),
        (Residence.LIMITED, "2028-03-31", "2028-03-31"),
        (Residence.LIMITED, "2040-03-31", "2035-06-15"),
        (Residence.PERMANENT, "2028-03-31", "2035-06-15"),  # the residence card of a 永住者 ends, the stay does not
        (Residence.HIGHLY_SKILLED_2, "2028-03-31", "2035-06-15"),
        (Residence.SPECIAL_PERMANENT, "2028-03-31", "2035-06-15"),
    ],
)
def test_a_limited_stay_ends_the_card(residence: Residence, stay_until: str | None, valid_to: str) -> None:
    found = card_valid_to(
        born=day("1990-06-15"),
        applied_on=day("2026-04-01"),
        issued_on=day("2026-04-20"),
        residence=residence,
        stay_until=None if stay_until is None else day(stay_until),
    )
    assert found == day(valid_to)


def test_a_limited_stay_has_an_end() -> None:
    with pytest.raises(ValueError, match="^a limited stay needs the day it ends$"):
        card_valid_to(
            born=day("1990-06-15"),
            applied_on=day("2026-04-01"),
            issued_on=day("2026-04-20"),
            residence=Residence.LIMITED,
        )


def test_where_the_text_is_silent_the_caller_chooses() -> None:
    on_birthday = {"born": day("1990-06-15"), "applied_on": day("2026-05-01"), "issued_on": day("2026-06-15")}
    assert card_valid_to(**on_birthday, residence=Residence.JAPANESE) == day("2036-06-15")
    assert card_valid_to(**on_birthday, residence=Residence.JAPANESE, on_birthday="same") == day("2035-06-15")
    leap = {"born": day("1988-02-29"), "applied_on": day("2026-01-05"), "issued_on": day("2026-02-01")}
    assert card_valid_to(**leap, residence=Residence.JAPANESE) == day("2035-02-28")
    assert card_valid_to(**leap, residence=Residence.JAPANESE, feb29="mar1") == day("2035-03-01")
    assert certificate_valid_to(
        born=day("1988-02-29"), issued_on=day("2026-02-28"), card_to=day("2035-02-28"), on_birthday="same"
    ) == day("2030-02-28")
    assert certificate_valid_to(
        born=day("1988-02-29"), issued_on=day("2026-02-28"), card_to=day("2035-02-28"), feb29="mar1"
    ) == day("2030-03-01")


@pytest.mark.parametrize(
    ("born", "early", "valid_to"),
    [
        ("1990-06-15", False, "2035-06-15"),
        ("1990-06-15", True, "2036-06-15"),
        ("2015-06-15", False, "2030-06-15"),
        ("2015-06-15", True, "2031-06-15"),
    ],
)
def test_an_early_renewal_of_the_card_loses_no_year(born: str, early: bool, valid_to: str) -> None:
    found = card_valid_to(
        born=day(born),
        applied_on=day("2026-04-01"),
        issued_on=day("2026-04-20"),
        residence=Residence.JAPANESE,
        early_renewal=early,
    )
    assert found == day(valid_to)


@pytest.mark.parametrize(
    ("issued", "card_to", "early", "valid_to"),
    [
        ("2026-04-20", "2035-06-15", False, "2030-06-15"),  # the fifth birthday
        ("2026-06-15", "2036-06-15", False, "2031-06-15"),  # issued on the birthday
        ("2026-04-20", "2035-06-15", True, "2031-06-15"),  # renewed early: the sixth
        ("2026-04-20", "2029-06-15", False, "2029-06-15"),  # never past the card
        ("2026-04-20", "2029-06-15", True, "2029-06-15"),
        ("2026-04-20", "2026-12-31", False, "2026-12-31"),
    ],
)
def test_the_last_day_of_a_certificate(issued: str, card_to: str, early: bool, valid_to: str) -> None:
    found = certificate_valid_to(
        born=day("1990-06-15"), issued_on=day(issued), card_to=day(card_to), early_renewal=early
    )
    assert found == day(valid_to)


@pytest.mark.parametrize(
    ("valid_to", "after", "same"),
    [
        ("2023-07-07", "2023-04-08", "2023-04-07"),  # the two examples of 練馬区
        ("2023-05-28", "2023-03-01", "2023-02-28"),
        ("2023-05-31", "2023-03-01", "2023-02-28"),  # there is no 31 February
        ("2024-05-31", "2024-03-01", "2024-02-29"),
        ("2026-01-15", "2025-10-16", "2025-10-15"),
        ("2026-03-31", "2026-01-01", "2025-12-31"),
    ],
)
def test_renewal_begins(valid_to: str, after: str, same: str) -> None:
    assert renewal_from(day(valid_to)) == day(after)
    assert renewal_from(day(valid_to), first_day="same") == day(same)


@pytest.mark.parametrize(
    ("born", "on", "ward", "face", "has_one"),
    [
        ("2011-05-01", "2026-05-01", False, False, True),  # the 15th birthday
        ("2011-05-02", "2026-05-01", False, False, False),  # the day before it
        ("1980-05-01", "2026-05-01", True, False, False),
        ("1980-05-01", "2026-05-01", False, True, False),
        ("1980-05-01", "2023-12-15", False, True, False),  # the first day of the 顔認証 card
    ],
)
def test_who_has_a_signature_certificate(born: str, on: str, ward: bool, face: bool, has_one: bool) -> None:
    assert has_signature_certificate(day(born), day(on), is_ward=ward, is_face_card=face) is has_one


@pytest.mark.parametrize(
    ("not_after", "medium", "until"),
    [
        ("2026-05-10", Medium.CARD, "2026-08-31"),
        ("2026-05-31", Medium.CARD, "2026-08-31"),
        ("2026-06-01", Medium.CARD, "2026-09-30"),
        ("2026-11-30", Medium.CARD, "2027-02-28"),
        ("2027-11-30", Medium.CARD, "2028-02-29"),
        ("2026-10-01", Medium.CARD, "2027-01-31"),
        ("2024-12-02", Medium.CARD, "2025-03-31"),  # the first day of the table
        ("2024-12-01", Medium.CARD, None),
        ("2026-05-10", Medium.PHONE, None),
        ("2025-09-19", Medium.PHONE, None),
        ("2025-09-18", Medium.PHONE, None),
    ],
)
def test_an_expired_certificate_still_serves_for_eligibility(not_after: str, medium: Medium, until: str | None) -> None:
    assert grace_until(day(not_after), medium) == (None if until is None else day(until))


@pytest.mark.parametrize(
    ("born", "on", "needed"),
    [
        ("2024-06-01", "2024-12-01", True),  # the day before the rule
        ("2024-06-01", "2024-12-02", False),
        ("2024-06-01", "2025-05-31", False),  # the day before the first birthday
        ("2024-06-01", "2025-06-01", True),
        ("1980-06-01", "2025-06-01", True),
    ],
)
def test_an_infant_needs_no_photo(born: str, on: str, needed: bool) -> None:
    assert needs_photo(day(born), day(on)) is needed


@pytest.mark.parametrize(
    ("born", "on", "ward", "needed"),
    [
        ("2011-05-02", "2026-05-01", False, True),  # the day before the 15th birthday
        ("2011-05-01", "2026-05-01", False, False),
        ("1980-05-01", "2026-05-01", True, True),
        ("1980-05-01", "2026-05-01", False, False),
    ],
)
def test_who_comes_with_a_guardian(born: str, on: str, ward: bool, needed: bool) -> None:
    assert needs_guardian(day(born), day(on), is_ward=ward) is needed


@pytest.mark.parametrize(
    ("born", "on", "adult"),
    [
        ("2002-04-01", "2022-03-31", False),
        ("2002-03-31", "2022-03-31", True),  # the 20th birthday
        ("2004-04-01", "2022-04-01", True),  # the 18th birthday
        ("2004-04-02", "2022-04-01", False),
        ("2008-02-29", "2026-02-28", False),
        ("2008-02-29", "2026-03-01", True),
    ],
)
def test_who_is_of_age_for_a_card(born: str, on: str, adult: bool) -> None:
    assert is_card_adult(day(born), day(on)) is adult


def test_the_day_before_a_rule_starts_it_does_not_hold() -> None:
    for name, rule in card_validity_rules().items():
        first = rule.entries[0].start
        with pytest.raises(LookupError, match=f"^no entry holds on {first - timedelta(1)}; the first starts {first}$"):
            rule.on(first - timedelta(1))
        assert rule.on(first)["source"], name
    with pytest.raises(LookupError, match="the first starts 2023-12-15"):
        has_signature_certificate(day("1980-05-01"), day("2023-12-14"), is_ward=False, is_face_card=True)


def test_the_values_of_the_table() -> None:
    values = {
        name: [
            (entry.start.isoformat(), *(value for key, value in entry.value.items() if key not in ("since", "source")))
            for entry in rule.entries
        ]
        for name, rule in card_validity_rules().items()
    }
    assert values == {
        "adult": [("2015-10-05", 20), ("2022-04-01", 18)],
        "card_of_adult": [("2015-10-05", 10, 11)],
        "card_of_minor": [("2015-10-05", 5, 6)],
        "certificate": [("2016-01-01", 5, 6)],
        "stay": [("2015-10-05", ["limited"])],
        "renewal": [("2016-01-01", 3)],
        "signature_age": [("2016-01-01", 15)],
        "guardian_age": [("2016-01-01", 15)],
        "face_card": [("2023-12-15", False)],
        "grace_of_card": [("2024-12-02", 3)],
        "grace_of_phone": [("2025-09-19", 0)],
        "photo": [("2015-10-05", 0), ("2024-12-02", 1)],
    }


BORN = st.dates(date(1920, 1, 1), date(2015, 12, 31))
ISSUED = st.dates(date(2016, 1, 1), date(2040, 12, 31))


@given(BORN, ISSUED, st.sampled_from(["next", "same"]), st.sampled_from(["feb28", "mar1"]), st.booleans())
def test_a_certificate_lies_inside_its_card_and_near_its_birthday(
    born: date, issued: date, on_birthday: str, feb29: str, early: bool
) -> None:
    choice = {"on_birthday": on_birthday, "feb29": feb29, "early_renewal": early}
    card_to = card_valid_to(born=born, applied_on=issued, issued_on=issued, residence=Residence.JAPANESE, **choice)
    ends = certificate_valid_to(born=born, issued_on=issued, card_to=card_to, **choice)
    assert issued < ends <= card_to
    years = 6 if early else 5
    assert timedelta(365 * (years - 1)) - timedelta(2) <= ends - issued <= timedelta(366 * years + 2)
    assert (ends.month, ends.day) in {(born.month, born.day), (2, 28), (3, 1)}
    assert renewal_from(ends) <= ends < grace_until(max(ends, date(2024, 12, 2)), Medium.CARD)
