"""Mailing of pre-filled forms: whom a choice means, households, what fits, printed again, and what others are told."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onshi import cards
from onshi.cards import By, CardState, Holder, HolderId, errors, mailing
from onshi.cards.mailing import Choice, Household, Mailing, MailingCount, MailingId
from onshi.cards.mailings import Candidate, born_by, fitting, households, told
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode
from onshi.law.ages import birthday

from .make import (
    CLERK,
    HANAKO,
    HERE,
    MAKER,
    NOW,
    OTHER_CLERK,
    TARO,
    THERE,
    TODAY,
    after,
    applied,
    holder,
    registered,
    taken_to,
)

RUN = MailingId(900)
EVERYBODY = Choice()
FULL, HALF = "東京都千代田区見本町一丁目１－１", "東京都千代田区見本町一丁目1-1"


def other(number: int, **changes: object) -> Holder:
    return holder(**({"id": HolderId(number), "name": f"見本　{number}"} | changes))


def made(tx: Tx, choice: Choice = EVERYBODY, *, run: MailingId = RUN, by: By = CLERK, at: Moment = NOW) -> Mailing:
    return mailing.make(tx, choice, run_id=run, by=by, at=at)[0]


def meant(tx: Tx, choice: Choice = EVERYBODY, *, by: By = CLERK, on: date = TODAY) -> list[HolderId]:
    return [who for one in mailing.choose(tx, choice, by=by, on=on).first for who in one.people]


def printed(tx: Tx, *, at: Moment = NOW) -> list[HolderId]:
    return [one.id for letter in mailing.letters(tx, RUN, by=CLERK, at=at)[1] for _, one in letter.forms]


# -- Reading and grouping: pure ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "choice"),
    [
        ({}, Choice()),
        ({"post_number": "〒１００-0", "age_from": "７５"}, Choice("1000", 75)),
        ({"age_from": "0", "age_to": "0"}, Choice(age_from=0, age_to=0)),
        ({"age_to": "130", "not_mailed_since": "令和8年5月1日"}, Choice(age_to=130, not_mailed_since=date(2026, 5, 1))),
    ],
)
def test_a_choice_is_read(typed: dict[str, str], choice: Choice) -> None:
    assert mailing.read_choice(typed) == choice


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"post_number": "12345678"}, "post_number"),
        ({"post_number": "10%"}, "post_number"),
        ({"age_from": "131"}, "age_from"),
        ({"age_to": "-1"}, "age_to"),
        ({"age_from": "20", "age_to": "19"}, "age_to"),
        ({"not_mailed_since": "soon"}, "not_mailed_since"),
    ],
)
def test_a_choice_that_is_none_names_the_field(typed: dict[str, str], field: str) -> None:
    with pytest.raises(errors.ChoiceUnreadable) as refused:
        mailing.read_choice(typed)
    assert refused.value.facts == {"field": field}


@given(
    born=st.dates(date(1900, 1, 1), date(2026, 12, 31)),
    age=st.integers(0, 110),
    on=st.dates(date(2020, 1, 1), date(2032, 12, 31)),
)
def test_somebody_is_an_age_from_the_birthday_on(born: date, age: int, on: date) -> None:
    assert (born <= born_by(on, age)) == (birthday(born, age) <= on)


def test_a_household_is_an_address_however_it_is_written() -> None:
    born = date(2000, 1, 1)
    found = [
        Candidate(HolderId(1), "1000002", FULL, born),
        Candidate(HolderId(2), "1000001", FULL, born),
        Candidate(HolderId(3), "1000001", HALF, date(1960, 1, 1)),
        Candidate(HolderId(4), "1000001", FULL + "0", born),
    ]
    assert households(found) == [
        Household("1000001", (HolderId(3), HolderId(2))),
        Household("1000001", (HolderId(4),)),
        Household("1000002", (HolderId(1),)),
    ]


@given(sizes=st.lists(st.integers(1, 9), max_size=30), most=st.integers(1, 20))
def test_a_run_is_the_longest_beginning_that_fits(sizes: list[int], most: int) -> None:
    all_of_them = [
        Household("1000001", tuple(HolderId(place * 10 + one) for one in range(size)))
        for place, size in enumerate(sizes)
    ]
    taken = fitting(all_of_them, most)
    people = sum(len(one.people) for one in taken)
    assert people <= most
    assert bool(taken) == bool(sizes)
    if sizes and sizes[0] <= most:
        assert list(taken) == all_of_them[: len(taken)]
        assert len(taken) == len(sizes) or people + sizes[len(taken)] > most


def test_a_house_larger_than_a_run_comes_alone_and_in_part() -> None:
    home = Household("1000001", tuple(HolderId(number) for number in range(5)))
    assert fitting([home, Household("1000001", (HolderId(9),))], 3) == (Household("1000001", home.people[:3]),)


@pytest.mark.parametrize(("count", "shown"), [(0, None), (9, None), (10, 10), (500, 500)])
def test_others_are_told_no_count_under_ten(count: int, shown: int | None) -> None:
    run = Mailing(RUN, HERE, TODAY, EVERYBODY, count, count)
    assert told(run) == MailingCount(HERE, TODAY, shown, shown)


# -- The statement, on both engines ------------------------------------------------------------------------------------


def test_who_has_neither_card_nor_application_is_meant(tx: Tx) -> None:
    registered(tx, holder(), *(other(number) for number in (1, 2, 3, 4)), other(5, municipality=THERE))
    taken_to(tx, applied(tx, HolderId(1)).application, "issued")
    applied(tx, HolderId(2))
    cards.note_death(tx, HolderId(3), TODAY, by=CLERK, at=NOW)
    (card,) = cards.cards_of(tx, HolderId(1))
    assert card.state is CardState.ACTIVE
    assert meant(tx) == [HolderId(4), HANAKO]
    assert meant(tx, by=OTHER_CLERK) == [HolderId(5)]
    # Somebody whose card has run out is somebody without one.
    assert HolderId(1) not in meant(tx, on=card.valid_to)
    assert HolderId(1) in meant(tx, on=date(card.valid_to.year + 1, 1, 1))


@pytest.mark.parametrize(
    ("choice", "numbers"),
    [
        (Choice("100"), [1, 2]),
        (Choice("1000001"), [1]),
        (Choice("101"), [3]),
        (Choice("9"), []),
        (Choice(age_from=75), [1]),
        (Choice(age_from=74), [1, 2]),
        (Choice(age_to=74), [2, 3]),
        (Choice(age_from=20, age_to=20), [3]),
        (Choice("100", 75, 75), [1]),
    ],
)
def test_post_number_and_age_narrow_it(tx: Tx, choice: Choice, numbers: list[int]) -> None:
    registered(
        tx,
        other(1, post_number="1000001", birth_on=date(1951, 11, 2)),  # 75 today
        other(2, post_number="1000002", birth_on=date(1951, 11, 3)),  # 75 tomorrow
        other(3, post_number="1010001", birth_on=date(2006, 11, 2)),
    )
    assert meant(tx, choice) == [HolderId(number) for number in numbers]


def test_households_and_people_are_counted(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO, address=HALF), other(1, post_number="1000002"))
    found = mailing.choose(tx, EVERYBODY, by=CLERK, on=TODAY)
    assert (found.households, found.people, found.first_people) == (2, 3, 3)
    assert found.first == (Household("1000001", (HANAKO, TARO)), Household("1000002", (HolderId(1),)))


def test_who_was_mailed_since_a_day_is_left_out(tx: Tx) -> None:
    registered(tx, holder(), other(1, municipality=THERE))
    made(tx)
    assert meant(tx) == [HANAKO]
    assert meant(tx, Choice(not_mailed_since=TODAY)) == []
    assert meant(tx, Choice(not_mailed_since=date(2026, 11, 3))) == [HANAKO]
    assert meant(tx, Choice(not_mailed_since=TODAY), by=OTHER_CLERK) == [HolderId(1)]
    with pytest.raises(errors.NobodyToMail):
        made(tx, Choice(not_mailed_since=TODAY), run=MailingId(901))


def test_runs_follow_each_other_until_everybody_is_in_one(tx: Tx) -> None:
    registered(tx, *(other(number, address=f"見本町{number}番") for number in range(1, mailing.RUN_MOST + 3)))
    choice = Choice(not_mailed_since=TODAY)
    assert [made(tx, choice, run=MailingId(number)).people for number in (1, 2)] == [mailing.RUN_MOST, 2]
    assert meant(tx, choice) == []


# -- A run -------------------------------------------------------------------------------------------------------------


def test_a_run_gives_everybody_a_form_and_says_so(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO, birth_on=date(1970, 1, 1)))
    run, events = mailing.make(tx, Choice("100"), run_id=RUN, by=CLERK, at=NOW)
    assert run == Mailing(RUN, HERE, TODAY, Choice("100"), 1, 2)
    assert [(one.action, one.subject, one.object, one.outcome) for one in events] == [
        ("form_printed", TARO, None, "done"),
        ("form_printed", HANAKO, None, "done"),
        ("mailing_made", None, "mailing:900", "2"),
    ]
    assert mailing.runs(tx, HERE) == [run]
    ((letter),) = mailing.letters(tx, RUN, by=CLERK, at=NOW)[1]
    assert [(form, who.id) for form, who in letter.forms] == [
        (cards.forms_of(tx, one)[-1], one) for one in (TARO, HANAKO)
    ]


def test_it_is_printed_again_with_the_same_forms_and_keeps_its_first_day(tx: Tx) -> None:
    registered(tx)
    made(tx, Choice(not_mailed_since=date(2026, 5, 1)))
    first = mailing.letters(tx, RUN, by=CLERK, at=after(1))[1]
    assert mailing.letters(tx, RUN, by=CLERK, at=after(9))[1] == first
    assert len(cards.forms_of(tx, HANAKO)) == 1
    assert mailing.run_by_id(tx, RUN, by=CLERK).printed_on == date(2026, 11, 3)
    assert mailing.run_by_id(tx, RUN, by=CLERK).choice == Choice(not_mailed_since=date(2026, 5, 1))


def test_letters_are_in_the_order_of_post_numbers(tx: Tx) -> None:
    registered(
        tx, *(other(number, post_number=post) for number, post in ((1, "1010003"), (2, "1000001"), (3, "1000002")))
    )
    made(tx)
    assert printed(tx) == [HolderId(2), HolderId(3), HolderId(1)]


def test_who_moved_died_applied_or_got_a_card_is_not_printed_again(tx: Tx) -> None:
    registered(tx, holder(), *(other(number) for number in (1, 2, 3, 4, 5)))
    made(tx)
    assert len(printed(tx)) == 6
    taken_to(tx, applied(tx, HolderId(1)).application, "issued")
    applied(tx, HolderId(2))
    cards.note_death(tx, HolderId(3), TODAY, by=CLERK, at=NOW)
    for number, by, place in ((4, OTHER_CLERK, THERE), (5, OTHER_CLERK, THERE)):
        moved(tx, HolderId(number), by, place)
    moved(tx, HolderId(5), CLERK, HERE)  # and back: the form of the run is void all the same
    assert printed(tx) == [HANAKO]
    cards.note_death(tx, HANAKO, TODAY, by=CLERK, at=NOW)
    with pytest.raises(errors.NobodyLeft):
        mailing.letters(tx, RUN, by=CLERK, at=NOW)


def moved(tx: Tx, who: HolderId, by: By, place: MunicipalityCode) -> None:
    assert by.municipality == place
    cards.move_in(
        tx,
        who,
        by=by,
        at=NOW,
        move_id=cards.MoveId(who * 1_000_000 + int(place)),
        moved_on=TODAY,
        post_number="1040001",
        address="東京都見本",
    )


def test_another_towns_run_is_not_there(tx: Tx) -> None:
    registered(tx)
    made(tx)
    for run, by in ((RUN, OTHER_CLERK), (MailingId(1), CLERK)):
        with pytest.raises(errors.UnknownMailing):
            mailing.letters(tx, run, by=by, at=NOW)
    assert mailing.runs(tx, THERE) == []


@pytest.mark.parametrize("by", [MAKER, cards.citizen(HANAKO)])
def test_only_a_town_chooses(tx: Tx, by: By) -> None:
    registered(tx)
    with pytest.raises(errors.StepNotYours) as refused:
        mailing.choose(tx, EVERYBODY, by=by, on=TODAY)
    assert refused.value.facts == {"step": "choose_mailing", "doer": by.doer.value}


def test_those_above_are_told_counts_of_their_area(tx: Tx) -> None:
    osaka = MunicipalityCode("271004")
    registered(tx, *(other(number, address=f"見本町{number}番") for number in range(1, 11)))
    registered(tx, other(11, municipality=THERE), other(12, municipality=osaka))
    made(tx)
    made(tx, run=MailingId(901), by=OTHER_CLERK)
    made(tx, run=MailingId(902), by=cards.municipality(osaka, "staff:s-osaka"))
    tokyo = [MailingCount(HERE, TODAY, 10, 10), MailingCount(THERE, TODAY, None, None)]
    assert mailing.counts(tx, "13") == tokyo
    assert mailing.counts(tx) == [*tokyo, MailingCount(osaka, TODAY, None, None)]


def test_a_changed_address_in_the_town_is_printed_as_it_is_now(tx: Tx) -> None:
    registered(tx)
    made(tx)
    cards.amend_holder(tx, replace(holder(), address="東京都千代田区新町2"), by=CLERK, at=after(1))
    ((letter),) = mailing.letters(tx, RUN, by=CLERK, at=after(1))[1]
    assert letter.forms[0][1].address == "東京都千代田区新町2"
