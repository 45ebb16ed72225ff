"""Three years of an invented country in a registry: nobody is joined to somebody else, and everybody is found."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest
from sqlalchemy import text

from onshi import eligibility, registry
from onshi.app import App, open_app
from onshi.db import OPEN
from onshi.demo import Country, Scale
from onshi.demo.build import build, the_country
from onshi.eligibility import Asker, ByNumber, Query
from onshi.kernel import InsurerNumber, moment_of
from onshi.registry import HeldRow
from onshi.settings import Settings

# Half a minute for three years, once: the tests that share the country stay on one worker.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("demo-country")]
_NUMBER = ["insurer_number", "symbol", "number", "branch"]
_PRINTED = ["insurer_number", "number", "branch", "birth_on"]


@dataclass
class Built:
    """The country, the registry it was loaded into, and whose each coverage there really is."""

    country: Country
    app: App
    held: list[HeldRow]
    owners: pl.DataFrame


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """1/20000 of the nation, loaded file by file."""
    folder = tmp_path_factory.mktemp("demo")
    app = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}"))
    country = the_country(Scale(1, 20_000))
    build(app, country, folder / "feeds", lambda *_: None)
    with app.db.transaction(reading=True) as tx:
        held = registry.held_rows(tx, limit=10_000)
        query = (
            "SELECT c.person_id, c.insurer, c.number, c.branch, p.birth_on, c.known_to FROM registry_coverages c "
            f"JOIN registry_people p ON p.person_id = c.person_id AND p.known_to = {OPEN}"
        )
        rows = [tuple(one) for one in tx.execute(text(query))]
    schema = dict.fromkeys(["person_id", *_PRINTED, "known_to"], pl.String) | {
        "person_id": pl.Int64,
        "known_to": pl.Int64,
    }
    born = country.people().select("person_serial", pl.col("birth_on").cast(pl.String))
    truth = country.whole.coverages.join(born, on="person_serial").select(*_PRINTED, "person_serial").unique()
    owners = pl.DataFrame(rows, schema=schema, orient="row").join(truth, on=_PRINTED, nulls_equal=True)
    yield Built(country, app, held, owners.filter(pl.col("person_serial").n_unique().over(_PRINTED) == 1))
    app.db.close()


def test_no_coverage_was_ever_joined_to_somebody_else(built: Built) -> None:
    mixed = (
        built.owners.group_by("person_id").agg(pl.col("person_serial").n_unique()).filter(pl.col("person_serial") > 1)
    )
    assert mixed.height == 0
    assert built.owners["person_serial"].n_unique() > 6_000


def test_every_mislinked_row_is_held(built: Built) -> None:
    born = built.country.people().select(pl.col("birth_on").cast(pl.String), person_meant="person_serial")
    wrong = built.country.mislinked().join(born, on="person_meant").select("insurer_number", "birth_on")
    assert wrong.height >= 3
    held = {(one.insurer, one.content["birth_on"]) for one in built.held if one.blocks}
    assert set(wrong.rows()) - held == set()


def test_somebody_known_twice_has_been_asked_about(built: Built) -> None:
    now = built.owners.filter(pl.col("known_to") == OPEN)
    twice = now.filter(pl.col("person_id").n_unique().over("person_serial") > 1)
    asked = {one.candidate for one in built.held} | {int(one.content.get("person_id") or 0) for one in built.held}
    assert set(twice["person_id"]) - asked == set()


@pytest.mark.parametrize("days_back", [0, 30, 400, 1000])
def test_the_check_says_what_is_true(built: Built, days_back: int) -> None:
    country, app = built.country, built.app
    day = country.today - timedelta(days=days_back)
    born = country.people().select("person_serial", "birth_on")
    rows = country.truth(day).join(born, on="person_serial").sort("person_serial").gather_every(17).rows(named=True)
    queries = [_query(row, day) for row in rows]
    at = moment_of(_noon(country.today))
    with app.db.transaction(appending=True) as tx:
        answers = eligibility.check(
            tx, queries, at=at, batch=app.draw(), asker=Asker("institution:1312345678", "1312345678"), signer=app.signer
        )
    whole = country.whole
    sent = pl.concat([rows.select(_NUMBER) for rows in (whole.first_load, whole.changes)])
    known = set(sent.with_columns(pl.col(_NUMBER).fill_null("")).rows())
    held = {(one.insurer, one.content["number"]) for one in built.held if one.blocks}
    missing = [
        row
        for row, one in zip(rows, answers, strict=True)
        if one.answer.kind != "in_force" and (row["insurer_number"], row["number"]) not in held
    ]
    # Only what no insurer has told yet is not known.
    assert [row for row in missing if tuple(row[name] or "" for name in _NUMBER) in known] == []
    assert len(missing) * 50 < len(rows)


def _query(row: dict[str, object], day: date) -> Query:
    birth = row["birth_on"]
    assert isinstance(birth, date)
    symbol, branch = (str(row[name]) if row[name] else None for name in ("symbol", "branch"))
    return Query(ByNumber(InsurerNumber(str(row["insurer_number"])), str(row["number"]), birth, symbol, branch), day)


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)


def is_personal_number(digits: str) -> bool:
    """Whether twelve digits pass the check of a 個人番号 (its ordinance: weights 2 to 7, 2 to 6, remainder by 11)."""
    total = sum(int(digit) * (place % 6 + 2) for place, digit in enumerate(reversed(digits[:11])))
    return (11 - total % 11) % 11 % 10 == int(digits[11])


def test_the_check_of_a_personal_number_is_the_right_one() -> None:
    assert is_personal_number("123456789018")
    assert not is_personal_number("123456789012")


def test_no_personal_number_is_in_any_column_or_file(built: Built) -> None:
    """Twelve digits that pass by chance would be one in eleven, so there are simply none that stand alone."""
    twelve = re.compile(r"(?<![0-9A-Za-z])[0-9]{12}(?![0-9A-Za-z])")
    found = []
    with built.app.db.transaction(reading=True) as tx:
        tables = [row[0] for row in tx.execute(text("SELECT name FROM sqlite_master WHERE type = 'table'"))]
        assert "registry_people" in tables
        for table in tables:
            for row in tx.execute(text(f"SELECT * FROM {table}")):
                texts = [value for value in row if isinstance(value, str)]
                found += [(table, one) for value in texts for one in twelve.findall(value) if is_personal_number(one)]
    for path in built.app.settings.data.rglob("*"):
        assert not twelve.search(path.name)
        if path.suffix in (".csv", ".json", ".jsonl"):
            content = path.read_text(encoding="utf-8")
            found += [(path.suffix, one) for one in twelve.findall(content) if is_personal_number(one)]
    assert found == []


def test_the_setting_for_the_75th_birthday_reaches_the_law() -> None:
    birthday = date(2026, 5, 6)
    days = [
        the_country(Scale(1, 20_000), nhi_at_75=setting).loss_day("municipal_nhi", "turned_75", "elderly", birthday)
        for setting in ("same", "next")
    ]
    assert days == [birthday, date(2026, 5, 7)]
