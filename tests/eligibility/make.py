"""Invented people, insurers and coverages with safe defaults, in memory and in a database."""

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

import msgspec
import polars as pl
from sqlalchemy import insert

from onshi import registry
from onshi.db import OPEN, Tx
from onshi.eligibility import Asker, ByCard, ByNumber, Query
from onshi.kernel import InsurerNumber, Moment, PersonId, parse_moment
from onshi.registry import CardKey, Coverage, Details, Found, Insurer, Person, Sighting
from onshi.registry.frames import CONTENT
from onshi.registry.store import frames, tables

NOW = parse_moment("2026-04-01T09:00:00")
DAY = 86_400_000_000
BORN = date(1984, 2, 29)
TODAY = date(2026, 4, 1)

SOCIETY = InsurerNumber("06139992")
OTHER_SOCIETY = InsurerNumber("06139976")
MUNICIPAL = InsurerNumber("00138057")
NHI_SOCIETY = InsurerNumber("00133066")
ELDERLY = InsurerNumber("39131008")
AID = InsurerNumber("12131009")
UNLOADED = InsurerNumber("06139984")
STALE = InsurerNumber("06139968")
CLOSED = InsurerNumber("06139950")
UNKNOWN = InsurerNumber("06139943")
UNKNOWN_WRONG = InsurerNumber("06139944")

ASKER = Asker("institution:1312345678", "1312345678")


