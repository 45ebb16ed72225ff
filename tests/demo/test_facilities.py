"""The ways of the demo country's institutions: plausible, the same in every build, quickly written."""

import time
from collections.abc import Iterator
from datetime import date

import pytest

from onshi import access, audit, facilities
from onshi.access import Party, PartyKind
from onshi.app import App, open_app
from onshi.audit import Action
from onshi.demo import Country
from onshi.demo import facilities as ways
from onshi.demo.accounts import VENDOR
from onshi.facilities import DecisionState, FacilityKind, Function, Milestone
from onshi.facilities.counting import BY, NATION, stops
from onshi.facilities.store import applications
from onshi.kernel import Month, ProviderCode, parse_moment
from onshi.settings import Settings

WITHIN_S = 3.0  # on a busy machine; a fifth of it on a quiet one


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, country: Country) -> Iterator[tuple[App, float]]:
    """The default country's institutions with their ways, and how long that took."""
    folder = tmp_path_factory.mktemp("ways")
    app = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}", demo=True))
    app.clock = lambda: parse_moment("2026-11-01T09:00:00") * 1_000
    parties = [
        Party(PartyKind.INSTITUTION, row["code"], row["name"], municipality=row["municipality"])
        for row in country.institutions().iter_rows(named=True)
    ]
    with app.db.transaction() as tx:
        access.register_parties(tx, [*parties, VENDOR], by="local:tests")
    start = time.perf_counter()
    ways.fill(app, country, busy=(parties[0].code,))
    yield app, time.perf_counter() - start
    app.db.close()


def test_it_is_quick(filled: tuple[App, float]) -> None:
    assert filled[1] < WITHIN_S


def test_every_institution_has_a_way_and_most_operate(filled: tuple[App, float], country: Country) -> None:
    app, _ = filled
    with app.db.transaction(reading=True) as tx:
        today = facilities.counts_on(tx, country.today, by="nation")[NATION].of_all
        in_2022 = facilities.counts_on(tx, date(2022, 6, 1), by="nation")[NATION].of_all
        by_kind = facilities.counts_on(tx, country.today, by="kind")
    assert today.facilities == country.institutions().height
    operating = today.share(Milestone.OPERATING)
    assert operating is not None
    assert 80 < operating < 95
    assert in_2022.reached[Milestone.READER_APPLIED] > in_2022.reached[Milestone.OPERATING] > 0
    assert set(by_kind) == set(FacilityKind) - {FacilityKind.VISITING_NURSING}


def test_some_are_stuck_for_several_sakes_and_some_may_wait(filled: tuple[App, float], country: Country) -> None:
    app, _ = filled
    with app.db.transaction(reading=True) as tx:
        found = stops(facilities.patterns(tx, country.today), BY["nation"])[NATION]
        undecided = facilities.deferrals.waiting(tx)
    assert len({one.sake for one in found}) >= 4
    assert undecided


def test_some_were_paid_and_some_wait(filled: tuple[App, float]) -> None:
    app, _ = filled
    with app.db.transaction(reading=True) as tx:
        waiting = facilities.subsidies.waiting(tx)
        paid = applications.applications_in(tx, DecisionState.PAID)
        batches = {one.batch for one in paid}
        (month, *_) = sorted(one for one in batches if one is not None)
        batch = facilities.subsidies.batch_of(tx, month)
    assert waiting
    assert len(paid) > len(waiting)
    assert {one.computed for one in waiting} == {None}  # the last day under their deferral was not found
    assert all(one.granted == one.computed for one in paid)
    assert isinstance(month, Month)
    assert batch == sorted((one for one in paid if one.batch == month), key=lambda one: one.institution)


def test_the_receptions_of_the_demo_work_online(filled: tuple[App, float], country: Country) -> None:
    app, _ = filled
    code = ProviderCode(country.institutions()["code"][0])
    with app.db.transaction(reading=True) as tx:
        found = facilities.overview(tx, code, country.today)
    assert found.milestone is Milestone.OPERATING
    assert Function.ELIGIBILITY in found.functions


def test_it_is_in_the_log(filled: tuple[App, float], country: Country) -> None:
    app, _ = filled
    with app.db.transaction(reading=True) as tx:
        found = [one.entry for one in audit.entries_of(tx, action=Action.FACILITY)]
    loaded = [one for one in found if one.outcome == f"loaded:{country.institutions().height}"]
    assert [(one.actor, one.object) for one in loaded] == [("local:demo", None)]
