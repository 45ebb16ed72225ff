"""Who plans and who reads plans: two towns and an office of cards in Tokyo, the prefectures above, the national office.

The clock stands in October 2020, when the plans of that year are due.
"""

import re

from onshi import access, audit, plans
from onshi.access import Party, PartyKind, Role
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import MunicipalityCode, parse_moment
from onshi.plans import Plan
from onshi.plans.model import AdviceId, Content, PlanState
from plans.make import CHIYODA, CHUO, OSAKA, YEAR, content

from . import country, towns
from .browse import Reader, text_of

NOW = parse_moment("2020-10-05T10:00:00")
TOKYO = Party(PartyKind.PREFECTURE, "13", "東京都")
OSAKA_FU = Party(PartyKind.PREFECTURE, "27", "大阪府")
OFFICE = Party(PartyKind.OFFICE, "programme", "カード普及推進室")
ABOVE = {"prefecture": TOKYO, "osaka": OSAKA_FU, "office": OFFICE}
PLAN = f"/municipality/plan/{YEAR}"
CLERK, PREFECTURE = "staff:s-demo-municipality", "staff:s-demo-prefecture"
THEIRS = "中央区民センターの秘密の下書き"
"""Stands in the plan of the other town: what must not leak, and could."""


def open_offices(app: App) -> App:
    """Adds the towns, the prefectures and the office with somebody working at each, in October 2020."""
    towns.open_desks(app)
    with app.db.transaction() as tx:
        access.register_parties(tx, ABOVE.values(), by=country.BY)
        for name, party in ABOVE.items():
            access.register_staff(
                tx,
                party.id,
                login=name,
                roles=[Role.PROGRAMME_OFFICER],
                password=None,
                key=app.staff_key,
                at=country.START,
                by=country.BY,
                staff_id=f"s-demo-{name}",
            )
    country.move_clock(app, NOW)
    return app


def save(app: App, town: MunicipalityCode = CHIYODA, plan: Content | None = None, reason: str = "") -> None:
    """A draft."""
    with app.db.transaction() as tx:
        plans.save(tx, town, YEAR, plan or content(), at=app.now(), reason=reason)


def hand_in(app: App, town: MunicipalityCode = CHIYODA, plan: Content | None = None, reason: str = "") -> None:
    """A plan that was handed in."""
    save(app, town, plan, reason)
    with app.db.transaction() as tx:
        plans.submit(tx, town, YEAR, at=app.now())


def advise(app: App, town: MunicipalityCode = CHIYODA, text: str = "窓口を増やせませんか。", number: int = 7) -> str:
    """Advice, and its id in addresses."""
    with app.db.transaction() as tx:
        given = plans.advise(tx, town, YEAR, text, version=1, advice_id=AdviceId(number), at=app.now())
    return plans.model.shown_advice_id(given.id)


def give_back(app: App, town: MunicipalityCode = CHIYODA) -> None:
    """What was handed in goes back."""
    with app.db.transaction() as tx:
        plans.give_back(tx, town, YEAR, "見直してください。", version=1, advice_id=AdviceId(8), at=app.now())


def accept(app: App, town: MunicipalityCode = CHIYODA) -> None:
    """What was handed in is accepted."""
    with app.db.transaction() as tx:
        plans.accept(tx, town, YEAR, version=1, at=app.now())


def plan_of(app: App, town: MunicipalityCode = CHIYODA) -> Plan | None:
    """The newest version."""
    with app.db.transaction(reading=True) as tx:
        return plans.plan_of(tx, town, YEAR)


def told(app: App, town: MunicipalityCode = CHIYODA) -> tuple[int, PlanState] | None:
    """Its version and state."""
    plan = plan_of(app, town)
    return None if plan is None else (plan.version, plan.state)


def logged(app: App, action: Action, actor: str = CLERK) -> list[tuple[str | None, str | None]]:
    """Outcome and object of everything of that kind that somebody did, the newest first."""
    with app.db.transaction(reading=True) as tx:
        return [(one.entry.outcome, one.entry.object) for one in audit.entries_of(tx, action=action, actor=actor)]


def fields_of(html: str) -> dict[str, str]:
    """The form of the page as a browser would send it back, untouched."""
    found = dict(re.findall(r'<input id="([^"]+)" name="\1" value="([^"]*)"', html))
    found |= dict(re.findall(r'<input type="hidden" name="(seen|months[^"]+)" value="([^"]*)"', html))
    for name, options in re.findall(r'<select id="([^"]+)".*?>(.*?)</select>', html, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: text_of(value) for name, value in found.items()}


def send(reader: Reader, part: str, **changes: str) -> None:
    """Opens a part, changes some fields, saves."""
    reader.get(f"{PLAN}/part/{part}")
    fields = fields_of(reader.answer.text) | {name.replace("__", "."): value for name, value in changes.items()}
    reader.post(f"{PLAN}/part/{part}/save", act=fields.pop("act", "save"), **fields)


__all__ = ["CHIYODA", "CHUO", "OSAKA", "YEAR", "content"]
