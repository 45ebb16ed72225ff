"""Builders with safe defaults: invented holders, their wishes, and an application as far along as a test wants it."""

from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from onshi import cards
from onshi.app import open_app
from onshi.cards import (
    Application,
    ApplicationId,
    Assurances,
    By,
    Card,
    CardId,
    Helper,
    Holder,
    HolderId,
    Kind,
    Papers,
    Sex,
    Taken,
    Wish,
)
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, parse_moment
from onshi.settings import read_settings

CITY_HALL = "131016"
HERE, THERE, ELSEWHERE = MunicipalityCode(CITY_HALL), MunicipalityCode("131024"), MunicipalityCode("131032")
NOW = parse_moment("2026-11-02T09:00:00")
TODAY = date(2026, 11, 2)
DAY = 86_400 * 1_000_000
PHOTO = b"\xff\xd8\xff\xe0 a face nobody has"
HANAKO, TARO, CHILD, GUARDIAN = (HolderId(number) for number in (4_711, 4_712, 4_713, 4_714))
CLERK = cards.municipality(HERE, "staff:s-here")
OTHER_CLERK = cards.municipality(THERE, "staff:s-there")
MAKER = cards.maker("maker:demo")
WORKPLACE = "body:mihon"
_ids = count(1_000)


def after(days: int, at: Moment = NOW) -> Moment:
    return Moment(at + days * DAY)


def on(day: str) -> Moment:
    """Nine in the morning of a day in Japan."""
    return parse_moment(f"{day}T09:00:00")


def holder(**changes: Any) -> Holder:
    values: dict[str, Any] = {
        "id": HANAKO,
        "name": "見本　花子",
        "kana": "ミホン　ハナコ",
        "birth_on": date(1989, 3, 31),
        "sex": Sex.FEMALE,
        "post_number": "1000001",
        "address": "東京都千代田区見本町一丁目１－１",
        "municipality": HERE,
    }
    return Holder(**(values | changes))


def child(**changes: Any) -> Holder:
    values = {"id": CHILD, "name": "見本　小梅", "kana": "ミホン　コウメ", "birth_on": date(2018, 5, 5)}
    return holder(**(values | {"guardian": GUARDIAN} | changes))


def registered(tx: Tx, *people: Holder, at: Moment = NOW) -> None:
    """These people, or Hanako, known from `at` on."""
    for one in people or [holder()]:
        cards.register_holders(tx, [one], by=cards.municipality(one.municipality, "staff:s-reg"), at=at)


def wish(method: str = "at_handover", **changes: Any) -> Wish:
    """A wish that fits the method."""
    posted, visit = {"delivery": "restricted_mail"}, {"route": "visiting_reception", "venue": cards.Venue.HALL}
    more: dict[str, dict[str, Any]] = {
        "with_support": {"helper": Helper.SHOP, "route": "photo_booth"},
        "at_application": posted,
        "workplace": posted | visit | {"workplace": WORKPLACE, "venue": cards.Venue.WORKPLACE},
        "visit_posted": posted | visit,
        "visit_second": visit,
        "express": {
            "delivery": "maker_post",
            "express_ground": "lost",
            "express_since": TODAY,
            "kind": Kind.LOST,
        },
    }
    values: dict[str, Any] = {"route": "window", "method": method}
    return Wish(**(values | more.get(method, {}) | changes))


def applied(tx: Tx, who: HolderId = HANAKO, *, at: Moment = NOW, by: By | None = None, **changes: Any) -> Taken:
    """An application of somebody who is registered, received."""
    place = cards.holder_by_id(tx, who).municipality
    clerk = cards.municipality(place, "staff:s-apply")
    form, _ = cards.print_form(tx, who, by=clerk, at=at)
    photo = changes.pop("photo", PHOTO)
    wanted = changes.pop("wanted", None) or wish(**changes)
    return cards.apply(
        tx, form.id, wanted, photo=photo, application_id=ApplicationId(next(_ids)), by=by or clerk, at=at
    )


# The verb or the name of each step on the main way of every method.
WAY = {
    "at_handover": "order ship arrive preset notify identify hand_over",
    "with_support": "order ship arrive preset notify identify hand_over",
    "at_application": "identify order ship arrive preset post deliver",
    "visit_posted": "identify order ship arrive preset post deliver",
    "workplace": "identify order ship arrive preset post deliver",
    "visit_second": "identify order ship arrive preset notify hand_over",
    "express": "identify order ship deliver",
}
PAPERS = Papers(shown=("driving_licence", "passport", "issue_notice"))
# A card that is still there is given back with the papers.
WITH_OLD_CARD = Papers(shown=("driving_licence", "passport", "issue_notice", "old_card"))
CHILDS = Papers(
    shown=("passport", "confirmation_document", "issue_notice"),
    guardian_shown=("driving_licence", "pension_book"),
    guardian_known=True,
)
ASSURED = Assurances(old_card_returned=True)


def stepped(tx: Tx, one: Application, name: str, *, at: Moment = NOW, **more: Any) -> Application:
    """One step further, whichever verb it has."""
    clerk = cards.municipality(one.municipality, "staff:s-step")
    if name == "ship":
        return cards.ship(tx, one.id, card_id=CardId(next(_ids)), by=MAKER, at=at).application
    if name == "arrive":
        return cards.arrive(tx, one.id, place="2F-A", by=clerk, at=at).application
    if name == "identify":
        usual = CHILDS if one.holder == CHILD else WITH_OLD_CARD
        found = cards.identify(tx, one.id, more.get("papers", usual), assured=ASSURED, by=clerk, at=at)
        assert found.taken is not None, found.decision
        return found.taken.application
    if name == "post":
        return cards.post(tx, one.id, by=clerk, at=at).application
    if name == "deliver":
        return cards.deliver(tx, one.id, by=clerk, at=at).application
    if name == "hand_over":
        return cards.hand_over(tx, one.id, by=clerk, at=at).application
    return cards.take_step(tx, one.id, name, by=clerk, at=at).application


def taken_to(tx: Tx, one: Application, state: str, *, at: Moment = NOW) -> Application:
    """As far along its main way as the state; every step on the same day."""
    names = WAY[one.wish.method].split()
    while one.state != state:
        one = stepped(tx, one, names.pop(0), at=at)
    return one


def issued(tx: Tx, who: HolderId = HANAKO, *, at: Moment = NOW, **changes: Any) -> Card:
    """A card in the hands of somebody who is registered."""
    taken_to(tx, applied(tx, who, at=at, **changes).application, "issued", at=at)
    return cards.cards_of(tx, who)[-1]


def events_of(tx: Tx, thing: Application | Card) -> list[tuple[str, str, str]]:
    """The history without its moments and actors."""
    return [(one.step, one.before, one.after) for one in cards.history(tx, thing)]


def form_in(data: Path) -> str:
    """The 申請書ID of Hanako's form, in the database of a data folder."""
    app = open_app(read_settings({"ONSHI_DATA": str(data)}))

    def work(tx: Tx) -> str:
        registered(tx, at=app.now())
        return cards.print_form(tx, HANAKO, by=CLERK, at=app.now())[0].id

    form = app.run(work)
    app.db.close()
    return form
