"""The card desk of the demo's largest town: reproducible, quick, and with something in every list."""

import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from onshi import audit, cards, law
from onshi.app import App, open_app
from onshi.audit import Action
from onshi.cards import CardState, Purpose, State
from onshi.db import Tx
from onshi.demo import Country, Scale, card_cases
from onshi.demo.country import Piece
from onshi.kernel import MunicipalityCode, parse_moment
from onshi.outside import FormToTry, forms_to_try
from onshi.settings import Settings

NOW = parse_moment("2026-11-18T10:00:00")
TODAY = date(2026, 11, 18)
_SECONDS = 8  # two on a quiet machine


@pytest.fixture(scope="module")
def whole() -> tuple[Country, Piece]:
    """A country large enough that its largest town has every case."""
    country = Country(law.loss_day, scale=Scale(1, 5_000))
    piece = next(country.pieces())
    assert piece.people.height > 10_000
    return country, piece


def filled(folder: Path, whole: tuple[Country, Piece]) -> App:
    app = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}", demo=True))
    app.clock = lambda: NOW * 1_000
    card_cases.fill(app, *whole)
    return app


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, whole: tuple[Country, Piece]) -> Iterator[App]:
    """The desk as it is filled once."""
    began = time.monotonic()
    app = filled(tmp_path_factory.mktemp("desk"), whole)
    assert time.monotonic() - began < _SECONDS
    yield app
    app.db.close()


def town(whole: tuple[Country, Piece]) -> MunicipalityCode:
    return MunicipalityCode(card_cases.town_of(whole[1]).code)


def everything(tx: Tx, place: MunicipalityCode) -> list[tuple[object, ...]]:
    found = cards.waiting(tx, place, list(State))
    return [(one, cards.holder_by_id(tx, one.holder), cards.cards_of(tx, one.holder)) for one in found]


def test_the_town_is_the_one_with_the_most_people(whole: tuple[Country, Piece]) -> None:
    people = whole[1].people
    counts = Counter(people["municipality"].drop_nulls().to_list())
    assert counts[town(whole)] == max(counts.values())
    party = card_cases.town_of(whole[1])
    assert (party.id, party.name) == (f"municipality:{party.code}", "神奈川県横浜市")


def test_the_same_day_makes_the_same_desk(desk: App, tmp_path: Path, whole: tuple[Country, Piece]) -> None:
    again = filled(tmp_path, whole)
    with desk.db.transaction(reading=True) as one, again.db.transaction(reading=True) as other:
        assert everything(one, town(whole)) == everything(other, town(whole))
    assert forms_to_try(desk.settings.data) == forms_to_try(again.settings.data)
    again.db.close()


def test_every_kind_of_case_is_there(desk: App, whole: tuple[Country, Piece]) -> None:
    with desk.db.transaction(reading=True) as tx:
        found = cards.waiting(tx, town(whole), list(State))
    states = Counter(one.state for one in found)
    missing = set(State) - set(states)
    assert missing == {State.REFERRED, State.UNCOLLECTED, State.VOID_MOVED, State.DECEASED}
    assert len({one.holder for one in found}) > 50
    methods = {one.wish.method for one in found}
    assert methods == {"at_handover", "with_support", "at_application", "visit_posted", "visit_second"}


def test_every_list_of_the_town_has_rows(desk: App, whole: tuple[Country, Piece]) -> None:
    place = town(whole)
    with desk.db.transaction(reading=True) as tx:
        lists = {
            "today": cards.appointments_on(tx, place, TODAY),
            "custody": cards.custody(tx, place),
            "reminders": cards.reminders_due(tx, place, on=TODAY),
            "renewals": cards.renewals(tx, place, on=TODAY),
            "running out": cards.running_out(tx, place, on=TODAY),
        }
        counts = cards.stages(tx, place, 202611, 202611)
        offered = cards.offered(tx, place, first=TODAY, last=TODAY + timedelta(days=14))
    assert [name for name, rows in lists.items() if not rows] == []
    assert len(lists["running out"]) == 2
    assert min(counts[0].received, counts[0].preset, counts[0].notified, counts[0].issued) > 0
    assert {one.slot.day for one in offered} == {
        TODAY + timedelta(days=after) for after in range(15) if (TODAY + timedelta(days=after)).weekday() < 5
    }


def test_two_cards_are_lost(desk: App, whole: tuple[Country, Piece]) -> None:
    with desk.db.transaction(reading=True) as tx:
        holders = {one.holder for one in cards.waiting(tx, town(whole), list(State))}
        states = Counter(card.state for holder in holders for card in cards.cards_of(tx, holder))
    assert states[CardState.SUSPENDED] == 2


def test_holders_are_people_of_the_country_without_a_card(desk: App, whole: tuple[Country, Piece]) -> None:
    people = whole[1].people
    without = {row["name"] for row in people.filter(people["card_issuer"].is_null()).iter_rows(named=True)}
    with desk.db.transaction(reading=True) as tx:
        found = [cards.holder_by_id(tx, one.holder) for one in cards.waiting(tx, town(whole), list(State))]
    assert [one.name for one in found if one.name not in without] == []
    assert any(one.guardian is not None for one in found)


def test_the_forms_to_try_are_one_unused_one_waiting_and_one_in_the_hand(desk: App) -> None:
    tried = forms_to_try(desk.settings.data)
    assert [one.state for one in tried] == ["", "notified", "issued"]
    assert [problem(desk, one) for one in tried] == [None] * 3


def problem(app: App, one: FormToTry) -> str | None:
    """What is wrong with a form to try."""
    with app.db.transaction(reading=True) as tx:
        form = cards.form_by_id(tx, cards.parse_form_id(one.form_id))
        if cards.holder_by_id(tx, form.holder).birth_on != one.birth_on:
            return "birth date"
        states = [found.state.value for found in cards.applications_of(tx, form.holder)]
        if states != ([one.state] if one.state else []):
            return "state"
        if one.state == "notified":
            try:
                cards.appointment_of(tx, form.holder, Purpose.COLLECTION)
            except cards.errors.NoAppointment:
                return None
            return "booked already"
    return None


def test_every_act_is_in_the_log(desk: App) -> None:
    with desk.db.transaction(reading=True) as tx:
        entries = audit.entries_of(tx, action=Action.CARD_APPLICATION, limit=10_000)
        changed = audit.entries_of(tx, action=Action.CARD_CHANGED, limit=10_000)
    assert Counter(one.entry.outcome for one in changed)["suspended"] == 2
    assert Counter(one.entry.outcome for one in entries)["received"] > 50


def test_a_hamlet_has_fewer_cases_and_is_no_fault(tmp_path: Path) -> None:
    country = Country(law.loss_day, scale=Scale(1, 2_000_000))
    app = filled(tmp_path, (country, country.whole))
    assert len(forms_to_try(app.settings.data)) <= 3
    app.db.close()
