"""The page of the running country: what was rolled up, by area, and an honest page before that."""

from pathlib import Path

import pytest

from cards import make
from onshi import cards, flows, registry
from onshi.app import App
from onshi.db import Database
from onshi.settings import EXPORTS

from .browse import Reader


@pytest.fixture
def rolled(app: App) -> None:
    """The country rolled up today."""
    with app.db.transaction(reading=True) as tx:
        flows.roll_up(tx, app.settings.data / EXPORTS, on=app.today())


def test_before_the_first_roll_up_it_says_how(reader: Reader) -> None:
    reader.get("/programme/here")
    assert "まだ集計されていません" in reader.text
    assert "onshi programme rollup" in reader.text


@pytest.mark.usefixtures("rolled")
def test_the_page_has_the_figures_of_the_registry(app: App, reader: Reader) -> None:
    with app.db.transaction(reading=True) as tx:
        people = registry.count_people(tx)
        rows = [row for part in registry.people_columns(tx) for row in part.iter_rows(named=True)]
    registered = sum(row["registered_on"] is not None for row in rows)
    assert 0 < registered < len(rows) <= people
    reader.get("/programme/here?lang=en")
    assert f"Registered {registered}" in reader.text
    assert f"of {len(rows)} people" in reader.text
    assert reader.answer.text.count('class="step') >= 1


@pytest.mark.usefixtures("rolled")
def test_one_goes_down_to_a_town(reader: Reader) -> None:
    reader.get("/programme/here")
    assert 'href="/programme/here/13"' in reader.answer.text
    reader.get("/programme/here/13")
    assert 'href="/programme/here/131016"' in reader.answer.text
    reader.get("/programme/here/131016")
    assert reader.heading == "この環境の利用登録（千代田区）"
    assert reader.get("/programme/here/999999").status_code == 404


@pytest.mark.usefixtures("rolled")
def test_an_area_where_nobody_lives_says_so(reader: Reader) -> None:
    reader.get("/programme/here/47")
    assert "この地域に登録されている人はいません" in reader.text


def test_a_country_without_people_says_so(app: App, reader: Reader, migrated_sqlite: Path) -> None:
    empty = Database(f"sqlite:///{migrated_sqlite}")
    with empty.transaction(reading=True) as tx:
        flows.roll_up(tx, app.settings.data / EXPORTS, on=app.today())
    empty.close()
    reader.get("/programme/here")
    assert "この地域に登録されている人はいません" in reader.text


@pytest.mark.usefixtures("rolled")
def test_applications_are_drawn_where_there_are_any(app: App, reader: Reader) -> None:
    drawn, places = "申請から交付まで", ("", "/13", "/131016")
    assert [drawn in reader.get(f"/programme/here{place}").text for place in places] == [False] * 3
    with app.db.transaction() as tx:
        cards.register_holders(tx, [make.holder()], by=make.CLERK, at=app.now())
        make.applied(tx, make.HANAKO, at=app.now())
        flows.roll_up(tx, app.settings.data / EXPORTS, on=app.today())
    assert [drawn in reader.get(f"/programme/here{place}").text for place in places] == [True] * 3


def test_groups_that_are_no_places_have_a_page(reader: Reader) -> None:
    reader.get("/programme/levels?on=2020-04-30&lang=en")
    assert "Ministry of Health, Labour and Welfare 31 Mar 2020 everybody missed 48.4%" in reader.text
    reader.get("/programme/levels?on=2019-01-01&lang=ja")
    assert reader.heading == "施設・保険者・省庁の目標と実績"
    assert "比べる目標がありません" in reader.text
