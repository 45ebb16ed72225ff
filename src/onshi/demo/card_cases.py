"""The card desk of one town of the demo country: people without a card, their forms, applications in every state."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from hashlib import sha256
from itertools import islice

import polars as pl

from onshi import audit, cards, flows, places
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.cards import (
    Application,
    ApplicationId,
    Assurances,
    By,
    CardId,
    Event,
    FormId,
    Helper,
    Holder,
    HolderId,
    MoveId,
    Papers,
    Purpose,
    Sex,
    Slot,
    State,
    Venue,
    Wish,
)
from onshi.db import Tx
from onshi.demo.build import SEED
from onshi.demo.country import Country, Piece
from onshi.kernel import Moment, MunicipalityCode, parse_moment
from onshi.outside import FormToTry, keep_forms_to_try, portrait_of

_CLERK, _MAKER = "staff:s-demo-municipality", "maker:demo"
_PLACE = "本庁舎1階　カード窓口"
_SHELVES = ("2階A棚", "2階B棚", "1階金庫")
_TIMES = tuple(f"{hour:02}:{minute:02}" for hour in (9, 10, 11, 13, 14, 15) for minute in (0, 30))
_SEATS, _SLOT_DAYS, _SATURDAY = 2, 14, 5
_GROWN_UP, _GUARDED_UNDER = 20, 15
_PAPERS = Papers(shown=("driving_licence", "passport", "issue_notice", "old_card"), guardian_known=True)
_GUARDED = Papers(
    shown=("passport", "confirmation_document", "issue_notice"),
    guardian_shown=("driving_licence", "pension_book"),
    guardian_known=True,
)
_ASSURED = Assurances(old_card_returned=True)


@dataclass(frozen=True, slots=True)
class Plan:
    """How an application came and how far it went: `steps` along its way, the last of them `since` days ago."""

    method: str
    steps: tuple[str, ...]
    since: int
    many: int = 1
    route: str = "window"
    delivery: str = "window"
    venue: Venue | None = None
    helper: Helper | None = None


_TO_NOTICE = ("order", "ship", "arrive", "preset", "notify")
_OVER_THE_DESK = (*_TO_NOTICE, "identify", "hand_over")
_BY_POST = ("identify", "order", "ship", "arrive", "preset", "post")


def _posted(steps: tuple[str, ...], since: int, many: int = 1) -> Plan:
    """Identified at the window, and posted."""
    return Plan("at_application", steps, since, many, delivery="restricted_mail")


def _visit(steps: tuple[str, ...], since: int, many: int = 1) -> Plan:
    """Identified at a hall where staff came to, and posted."""
    return Plan("visit_posted", steps, since, many, "visiting_reception", "registered_mail", Venue.HALL)


PLANS = (
    Plan("at_handover", (), 2, 3, route="phone"),
    Plan("at_handover", (), 1, 2, route="pc"),
    Plan("with_support", (), 0, helper=Helper.POST_OFFICE),
    _posted((), 0, 2),
    Plan("at_handover", ("find_defect",), 3, 2, route="phone"),
    _visit(("identify",), 1, 2),
    Plan("visit_second", ("identify",), 1, route="visiting_reception", venue=Venue.CARE_HOME),
    Plan("at_handover", ("order",), 6, 3, route="phone"),
    _posted(("identify", "order"), 5),
    Plan("at_handover", ("order", "ship"), 2, 2, route="photo_booth"),
    Plan("at_handover", ("order", "ship", "arrive"), 1, 3, route="pc"),
    _posted(_BY_POST[:4], 1, 2),
    Plan("at_handover", ("order", "ship", "arrive", "preset"), 1, 3, route="phone"),
    _posted(_BY_POST[:5], 0),
    Plan("at_handover", _TO_NOTICE, 12, 7, route="phone"),
    Plan("with_support", _TO_NOTICE, 20, 2, route="photo_booth", helper=Helper.SHOP),
    Plan("at_handover", (*_TO_NOTICE, "note_returned_notice"), 9, 2, route="post"),
    Plan("at_handover", _TO_NOTICE, 110, 2, route="phone"),
    Plan("at_handover", (*_TO_NOTICE, "expire_notice"), 20, 2, route="pc"),
    Plan("at_handover", (*_TO_NOTICE, "identify"), 0, route="phone"),
    _posted(_BY_POST, 2, 2),
    _posted((*_BY_POST, "note_returned_mail"), 1),
    Plan("at_handover", _OVER_THE_DESK, 15, 4, route="phone"),
    Plan("at_handover", _OVER_THE_DESK, 45, 3, route="pc"),
    _visit((*_BY_POST, "deliver"), 75, 2),
    Plan("at_handover", ("cancel",), 30, route="phone"),
)
CHILDREN = (
    Plan("at_handover", (), 4, route="phone"),
    Plan("at_handover", _TO_NOTICE, 8, route="phone"),
)
# How many days before the last step each of the others lies, from the last one backwards.
_APART = {"ship": 9, "arrive": 2, "preset": 2, "notify": 1, "identify": 10, "expire_notice": 95, "deliver": 3}
_UNUSED_FORMS, _LOST, _MOVED, _ENDING = 5, 2, 2, 2


def town_of(piece: Piece) -> Party:
    """The municipality whose desk is filled: the one with the most people of the piece."""
    counts = piece.people.filter(pl.col("municipality").is_not_null()).group_by("municipality").len()
    code = str(counts.sort(["len", "municipality"], descending=[True, False])["municipality"][0])
    place = places.municipality(MunicipalityCode(code))
    return Party(PartyKind.MUNICIPALITY, code, f"{place.prefecture}{place.name}", municipality=code)


def fill(app: App, country: Country, piece: Piece) -> None:
    """Fills the card desk of `town_of(piece)`, and writes the forms that the citizen's entry offers to try.

    Who they are and what they are called follows from the seed alone; the days are counted back from today, so that
    what waits is waiting now and what can be booked lies ahead. `country` is the one the piece is of.
    """
    assert piece.land.layout is country.layout, "a piece of this country"
    town = MunicipalityCode(town_of(piece).code)
    people = _people(piece, town)
    found = app.run(lambda tx: _Desk(app, tx, town).fill(people))
    keep_forms_to_try(app.settings.data, found)


def _drawn(kind: str, number: int) -> int:
    return int.from_bytes(sha256(f"onshi-demo:{kind}:{SEED}:{number}".encode()).digest()[:8]) >> 1


@dataclass(frozen=True, slots=True)
class _People:
    """Whoever has no card: those who act for themselves, and children each with the guardian."""

    grown: list[Holder]
    children: list[tuple[Holder, Holder]]


def _people(piece: Piece, town: MunicipalityCode) -> _People:
    """Those of the town who live and have no card, in the order of their numbers."""
    living = piece.people.filter((pl.col("municipality") == town) & pl.col("died_on").is_null())
    rows = list(living.sort("person_serial").iter_rows(named=True))
    today = piece.land.calendar.today
    elders = {row["household"]: row for row in reversed(rows) if _age(row["birth_on"], today) >= _GROWN_UP}
    found = _People([], [])
    for row in rows:
        if row["card_issuer"] is not None:
            continue
        one = _holder(row, town)
        if _age(one.birth_on, today) >= _GUARDED_UNDER:
            found.grown.append(one)
        elif row["household"] in elders:
            guardian = _holder(elders[row["household"]], town)
            found.children.append((replace(one, guardian=guardian.id), guardian))
    return found


def _holder(row: dict[str, object], town: MunicipalityCode) -> Holder:
    serial, birth_on = row["person_serial"], row["birth_on"]
    assert isinstance(serial, int) and isinstance(birth_on, date), "columns of Piece.people"
    return Holder(
        id=HolderId(_drawn("holder", serial)),
        name=str(row["name"]),
        kana=str(row["name_kana"]),
        birth_on=birth_on,
        sex=Sex.MALE if row["sex"] == "1" else Sex.FEMALE,
        post_number=str(row["post_number"]).replace("-", ""),
        address=str(row["address"]),
        municipality=town,
    )


def _age(birth_on: date, on: date) -> int:
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


class _Desk:
    """Fills the desk in one transaction; every act is logged with the moment at which the demo was made."""

    def __init__(self, app: App, tx: Tx, town: MunicipalityCode) -> None:
        self._app, self._tx, self._town = app, tx, town
        self._today = app.today()
        self._clerk = cards.municipality(town, _CLERK)
        self._events: list[Event] = []
        self._known: set[HolderId] = set()
        self._number = 0

    def fill(self, people: _People) -> list[FormToTry]:
        """Everything; smaller towns have fewer cases. Returns three forms to try."""
        queue = iter(people.grown)
        unused = [self._printed(one) for one in self._next(queue, _UNUSED_FORMS)]
        applied = [
            self._walked(one, plan, place) for plan in PLANS for place, one in enumerate(self._next(queue, plan.many))
        ]
        applied += self._children(people.children)
        self._lose(queue)
        self._move_in(queue)
        self._let_end(queue)
        self._open_slots(applied)
        entries = [flows.card_entry(event) for event in self._events]
        audit.append(self._tx, _drawn("batch", 0), entries, at=self._app.now())
        return self._examples(unused, applied)

    def _next(self, queue: Iterator[Holder], many: int) -> list[Holder]:
        """The next ones, registered; the queue may end early."""
        return [self._registered(one) for one in islice(queue, many)]

    def _children(self, children: list[tuple[Holder, Holder]]) -> list[Application]:
        """A child whose guardian has applied, and one whose card waits."""
        found = []
        for (child, guardian), plan in zip(children, CHILDREN, strict=False):
            if guardian.id not in self._known:
                self._registered(guardian)
            found.append(self._walked(self._registered(child), plan, 0))
        return found

    def _registered(self, one: Holder, town: MunicipalityCode | None = None) -> Holder:
        here = replace(one, municipality=town or self._town)
        by = cards.municipality(here.municipality, _CLERK)
        self._events.append(cards.register_holders(self._tx, [here], by=by, at=self._at(4_000)))
        self._known.add(one.id)
        return here

    def _at(self, days: int, hour: int = 10) -> Moment:
        """A moment so many days ago; never one that is still to come."""
        moment = parse_moment(f"{(self._today - timedelta(days=days)).isoformat()}T{hour:02}:00:00")
        return min(moment, self._app.now())

    def _printed(self, one: Holder, days: int = 40) -> FormId:
        self._number += 1
        digits = f"{_drawn('form', self._number):020d}{self._number:03d}"[-23:].zfill(23)
        by = cards.municipality(one.municipality, _CLERK)
        form, event = cards.print_form(self._tx, one.id, by=by, at=self._at(days), form_id=FormId(digits))
        self._events.append(event)
        return form.id

    def _walked(self, one: Holder, plan: Plan, place: int) -> Application:
        """An application with all its steps; those of one plan lie a day or two apart."""
        day = plan.since + place * 2
        days = [day]
        for step in reversed(plan.steps):
            day += _APART.get(step, 1)
            days.append(day)
        application = self._applied(one, plan, days.pop())
        for step in plan.steps:
            application = self._stepped(application, step, days.pop())
        return application

    def _applied(self, one: Holder, plan: Plan, days: int) -> Application:
        wish = Wish(route=plan.route, method=plan.method, delivery=plan.delivery, venue=plan.venue, helper=plan.helper)
        form = self._printed(one, days + 7)
        by = cards.municipality(one.municipality, _CLERK)
        if plan.route in ("phone", "pc"):
            by = cards.citizen(one.guardian or one.id)
        taken = cards.apply(
            self._tx,
            form,
            wish,
            photo=portrait_of(_drawn("portrait", one.id)),
            application_id=ApplicationId(_drawn("application", one.id)),
            by=by,
            at=self._at(days),
        )
        self._events.extend(taken.events)
        return taken.application

    def _stepped(self, application: Application, name: str, days: int) -> Application:
        tx, one, at = self._tx, application.id, self._at(days)
        by = cards.municipality(application.municipality, _CLERK)
        match name:
            case "ship":
                card = CardId(_drawn("card", application.id))
                taken = cards.ship(tx, one, card_id=card, by=cards.maker(_MAKER), at=at)
            case "arrive":
                taken = cards.arrive(tx, one, place=_SHELVES[one % len(_SHELVES)], by=by, at=at)
            case "identify":
                papers = _GUARDED if cards.holder_by_id(tx, application.holder).guardian else _PAPERS
                done = cards.identify(tx, one, papers, assured=_ASSURED, by=by, at=at)
                assert done.taken is not None, "these papers are enough"
                taken = done.taken
            case "hand_over":
                taken = cards.hand_over(tx, one, by=by, at=at)
            case "post":
                taken = cards.post(tx, one, by=by, at=at)
            case "deliver":
                taken = cards.deliver(tx, one, by=by, at=at)
            case "expire_notice":
                taken = cards.expire_notice(tx, one, by=by, at=at)
            case _:
                taken = cards.take_step(tx, one, name, by=by, at=at)
        self._events.extend(taken.events)
        return taken.application

    def _lose(self, queue: Iterator[Holder]) -> None:
        """Cards that were handed over and lost since."""
        for place, one in enumerate(self._next(queue, _LOST)):
            issued = self._walked(one, Plan("at_handover", _OVER_THE_DESK, 150, route="phone"), place)
            assert issued.card is not None, "it was handed over"
            _, event = cards.report_lost(self._tx, issued.card, by=cards.citizen(one.id), at=self._at(1 + place))
            self._events.append(event)

    def _move_in(self, queue: Iterator[Holder]) -> None:
        """People who brought a card from another town and have not continued it yet."""
        other = next(place.code for place in places.municipalities() if place.code != self._town)
        for place, one in enumerate(islice(queue, _MOVED)):
            there = self._registered(one, other)
            self._walked(there, Plan("at_handover", _OVER_THE_DESK, 300), 0)
            days = (84, 60)[place % 2]
            moved = cards.move_in(
                self._tx,
                one.id,
                move_id=MoveId(_drawn("move", one.id)),
                moved_on=self._today - timedelta(days=days + 3),
                post_number=one.post_number,
                address=one.address,
                by=self._clerk,
                at=self._at(days),
            )
            self._events.extend(moved.events)

    def _let_end(self, queue: Iterator[Holder]) -> None:
        """Cards whose tenth birthday comes within the weeks in which they can be renewed."""
        for one in islice(filter(self._ends_soon, queue), _ENDING):
            days = (self._today - self._today.replace(year=self._today.year - 10, day=1)).days - 110
            self._walked(self._registered(one), Plan("at_handover", _OVER_THE_DESK, days), 0)

    def _ends_soon(self, one: Holder) -> bool:
        if _age(one.birth_on, self._today) < 2 * _GROWN_UP or (one.birth_on.month, one.birth_on.day) == (2, 29):
            return False
        this_year = one.birth_on.replace(year=self._today.year)
        birthday = this_year if this_year > self._today else this_year.replace(year=self._today.year + 1)
        return (birthday - self._today).days < 75

    def _open_slots(self, applied: list[Application]) -> None:
        """Places of today and the next two weeks; some of those with a notice have booked one."""
        days = [self._today + timedelta(days=after) for after in range(_SLOT_DAYS + 1)]
        open_days = [day for day in days if day == self._today or day.weekday() < _SATURDAY]
        slots = [Slot(self._town, _PLACE, day, starts) for day in open_days for starts in _TIMES]
        self._events.append(cards.open_slots(self._tx, slots, _SEATS, by=self._clerk))
        notified = [one for one in applied if one.state is State.NOTIFIED]
        booked_at = self._at(1, 20)
        for one, slot in zip(notified[1:7], (*slots[0:8:2], slots[14], slots[27]), strict=False):
            by: By = cards.citizen(one.holder)
            _, event = cards.book(self._tx, one.holder, slot, Purpose.COLLECTION, by=by, at=booked_at)
            self._events.append(event)

    def _examples(self, unused: list[FormId], applied: list[Application]) -> list[FormToTry]:
        """A form that was not used, one whose card waits, and one whose card is in the hand."""
        wanted = [unused[0]] if unused else []
        for state in (State.NOTIFIED, State.ISSUED):
            wanted += [one.form for one in applied if one.state is state and one.form is not None][:1]
        states = {one.form: one.state.value for one in applied}
        found = []
        for form_id in wanted:
            holder = cards.holder_by_id(self._tx, cards.form_by_id(self._tx, form_id).holder)
            found.append(FormToTry(form_id, holder.birth_on, states.get(form_id, "")))
        return found
