"""What the demo country has of surveys and counts: something of each state, and something withheld."""

from collections.abc import Iterator
from datetime import date

import pytest

from onshi import access, audit, registry, tallies
from onshi.app import App, open_app
from onshi.audit import Action
from onshi.demo import Country, card_cases, surveys
from onshi.demo import tallies as demo_tallies
from onshi.demo.accounts import open_accounts
from onshi.kernel import parse_moment
from onshi.registry import Insurer
from onshi.settings import Settings
from onshi.surveys import State, service

NOW = parse_moment("2026-11-18T10:00:00")
TODAY = date(2026, 11, 1)


@pytest.fixture
def app(tmp_path_factory: pytest.TempPathFactory, village: Country) -> Iterator[App]:
    """The accounts and insurers of a small country, and nobody insured."""
    folder = tmp_path_factory.mktemp("surveys")
    found = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}", demo=True))
    found.clock = lambda: NOW * 1_000
    town = card_cases.town_of(next(village.pieces()))
    with found.db.transaction() as tx:
        known = [Insurer(one.number, one.law_code, one.kind, one.name, one.prefecture_code) for one in village.insurers]
        registry.put_insurers(tx, known, at=NOW)
    open_accounts(found, village, town)
    surveys.fill(found, TODAY, town)
    demo_tallies.fill(found, TODAY)
    yield found
    found.db.close()


def test_there_is_a_survey_of_each_state_and_the_small_is_withheld(app: App) -> None:
    with app.db.transaction(reading=True) as tx:
        office = access.party_by_id(tx, "office:programme")
        found = {one.draft.title.en: one for one in service.surveys_of(tx, office)}
        results = service.results_of(tx, found["Cards at work"])
        (report,) = service.reports_of(tx, found["Totals of organisations"])
    assert {title: one.state(TODAY) for title, one in found.items()} == {
        "Cards at work": State.CLOSED,
        "Collecting a card": State.OPEN,
        "Totals of organisations": State.OPEN,
    }
    small = [code for code, number in results.answered.items() if number == 10]
    assert len(small) > 0
    assert [code for code in small if any(code in table.told for table in results.tables)] == []
    assert "body:sample-works" in results.tables[0].told
    assert (report.party, report.content) == ("body:sample-works", {"members": 200, "applied": 96, "issued": 71})


def test_two_months_are_shared_and_one_waits(app: App) -> None:
    with app.db.transaction(reading=True) as tx:
        told = [(one.counted_on, len(one.steps)) for one in tallies.counts(tx)]
        public = [count.counted_on for count, _ in tallies.told_to_everybody(tx)]
        actions = {one.entry.action for one in audit.entries_of(tx, actor="local:demo")}
    assert told == [(date(2026, 10, 31), 2), (date(2026, 9, 30), 3), (date(2026, 8, 31), 3)]
    assert public == [date(2026, 9, 30), date(2026, 8, 31)]
    assert actions >= {Action.SURVEY, Action.TALLY}
