"""A small invented world for the registry's tests: three insurers, files made of rows, dumps of the tables."""

import json
import random
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from sqlalchemy import text

from onshi import eligibility, flows, registry
from onshi.db import OPEN, Database, Tx
from onshi.eligibility import Answer, Asker, ByCard, ByNumber, Query
from onshi.kernel import InsurerNumber, LinkCode, Moment, PersonId, parse_moment
from onshi.outside import KeyRing
from onshi.registry import CardKey, Coverage, FeedFinding, HeldRow, Insurer
from onshi.registry.feeds import Mode
from registry_feeds.make import csv_text

SOCIETY = InsurerNumber("06139992")
OTHER = InsurerNumber("06130017")
CITY = InsurerNumber("00138057")
AID = InsurerNumber("12131017")
START = parse_moment("2026-11-02T05:00:00")
DAY = 86_400_000_000

ROW: Mapping[str, str] = {
    "kind": "new",
    "insurer_number": SOCIETY,
    "symbol": "12",
    "number": "345",
    "branch": "00",
    "name": "見本　花子",
    "name_kana": "ミホン　ハナコ",
    "birth_on": "1985-04-01",
    "sex": "2",
    "post_number": "100-0001",
    "address": "東京都千代田区見本町１－１",
    "municipality": "131016",
    "relation": "1",
    "acquired_on": "2026-10-20",
}
# Everything a load writes.
_CLINIC = Asker("institution:1312345678", "1312345678")
TABLES = ("people", "coverages", "keys", "links", "feeds", "findings", "held", "seen", "insurers")
_IDS = frozenset({"person_id", "coverage_id", "feed_id", "held_id", "code", "candidate"})
_MOMENTS = frozenset({"known_from", "known_to", "started_at", "finished_at", "first_loaded_at", "last_loaded_at"})


def row(**changes: str) -> dict[str, str]:
    """Hanako's row, save for what is changed."""
    return {**ROW, **changes}


def members(number: int) -> list[dict[str, str]]:
    """So many people, none like another."""
    signs = "アイウエオカキクケコ"
    return [
        row(
            number=str(1000 + n),
            name=f"例{n}　人",
            name_kana=f"レイ　{''.join(signs[int(digit)] for digit in f'{n:03}')}",
            birth_on=f"19{60 + n % 40}-0{1 + n % 9}-1{n % 10}",
            sex="12"[n % 2],
            address=f"東京都千代田区例町{n}",
        )
        for n in range(number)
    ]


