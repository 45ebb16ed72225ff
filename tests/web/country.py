"""A very small invented country: three insurers, two clinics, a handful of people, made through the rooms' doors."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from onshi import access, flows, registry
from onshi.access import Party, PartyKind, Role
from onshi.app import App, open_app
from onshi.db import Tx, metadata
from onshi.kernel import InsurerNumber, Moment, PersonId, parse_moment
from onshi.registry import CardKey, Insurer
from onshi.settings import Settings
from registry import world
from registry_feeds.make import csv_text

START = parse_moment("2026-10-01T09:00:00")
NOW = parse_moment("2026-11-02T10:30:00")
DAY = 86_400 * 1_000_000
PASSWORD = "correct horse battery"
BY = "local:tests"

SOCIETY, CITY = world.SOCIETY, world.CITY
SILENT = InsurerNumber("00130013")
CLINIC = Party(PartyKind.INSTITUTION, "1312345678", "見本内科クリニック", municipality="131016")
OTHER_CLINIC = Party(PartyKind.INSTITUTION, "1312345686", "となり歯科医院", municipality="131016")
SOCIETY_PARTY = Party(PartyKind.INSURER, SOCIETY, "見本健康保険組合")
CITY_PARTY = Party(PartyKind.INSURER, CITY, "見本市国民健康保険")
OPERATOR = Party(PartyKind.OPERATOR, "onshi", "オン資運用センター")

STAFF = {
    "reception": (CLINIC, [Role.RECEPTION]),
    "pharmacy": (OTHER_CLINIC, [Role.RECEPTION]),
    "insurer": (SOCIETY_PARTY, [Role.INSURER_CLERK]),
    "reviewer": (SOCIETY_PARTY, [Role.REVIEWER, Role.INSURER_CLERK]),
    "operator": (OPERATOR, [Role.OPERATOR, Role.AUDITOR]),
    "auditor": (OPERATOR, [Role.AUDITOR]),
}

CARD = "jp-test-ca:0A12"
REFUSED_CARD = "jp-test-ca:0B77"
UNKNOWN_CARD = "jp-test-ca:0C99"


class Clock:
    """Goes on by a millisecond at every look, and as far as a test moves it; in µs, handed out in ns."""

    def __init__(self, moment: Moment) -> None:
        self.moment = moment

    def __call__(self) -> int:
        self.moment = Moment(self.moment + 1_000)
        return self.moment * 1_000


def row(**changes: str) -> dict[str, str]:
    """The registry tests' Hanako as a member of long standing, save for what is changed."""
    return world.row(**({"address": "東京都千代田区見本町一丁目１－１", "acquired_on": "2020-04-01"} | changes))


HEADER = ",".join(row())
MEMBERS = [
    row(limit_class="01", limit_category="A03", limit_from="2026-08-01"),
    row(
        number="346",
        name="見本　太郎",
        name_kana="ミホン　タロウ",
        birth_on="S60.12.24",
        sex="1",
        address="東京都千代田区見本町二丁目２－２",
    ),
    row(
        number="347",
        name="隠田　静",
        name_kana="カクレダ　シズカ",
        birth_on="1990-02-03",
        address="東京都千代田区秘密町九丁目９－９",
        undisclosed="1",
    ),
    row(
        number="348",
        name="拒　絶子",
        name_kana="コバミ　タエコ",
        birth_on="1970-07-07",
        address="東京都千代田区見本町四丁目４－４",
        refused="1",
    ),
    row(
        number="349",
        name="喪失　一郎",
        name_kana="ソウシツ　イチロウ",
        birth_on="1960-01-15",
        sex="1",
        address="東京都千代田区見本町五丁目５－５",
    ),
    row(
        number="350",
        branch="01",
        name="見本　小太郎",
        name_kana="ミホン　コタロウ",
        birth_on="2022-05-05",
        sex="1",
        relation="2",
        address="東京都千代田区見本町二丁目２－２",
        acquired_on="2022-05-05",
    ),
]
LOSS = MEMBERS[4] | {"kind": "loss", "lost_on": "2026-09-01", "loss_reason": "03"}


def csv_of(rows: Sequence[Mapping[str, str]]) -> bytes:
    """Rows as a feed file."""
    return csv_text(rows, end="\r\n", language="en").encode()


def load(
    app: App, rows: Sequence[Mapping[str, str]], folder: Path, *, mode: str = "daily", insurer: InsurerNumber = SOCIETY
) -> None:
    """Sends a feed as an insurer does."""
    path = folder / f"feed-{app.draw()}.csv"
    path.write_bytes(csv_of(rows))
    flows.load_feed(
        app.db,
        path,
        insurer=insurer,
        mode=mode,
        now=app.now,
        draw=app.draw_many,
        actor=f"insurer:{insurer}",
    )


def build(folder: Path, *, demo: bool = True, base_url: str = "http://testserver") -> App:
    """The country on a fresh SQLite file, as it is on the morning of 2026-11-02."""
    app = open_app(Settings(folder, f"sqlite:///{folder / 'onshi.sqlite'}", demo=demo, base_url=base_url))
    metadata.create_all(app.db.engine)  # nothing is left to create where the migrations have made the tables
    clock = Clock(START)
    app.clock = clock
    with app.db.transaction() as tx:
        registry.put_insurers(
            tx,
            [
                Insurer(SOCIETY, "06", "society", SOCIETY_PARTY.name, "13", delay_days=4),
                Insurer(CITY, "00", "municipal_nhi", CITY_PARTY.name, "13", delay_days=11),
                Insurer(SILENT, "00", "municipal_nhi", "静町国民健康保険", "13"),
            ],
            at=START,
        )
        access.register_parties(tx, [CLINIC, OTHER_CLINIC, SOCIETY_PARTY, CITY_PARTY, OPERATOR], by=BY)
        for name, (party, roles) in STAFF.items():
            access.register_staff(
                tx,
                party.id,
                login=name,
                roles=roles,
                password=None,
                key=app.staff_key,
                at=START,
                by=BY,
                staff_id=f"s-demo-{name}",
            )
    load(app, MEMBERS, folder, mode="first")
    clock.moment = Moment(START + DAY)
    load(app, [LOSS], folder)
    with app.db.transaction() as tx:
        for name, card in (("見本　花子", CARD), ("拒　絶子", REFUSED_CARD)):
            issuer, _, serial = card.rpartition(":")
            registry.put_card(tx, CardKey(issuer, serial), person_named(tx, name), at=clock.moment)
    clock.moment = NOW
    return app


def person_named(tx: Tx, name: str) -> PersonId:
    """The one person of that name."""
    (found,) = registry.people_named(tx, name)
    return found.id


def move_clock(app: App, moment: Moment) -> None:
    """The clock goes on."""
    assert isinstance(app.clock, Clock), "built by `build`"
    app.clock.moment = moment
