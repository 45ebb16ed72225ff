"""The lists that are worked through: custody, reminders, renewals, and people running out of days."""

from collections.abc import Sequence
from datetime import date

from starlette.responses import Response
from starlette.routing import Route

from onshi import card_office, cards, flows
from onshi.cards import Application, ApplicationId, Ends, Holder, HolderId, Lapsed, RenewalDue, RunningOut
from onshi.db import Tx
from onshi.kernel import MunicipalityCode
from onshi.web.municipality.town import HOME, clerk, disclosed, own_place
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_SHOWN = 200
_DAYS, _DAYS_MAX = 30, 90


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{HOME}/custody", custody),
        pages.show(f"{HOME}/reminders", reminders),
        pages.take(f"{HOME}/reminders/send", remind),
        pages.show(f"{HOME}/reminders/send", lambda _: go(f"{HOME}/reminders")),
        pages.show(f"{HOME}/renewals", renewals),
        pages.show(f"{HOME}/running-out", running_out),
        pages.take(f"{HOME}/running-out/continue", continue_use),
        pages.show(f"{HOME}/running-out/continue", lambda _: go(f"{HOME}/running-out")),
    ]


def custody(visit: Visit) -> Response:
    """What lies in the town hall, by place and state, and since when."""
    place = own_place(visit)
    with visit.app.db.transaction(reading=True) as tx:
        stock = cards.custody(tx, place)
    return visit.page("municipality/custody.html", stock=stock, total=sum(one.cards for one in stock))


def reminders(visit: Visit) -> Response:
    """Whose notice ran out without anybody coming."""
    return _reminders(visit)


def remind(visit: Visit) -> Response:
    """Notes for everybody who was ticked that the notice was sent again; all or none."""
    by = clerk(visit)
    wanted = [ApplicationId(int(name[7:])) for name in visit.form.fields if _names_application(name)]
    if not wanted:
        return _reminders(visit, problem=visit.say("municipality.reminders.none_chosen"))

    def work(tx: Tx) -> None:
        for application_id in wanted:
            cards.followed(tx, application_id, by=by, at=visit.now)
        for taken in cards.take_steps(tx, wanted, "remind", by=by, at=visit.now):
            flows.record_card_acts(tx, taken.events, batch=visit.app.draw(), at=visit.now)

    visit.app.run(work)
    return go(f"{HOME}/reminders?sent={len(wanted)}")


def renewals(visit: Visit) -> Response:
    """Cards that may be renewed now, and cards whose certificates may: the soonest first."""
    place = own_place(visit)

    def work(tx: Tx) -> tuple[list[RenewalDue], dict[HolderId, Holder]]:
        found = flows.due_renewals(tx, place, on=visit.app.today(), limit=_SHOWN)
        return found, disclosed(tx, visit, [one.card.holder for one in found])

    found, holders = visit.app.run(work)
    lists = [(ends.value, [one for one in found if one.ends is ends]) for ends in Ends]
    return visit.page("municipality/renewals.html", lists=lists, holders=holders)


def running_out(visit: Visit) -> Response:
    """Who has to continue the card after moving in, the most urgent first."""
    return _running_out(visit)


def continue_use(visit: Visit) -> Response:
    """継続利用: the card goes on here and says so, or the answer says that it is too late."""
    by = clerk(visit)
    try:
        holder = cards.parse_holder_id(visit.form.get("holder"))
    except ValueError:
        raise cards.errors.UnknownHolder from None

    done, file = card_office.continue_use(visit.app, holder, by=by)
    if isinstance(done, Lapsed):
        return go(f"{HOME}/running-out?done=lapsed")
    return go(f"{HOME}/running-out?done={'written' if file else 'machine'}")


def _names_application(name: str) -> bool:
    return name.startswith("remind.") and name[7:].isascii() and name[7:].isdigit() and len(name) < 27


def _reminders(visit: Visit, *, problem: str = "") -> Response:
    place, today = own_place(visit), visit.app.today()

    def work(tx: Tx) -> tuple[list[Application], dict[HolderId, Holder]]:
        found = cards.reminders_due(tx, place, on=today, limit=_SHOWN)
        return found, disclosed(tx, visit, [one.holder for one in found])

    found, holders = visit.app.run(work)
    return visit.page(
        "municipality/reminders.html",
        status=422 if problem else 200,
        found=found,
        holders=holders,
        until_of={one.id: cards.notice_until(one) for one in found},
        problem=problem,
        sent=visit.number("sent"),
    )


def _running_out(visit: Visit) -> Response:
    place, today = own_place(visit), visit.app.today()
    days = min(visit.number("days", _DAYS), _DAYS_MAX)

    def work(tx: Tx) -> tuple[Sequence[RunningOut], dict[HolderId, Holder]]:
        found = _found(tx, place, today, days)
        return found, disclosed(tx, visit, [one.move.holder for one in found])

    found, holders = visit.app.run(work)
    done = visit.query("done")
    return visit.page(
        "municipality/running_out.html",
        found=found,
        holders=holders,
        days=days,
        shown_id=cards.shown_holder_id,
        done=done if done in ("written", "machine", "lapsed") else "",
    )


def _found(tx: Tx, place: MunicipalityCode, today: date, days: int) -> list[RunningOut]:
    return cards.running_out(tx, place, on=today, within_days=days, limit=_SHOWN)
