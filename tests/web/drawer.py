"""Software cards of the people of the small country, in the drawer of the reader page."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from onshi import registry
from onshi.app import App
from onshi.db import Tx
from onshi.demo import CARD_ISSUER, drawer
from onshi.demo.drawer import Chosen
from onshi.demo.virtual_cards import found_authorities
from onshi.kernel import japan_day, parse_moment
from onshi.outside import Drawer, InDrawer
from onshi.registry import CardKey

from . import country

TODAY = japan_day(country.NOW)
SINCE = parse_moment("2017-11-02T10:00:00")
USUALLY_MADE_ON = date(2025, 11, 2)
# Whose certificates ended on 2026-10-20 and on 2025-10-20, the fifth birthdays after.
MADE_ON = {"in_grace": date(2021, 11, 29), "expired": date(2020, 11, 29)}
REFUSED = "拒　絶子"
# Everybody's in a drawer that has every card.
PEOPLE = {
    "good": "見本　花子",
    "unregistered": "見本　太郎",
    "child": "見本　小太郎",
    "in_grace": "猶予　三郎",
    "expired": "期限　四郎",
    "revoked": "返納　五郎",
    "lost": "紛失　六郎",
    "superseded": "更新　七郎",
    "one_try": "残一　八郎",
    "locked": "停止　九郎",
    "face": "顔認　十郎",
}


def lay_all(app: App, folder: Path) -> Drawer:
    """The whole drawer, and everybody whose cards lie in it."""
    known = {row["name"] for row in country.MEMBERS}
    new = [
        country.row(
            number=str(400 + place),
            name=name,
            name_kana=f"カクウ　{'ノヒトタチハミナチガウ'[: place + 1]}",
            birth_on=f"{1970 + place}-10-20",
            address=f"東京都千代田区見本町六丁目{place + 1}－６",
        )
        for place, name in enumerate(sorted(set(PEOPLE.values()) - known))
    ]
    country.load(app, new, folder)
    return lay(app, PEOPLE)


def lay(app: App, people: Mapping[str, str]) -> Drawer:
    """Authorities, certified readers, and cards by their name in the drawer for people by theirs. `unregistered` is
    nobody's insurance card, the others are."""
    chosen = {}
    with app.db.transaction() as tx:
        for place, (name, whose) in enumerate(people.items(), start=1):
            person = country.person_named(tx, whose)
            chosen[InDrawer(name)] = Chosen(person, MADE_ON.get(name, USUALLY_MADE_ON))
            if name != InDrawer.UNREGISTERED:
                registry.put_card(tx, CardKey(CARD_ISSUER, f"{place:010}"), person, at=country.NOW)

    def found(tx: Tx) -> None:
        found_authorities(app, tx, since=SINCE)
        drawer.certify_readers(app, tx, TODAY)

    app.run(found)
    drawer.lay_out(app, chosen, TODAY)
    return Drawer(app.settings.data)