def insurer(number: InsurerNumber, kind: str, name: str, **changes: Any) -> Insurer:
    """One that loaded an hour ago and usually takes four days."""
    loaded = Moment(NOW - DAY // 24)
    known = {"first_loaded_at": Moment(NOW - 400 * DAY), "last_loaded_at": loaded, "delay_days": 4}
    return Insurer(number, number[:2], kind, name, "13", **(known | changes))


INSURERS = (
    insurer(SOCIETY, "society", "見本健康保険組合"),
    insurer(OTHER_SOCIETY, "society", "別の健康保険組合"),
    insurer(MUNICIPAL, "municipal_nhi", "見本市"),
    insurer(NHI_SOCIETY, "nhi_society", "見本国民健康保険組合"),
    insurer(ELDERLY, "elderly", "見本県後期高齢者医療広域連合"),
    insurer(AID, "medical_aid", "見本福祉事務所"),
    insurer(UNLOADED, "society", "準備中健康保険組合", first_loaded_at=None, last_loaded_at=None, delay_days=None),
    insurer(STALE, "society", "沈黙健康保険組合", last_loaded_at=Moment(NOW - 46 * DAY)),
    insurer(CLOSED, "society", "解散健康保険組合", closed_on=date(2026, 3, 1)),
)
BOOK = {one.number: one for one in INSURERS}


def person(number: int = 1, **changes: Any) -> Person:
    """Somebody who does not exist."""
    named = {
        "name": f"見本　花子{number}",
        "kana": "ミホン　ハナコ",
        "birth_on": BORN,
        "sex": "2",
        "post_number": "100-0000",
        "address": f"東京都千代田区見本町１－２－{number}",
    }
    return Person(PersonId(number), **(named | changes))


def coverage(identity: int = 10, by: InsurerNumber = SOCIETY, **changes: Any) -> Coverage:
    """In force since 2020 under 記号 721, 番号 4410, 枝番 01."""
    plain = {
        "person": PersonId(1),
        "symbol": "７２１",
        "number": "4410",
        "branch": "01",
        "relation": "1",
        "acquired_on": changes.get("starts_on", date(2020, 4, 1)),
        "starts_on": date(2020, 4, 1),
    }
    return Coverage(identity, insurer=by, **(plain | changes))


def sighting(*coverages: Coverage, matched: Iterable[int] | None = None, who: Person | None = None) -> Sighting:
    """Somebody with these coverages; those under 番号 4410 carry the number asked for."""
    ids = (c.id for c in coverages if c.number == "4410") if matched is None else matched
    return Sighting(who or person(), coverages, frozenset(ids))


def found(*coverages: Coverage, **changes: Any) -> Found:
    """One person, found."""
    return Found((sighting(*coverages, **changes),))


def by_number(by: InsurerNumber = SOCIETY, *, on: date = TODAY, branch: str | None = "01", **changes: Any) -> Query:
    """Asks for 記号 721, 番号 4410."""
    asked = {"symbol": "721", "number": "4410", "birth_on": BORN}
    parts = {name: changes.pop(name) for name in tuple(changes) if name in asked}
    return Query(ByNumber(by, branch=branch, **(asked | parts)), on, **changes)


def by_card(serial: str = "S1", *, on: date = TODAY, **changes: Any) -> Query:
    """Asks by certificate."""
    return Query(ByCard("ISSUER", serial), on, presence="card", **changes)


def day(text: str) -> date:
    """2026-04-01."""
    return date.fromisoformat(text)


# In a database.


def add_insurers(tx: Tx, insurers: Iterable[Insurer] = INSURERS, *, at: int = NOW - 500 * DAY) -> None:
    """Makes them known."""
    registry.put_insurers(tx, insurers, at=Moment(at))


def add_person(tx: Tx, who: Person, *, at: int) -> None:
    """Makes a version of somebody known."""
    frames.add_people(tx, _people_frame(who), at=at)


def change_person(tx: Tx, who: Person, *, at: int) -> None:
    """The open version ends, this one begins."""
    frames.close_people(tx, pl.Series("person_id", [who.id]), at=at)
    add_person(tx, who, at=at)


def _people_frame(who: Person) -> pl.DataFrame:
    row = {name: getattr(who, name) for name in who.__struct_fields__ if name != "id"} | {"person_id": who.id}
    texts = [name for name in row if name not in ("person_id", "birth_on")]
    schema = {"person_id": pl.Int64, "birth_on": pl.Date} | dict.fromkeys(texts, pl.String)
    return pl.DataFrame([row], schema=schema)


def add_coverage(tx: Tx, one: Coverage, *, at: int, birth_on: date | None = BORN) -> None:
    """Makes a version of a coverage known; with `birth_on`, its key too."""
    frames.add_coverages(tx, _coverage_frame(one), feed_id=1, at=at)
    if birth_on is not None:
        add_key(tx, one, birth_on)


def add_key(tx: Tx, one: Coverage, birth_on: date) -> None:
    """The number finds the coverage."""
    key = registry.number_key(one.insurer, one.symbol, one.number, birth_on).text
    tx.execute(insert(tables.keys).values(key=key, person_id=one.person, coverage_id=one.id))


def end_coverage(tx: Tx, one: Coverage, *, at: int) -> None:
    """The open version ends."""
    versions = pl.DataFrame({"person_id": [one.person], "coverage_id": [one.id]})
    frames.close_coverages(tx, versions, at=at)


def change_coverage(tx: Tx, one: Coverage, *, at: int) -> None:
    """The open version ends, this one begins."""
    end_coverage(tx, one, at=at)
    add_coverage(tx, one, at=at, birth_on=None)


def _coverage_frame(one: Coverage) -> pl.DataFrame:
    details = None if one.details == Details() else msgspec.json.encode(one.details).decode()
    flags = 1 * one.undisclosed + 2 * one.refused + 4 * one.suspended
    row: dict[str, Any] = {name: getattr(one, name, None) for name in CONTENT}
    row |= {"person_id": one.person, "coverage_id": one.id, "insurer": one.insurer, "flags": flags, "details": details}
    days = ("acquired_on", "starts_on", "lost_on")
    numbers = ("person_id", "coverage_id", "flags")
    kinds = {name: pl.Date if name in days else pl.Int64 if name in numbers else pl.String for name in row}
    return pl.DataFrame([row], schema=kinds)


def add_card(tx: Tx, who: PersonId, serial: str = "S1", *, at: int) -> None:
    """The certificate is on this person's card."""
    registry.put_card(tx, CardKey("ISSUER", serial), who, at=Moment(at))


def hold_row(tx: Tx, held_id: int, key: registry.NumberKey, *, at: int, by: InsurerNumber = SOCIETY) -> None:
    """A row with this number waits for review."""
    row = {"insurer": by, "feed_id": 1, "row": 1, "reason": "name-differs", "rank": 3, "candidate": None}
    known = {
        "held_id": held_id,
        "known_from": at,
        "known_to": OPEN,
        "blocks": True,
        "content": json.dumps({}),
        "digest": bytes(32),
    }
    tx.execute(insert(tables.held).values(**row, **known))
    tx.execute(insert(tables.keys).values(key=key.text, person_id=0, coverage_id=held_id))
