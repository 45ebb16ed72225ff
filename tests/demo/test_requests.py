"""What the demo ministry asked: every page of it has something to show, and the log knows who did it."""

from collections.abc import Iterator
from datetime import date

import pytest

from onshi import audit, requests
from onshi.app import App
from onshi.audit import Action
from onshi.demo import requests as demo_requests
from onshi.kernel import MunicipalityCode
from onshi.requests import VisitState, loans, passing, sending, timetables, visits
from web import country, offices

TODAY = date(2026, 11, 1)
MINISTRY, TOWN, BODY, SOCIETY = offices.MINISTRY.id, offices.TOWN.id, offices.BODY.id, country.SOCIETY_PARTY.id


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """The small country with the demo's requests in it."""
    app = offices.open_offices(country.build(tmp_path_factory.mktemp("asked")))
    demo_requests.fill(app, TODAY, offices.TOWN)
    yield app
    app.db.close()


def test_requests_came_down_to_the_town_and_the_employer(filled: App) -> None:
    with filled.db.transaction(reading=True) as tx:
        sent = sending.sent_by(tx, MINISTRY)
        notice = passing.see(tx, sent[-1].id, MINISTRY, on=TODAY)
        (town,) = passing.inbox(tx, TOWN, on=TODAY)
        (body,) = passing.inbox(tx, BODY, on=TODAY)
        (waiting, _) = passing.inbox(tx, offices.TOKYO.id, on=TODAY)
    assert [one.number for one in sent] == ["保番第15号", "保番第14号", "保番第13号", "保番第12号"]
    assert [(one.reached, one.acknowledged, one.late) for one in notice.levels] == [(47, 42, 5), (62, 15, 47)]
    assert (town.own.late, town.request) == (1, sent[-1])
    assert body.own.waiting == 1
    assert waiting.own.acknowledged == 0


def test_there_is_a_visit_of_every_sort_and_few_are_hidden(filled: App) -> None:
    with filled.db.transaction(reading=True) as tx:
        found = visits.visits_to(tx, MunicipalityCode(offices.TOWN.code))
        totals = visits.totals_of(tx, BODY)
    assert sorted(one.state for one in found) == sorted(
        [VisitState.HELD, VisitState.HELD, VisitState.ASKED, VisitState.PROPOSED]
    )
    assert (totals.held, totals.applications, totals.hidden) == (2, 18, 1)
    assert sum(totals.handed_on.values()) == 300


def test_a_tablet_is_late_and_the_timetable_is_under_way(filled: App) -> None:
    with filled.db.transaction(reading=True) as tx:
        late = loans.overdue(tx, SOCIETY, TODAY)
        steps = timetables.timetable(tx, MINISTRY, known_at=filled.now())
    assert [(one.asset, one.borrower) for one in late] == [("T-001", BODY)]
    standings = [requests.planning.standing_of(one, TODAY).value for one in steps]
    assert standings == ["done", "done", "done", "open", "ahead", "ahead", "ahead"]


def test_the_log_names_accounts_and_no_texts(filled: App) -> None:
    with filled.db.transaction(reading=True) as tx:
        actions = (Action.REQUEST, Action.VISIT, Action.LOAN)
        entries = [one.entry for action in actions for one in audit.entries_of(tx, action=action)]
    assert {one.actor for one in entries} == {
        f"staff:s-demo-{name}" for name in ("ministry", "prefecture", "municipality", "body", "insurer")
    }
    assert [one for one in entries if "保番" in (one.object or "")] == []
