"""`onshi outreach …`: the same for people and programs, and what cannot be told is said."""

import json
import time
from datetime import timedelta
from pathlib import Path

import pytest

from onshi.app import App
from onshi.demo import outreach
from onshi.kernel import fiscal_year, quarter_of
from web import bodies, country

from .run import Run, runner

OWNER = f"insurer:{country.SOCIETY}"
OTHER = f"insurer:{country.CITY}"


@pytest.fixture
def filled(tmp_path: Path) -> App:
    """The small country with plans and reports, by the clock of the machine."""
    app = bodies.open_programme(country.build(tmp_path / "data"))
    app.clock = time.time_ns
    outreach.fill(app, app.today().replace(day=1), ministry=bodies.HEALTH.id, first=OWNER)
    return app


@pytest.fixture
def said(
    filled: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """`onshi …` on it."""
    filled.db.close()
    return runner(tmp_path / "data", monkeypatch, capfdbinary)


@pytest.fixture
def reported(filled: App) -> tuple[str, str]:
    """The day the demo's reports are of, and its fiscal year."""
    as_of = quarter_of(filled.today().replace(day=1) - timedelta(days=31)).first - timedelta(days=1)
    return as_of.isoformat(), str(fiscal_year(as_of))


def test_the_catalogue_of_a_day_and_a_kind(onshi: Run) -> None:
    told = json.loads(onshi("outreach", "catalogue", "--on", "2019-09-03", "--kind", "society", "--json").out)
    assert {one["code"].partition("/")[0] for one in told} == {"health_society"}
    assert all(one["kinds"] == ["society"] and one["effect"]["number"] is None for one in told)
    assert json.loads(onshi("outreach", "catalogue", "--on", "2019-09-02", "--json").out) == []
    lines = onshi("outreach", "catalogue", "--on", "2019-09-03", "--kind", "society", "--lang", "ja").out.splitlines()
    assert len(lines) == 1 + len(told)


def test_plans_and_the_compilation(said: Run, reported: tuple[str, str]) -> None:
    as_of, year = reported
    plans = json.loads(said("outreach", "plans", "--year", year, "--json").out)
    assert [(one["owner"], one["state"]) for one in plans] == [(OTHER, "accepted"), (OWNER, "accepted")]
    whole = json.loads(said("outreach", "reports", "--year", year, "--json").out)
    society = [one for one in whole["parts"] if one["kind"] == "society"]
    assert society == [{"ministry": "health", "as_of": as_of, "kind": "society", "expected": 1, "reported": 1}]
    assert whole["reach"] == sum(one["reach"] for one in whole["cells"])
    assert whole["reach_unknown"] == sum(one["reach_unknown"] for one in whole["cells"]) == 1
    table = said("outreach", "reports", "--year", year, "--lang", "en").out.splitlines()
    assert len(table) == 1 + len(whole["cells"])


def test_who_is_late(said: Run, reported: tuple[str, str]) -> None:
    as_of, year = reported
    told = json.loads(said("outreach", "late", "--year", year, "--ministry", "health", "--json").out)
    assert [one for one in told if one["as_of"] == as_of] == []  # both were sent in time
    much_later = said("outreach", "late", "--year", year, "--on", f"{int(year) + 2}-01-01", "--json")
    found = json.loads(much_later.out)
    assert [one["owner"] for one in found] == [OTHER, OWNER] * 3  # of the other quarters nobody reported
    assert ({one["arrival"] for one in found}, as_of in {one["as_of"] for one in found}) == ({"missing"}, False)
    before = json.loads(said("outreach", "late", "--year", year, "--on", "2019-01-01", "--json").out)
    assert before == []
    schools = said("outreach", "late", "--year", year, "--ministry", "education", "--json")
    assert json.loads(schools.out) == []


def test_practices_for_an_organisation(onshi: Run) -> None:
    told = json.loads(onshi("outreach", "practices", "--kind", "society", "--channel", "workplace", "--json").out)
    fits = [one["code"] for one in told if one["fits"]]
    assert fits == ["tablet-round", "addressed-forms", "company-visit"]
    plain = json.loads(onshi("outreach", "practices", "--json").out)
    assert {one["fits"] for one in plain} == {None}
    assert len(onshi("outreach", "practices", "--lang", "en").out.splitlines()) == 1 + len(plain)


def test_publicity_and_its_showings(onshi: Run) -> None:
    items = json.loads(onshi("outreach", "campaigns", "--on", "2019-09-03", "--json").out)
    assert len(items) == 20
    told = {
        one["code"]: one for one in json.loads(onshi("outreach", "impressions", "--on", "2019-09-03", "--json").out)
    }
    assert (told["screens-hospitals"]["low"], told["screens-hospitals"]["unit"]) == (1_248_960, "screenings")
    assert told["screens-malls"]["lacks"] == ["sites", "hours"]
    what_if = json.loads(onshi("outreach", "impressions", "--on", "2019-09-03", "--hours", "10", "--json").out)
    assert [one["lacks"] for one in what_if if one["code"] == "screens-malls"] == [["sites"]]
    lines = onshi("outreach", "impressions", "--on", "2019-09-03", "--lang", "en").out.splitlines()
    assert "screen: 2,372,160–2,372,160 screenings (+3 ?)" in lines


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("catalogue", "--on", "someday"), "day-unreadable"),
        (("plans", "--ministry", "sports"), "ministry-unknown"),
        (("late", "--ministry", "sports"), "ministry-unknown"),
    ],
)
def test_what_cannot_be_answered_is_refused_by_name(onshi: Run, words: tuple[str, ...], code: str) -> None:
    said = onshi("outreach", *words, "--json")
    assert (said.code, said.out, json.loads(said.err)["code"]) == (3, "", code)