class World:
    """A database with insurers, and hands to send it files, ask it and look into it."""

    def __init__(self, db: Database, folder: Path, *, seed: int = 7) -> None:
        self.db = db
        self.folder = folder
        self.moment = START
        self._random = random.Random(seed)
        self._files = count(1)
        self._signer = KeyRing.create(folder / "keys", at=START).signer()
        insurers = [
            Insurer(SOCIETY, "06", "society", "見本健保", "13"),
            Insurer(OTHER, "06", "society", "別健保", "13"),
            Insurer(CITY, "00", "municipal_nhi", "見本市", "13"),
            Insurer(AID, "12", "medical_aid", "見本福祉事務所", "13"),
        ]
        with db.transaction() as tx:
            registry.put_insurers(tx, insurers, at=Moment(START - 30 * DAY))

    def now(self) -> Moment:
        """The next moment."""
        self.moment = Moment(self.moment + 1_000)
        return self.moment

    def wait(self, days: int) -> None:
        """Time goes by."""
        self.moment = Moment(self.moment + days * DAY)

    def draw(self, number: int) -> list[int]:
        """Random numbers, the same in every run."""
        return [self._random.getrandbits(63) for _ in range(number)]

    def file(self, rows: Sequence[Mapping[str, str]]) -> Path:
        """Rows as a feed file."""
        path = self.folder / f"feed-{next(self._files)}.csv"
        path.write_text(csv_text(rows, language="en"), encoding="utf-8")
        return path

    def load(
        self, rows: Sequence[Mapping[str, str]], mode: Mode = "daily", *, insurer: InsurerNumber = SOCIETY, **more: Any
    ) -> flows.Loaded:
        """Sends a file of these rows."""
        return self.load_file(self.file(rows), mode, insurer=insurer, **more)

    def load_file(
        self, path: Path, mode: Mode = "daily", *, insurer: InsurerNumber = SOCIETY, **more: Any
    ) -> flows.Loaded:
        """Sends a file."""
        given: dict[str, Any] = {"now": self.now, "draw": self.draw, "actor": f"insurer:{insurer}"} | more
        return flows.load_feed(self.db, path, insurer=insurer, mode=mode, **given)

    def codes(self, loaded: flows.Loaded) -> list[str]:
        """The link codes given, in the order of the rows."""
        return loaded.links.sort("row")["code"].to_list()

    def findings(self, loaded: flows.Loaded) -> list[tuple[int, str]]:
        """Row and code of each finding."""
        with self.db.transaction(reading=True) as tx:
            return [(one.row, one.code) for one in registry.findings_of(tx, loaded.feed.id, limit=10_000)]

    def about(self, insurer: InsurerNumber) -> list[FeedFinding]:
        """What others' feeds brought up about this insurer."""
        with self.db.transaction(reading=True) as tx:
            return registry.findings_about(tx, insurer)

    def held(self) -> list[HeldRow]:
        """The rows that wait."""
        with self.db.transaction(reading=True) as tx:
            return registry.held_rows(tx)

    def decide(self, held: HeldRow, *, accept: bool, candidate: PersonId | None = None) -> None:
        """A reviewer's decision."""
        with self.db.transaction() as tx:
            registry.decide_held(
                tx, held.id, accept=accept, by="staff:r", at=self.now(), draw=self.draw, candidate=candidate
            )

    def run(self, verb: Any, *given: Any, **more: Any) -> Any:
        """A verb of the registry in a transaction of its own."""
        with self.db.transaction() as tx:
            return verb(tx, *given, **more)

    def people(self, name: str = "見本　花子") -> list[PersonId]:
        """Everybody of that name."""
        with self.db.transaction(reading=True) as tx:
            return [one.id for one in registry.people_named(tx, name)]

    def coverages(self, person: PersonId, known_at: Moment | None = None) -> list[Coverage]:
        """What is (or was) known of the person."""
        with self.db.transaction(reading=True) as tx:
            return registry.coverages_of(tx, person, known_at=known_at)

    def coverages_now(self) -> list[dict[str, Any]]:
        """Every open version, as the table has it."""
        with self.db.transaction(reading=True) as tx:
            keys, rows = _read(tx, ["coverages"])["coverages"]
        found = [dict(zip(keys, one, strict=True)) for one in rows]
        return [one for one in found if one["known_to"] == OPEN]

    def code_of(self, person: PersonId, insurer: InsurerNumber = SOCIETY) -> LinkCode | None:
        """How the insurer names the person."""
        with self.db.transaction(reading=True) as tx:
            link = registry.link_of(tx, insurer, person)
        return None if link is None else link.code

    def ask(
        self,
        on: str = "2026-11-02",
        *,
        number: str = "345",
        symbol: str | None = "12",
        branch: str | None = None,
        birth: str = "1985-04-01",
        insurer: InsurerNumber = SOCIETY,
        known_at: Moment | None = None,
    ) -> Answer:
        """The answer by number."""
        return self._answer(
            Query(
                ByNumber(insurer, number, date.fromisoformat(birth), symbol, branch), date.fromisoformat(on), known_at
            )
        )

    def ask_card(self, card: CardKey, on: str = "2026-11-02", known_at: Moment | None = None) -> Answer:
        """The answer by card."""
        return self._answer(Query(ByCard(card.issuer, card.serial), date.fromisoformat(on), known_at, presence="card"))

    def _answer(self, query: Query) -> Answer:
        with self.db.transaction(appending=True) as tx:
            (checked,) = eligibility.check(
                tx, [query], at=self.now(), batch=self.draw(1)[0], asker=_CLINIC, signer=self._signer
            )
        return checked.answer

    def kind(self, on: str = "2026-11-02", **asked: Any) -> str:
        """The kind of the answer."""
        return self.ask(on, **asked).kind.value

    def dump(self, *tables: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of the tables."""
        with self.db.transaction(reading=True) as tx:
            return {name: sorted(map(tuple, rows), key=repr) for name, (_, rows) in _read(tx, tables or TABLES).items()}

    def story(self) -> dict[str, list[str]]:
        """The tables without ids and moments: what a load did, however it came about."""
        with self.db.transaction(reading=True) as tx:
            read = _read(tx, TABLES)
        return {
            name: sorted(
                repr([(key, _plain(key, value)) for key, value in zip(keys, one, strict=True) if _tells(key)])
                for one in rows
            )
            for name, (keys, rows) in read.items()
        }


def _read(tx: Tx, tables: Iterable[str]) -> dict[str, tuple[list[str], list[Any]]]:
    found = {}
    for name in tables:
        result = tx.execute(text(f"SELECT * FROM registry_{name}"))
        found[name] = (list(result.keys()), list(result))
    return found


def _tells(key: str) -> bool:
    return key == "known_to" or (key not in _IDS and key not in _MOMENTS and key != "digest")


def _plain(key: str, value: Any) -> Any:
    if key == "known_to":
        return value == OPEN
    if key == "counts":
        return sorted((name, number) for name, number in json.loads(value).items() if number)
    if isinstance(value, date):
        return value.isoformat()
    return int(value) if isinstance(value, bool) else value
