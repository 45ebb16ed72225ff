"""The plans of the demo: something of everything is there to be seen, on any day, and they are quick to make."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from onshi import audit, plans
from onshi.access import Party, PartyKind
from onshi.app import App, open_app
from onshi.audit import Action
from onshi.demo.plans import content_of, fill
from onshi.places import municipalities
from onshi.plans import checking
from onshi.settings import Settings

TOWN = Party(PartyKind.MUNICIPALITY, "131121", "東京都世田谷区", municipality="131121")


def filled(folder: Path, today: date) -> App:
    app = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}", demo=True))
    fill(app, TOWN, today)
    return app


def test_there_is_something_of_everything(tmp_path: Path) -> None:
    today = date(2026, 12, 1)
    app = filled(tmp_path, today)
    with app.db.transaction(reading=True) as tx:
        heads = plans.heads(tx, 2026)
        own = [one for one in heads if one.municipality.startswith("13")]
        assert (len(heads), len(own)) == (62 + 46, 62)
        states = Counter(one.state.value for one in own)
        assert (states["draft"], states["returned"], states["accepted"]) == (1, 1, 1)
        (draft,) = [one for one in own if one.state is plans.PlanState.DRAFT]
        assert draft.municipality == TOWN.code
        standings = Counter(one.standing.value for one in plans.dues(tx, today, "13") if one.month is None)
        assert (standings["returned"], standings["missing"]) == (1, 1)
        assert standings["late"] >= 3
        reports = Counter(one.standing.value for one in plans.dues(tx, today, "13") if one.month is not None)
        assert min(reports["in_time"], reports["late"], reports["missing"]) >= 3
        assert len(plans.advice_on(tx, 2026, "13")) == 2
        assert plans.occasions(tx, "13", date(2026, 12, 1), date(2026, 12, 31)) != []
        compiled = plans.compile_plans(tx, 2026)
        assert compiled.sums["00"]["plans"] == 62 - 2 + 46
        logged = [one.entry.outcome for one in audit.entries_of(tx, action=Action.PLAN, limit=1_000)]
        assert Counter(logged)["draft"] == 108
    app.db.close()


@pytest.mark.parametrize("today", [date(2026, 4, 1), date(2026, 10, 1), date(2027, 3, 1)])
def test_on_any_day_nothing_is_of_tomorrow(tmp_path: Path, today: date) -> None:
    app = filled(tmp_path, today)
    year = 2026
    with app.db.transaction(reading=True) as tx:
        assert {
            one.submitted_on for one in plans.heads(tx, year) if one.submitted_on and one.submitted_on >= today
        } == set()
        assert [one for one in plans.results_of(tx, year) if one.reported_on >= today or one.month.last >= today] == []
        assert len(plans.heads(tx, year)) >= 90
    app.db.close()


def test_every_municipality_can_have_a_plan_without_an_error_and_some_have_too_few_windows() -> None:
    found = [checking.check(content_of(one, 2026), one.code, 2026) for one in municipalities()]
    assert [one for one in found if any(finding.is_error for finding in one)] == []
    short = sum(any(finding.code == "capacity-short" for finding in one) for one in found)
    assert 100 <= short <= 700
