"""`onshi cards`: applications, their steps, the counted stages, and the lists a municipality works through."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from onshi import cards, flows
from onshi.app import App
from onshi.cards import (
    Application,
    ApplicationId,
    Assurances,
    By,
    CardId,
    Doer,
    Identified,
    Papers,
    Passage,
    RenewalDue,
    RunningOut,
    StageCount,
    Taken,
    Wish,
)
from onshi.cli.cards_acting import acted, disclosed
from onshi.cli.errors import MonthUnreadable, MunicipalityUnreadable, PhotoUnfit
from onshi.cli.opening import LOCAL, opened, reading
from onshi.cli.options import optional_day
from onshi.cli.speaking import (
    DEFAULT,
    AsJson,
    Language,
    clock_text,
    iso_text,
    say,
    say_json,
    say_list,
    say_one,
    say_table,
)
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, parse_municipality_code
from onshi.outside import check_photo_file

_MOST = 2**63 - 1
_TITLES: dict[str, dict[str, tuple[str, ...]]] = {
    "stages": {
        "ja": ("市区町村", "月", "受付", "交付前設定", "通知書送付", "交付"),
        "en": ("municipality", "month", "received", "pre-set", "notified", "issued"),
    },
    "running-out": {
        "ja": ("本人", "転入届", "期限", "残り日数"),
        "en": ("holder", "moved in", "continue by", "days left"),
    },
    "renewals": {
        "ja": ("本人", "カード", "対象", "有効期限", "残り日数"),
        "en": ("holder", "card", "what ends", "last day", "days left"),
    },
    "history": {"ja": ("時刻", "手続き", "前", "後"), "en": ("time", "step", "before", "after")},
}
_ENOUGH = {"ja": "必要：{papers}", "en": "Enough would be: {papers}"}
_STATE = {"ja": "申請 {id}：{state}", "en": "Application {id}: {state}"}


@dataclass(frozen=True, slots=True)
class _Given:
    """What some steps take besides their name."""

    place: str
    papers: Papers
    assured: Assurances | None


_Done: TypeAlias = Taken | Identified
_Verb: TypeAlias = Callable[[Tx, ApplicationId, _Given, By, App, Moment], _Done]
# Steps that need more than their name; every other goes by it.
_VERBS: dict[str, _Verb] = {
    "ship": lambda tx, one, _, by, app, at: cards.ship(tx, one, card_id=CardId(app.draw()), by=by, at=at),
    "post_express": lambda tx, one, _, by, app, at: cards.ship(tx, one, card_id=CardId(app.draw()), by=by, at=at),
    "arrive": lambda tx, one, given, by, _, at: cards.arrive(tx, one, place=given.place, by=by, at=at),
    "identify": lambda tx, one, given, by, _, at: cards.identify(
        tx, one, given.papers, assured=given.assured, by=by, at=at
    ),
    "post": lambda tx, one, _, by, __, at: cards.post(tx, one, by=by, at=at),
    "deliver": lambda tx, one, _, by, __, at: cards.deliver(tx, one, by=by, at=at),
    "hand_over": lambda tx, one, _, by, __, at: cards.hand_over(tx, one, by=by, at=at),
    "expire_notice": lambda tx, one, _, by, __, at: cards.expire_notice(tx, one, by=by, at=at),
    "dispose": lambda tx, one, _, by, __, at: cards.dispose(tx, one, by=by, at=at),
}

ApplicationArgument = Annotated[int, typer.Argument(metavar="ID", max=_MOST, help="As `onshi cards apply` printed it.")]
MunicipalityArgument = Annotated[str, typer.Argument(metavar="CODE", help="全国地方公共団体コード, 5 or 6 digits.")]
OnDay = Annotated[str | None, typer.Option("--on", metavar="DATE", help="As of this day; today if absent.")]


def apply(
    form: Annotated[str, typer.Argument(metavar="FORM", help="The 申請書ID: 23 digits.")],
    method: Annotated[str, typer.Option(help="Where identity is checked and how the card goes out.")],
    route: Annotated[str, typer.Option(help="The way the application came.")] = "window",
    delivery: Annotated[str, typer.Option(help="How the card reaches the holder.")] = "window",
    kind: Annotated[cards.Kind, typer.Option(help="What the card is wanted for.")] = cards.Kind.FIRST,
    photo: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="The photo, a JPEG file.")] = None,
    photo_source: Annotated[cards.PhotoSource, typer.Option(help="Where it comes from.")] = cards.PhotoSource.TAKEN,
    helper: Annotated[cards.Helper | None, typer.Option(help="What kind of helper sent it in.")] = None,
    workplace: Annotated[str | None, typer.Option(metavar="PARTY", help="Through which workplace.")] = None,
    venue: Annotated[cards.Venue | None, typer.Option(help="Where the visiting reception was.")] = None,
    express_ground: Annotated[str | None, typer.Option(help="Why it is an express card.")] = None,
    express_since: Annotated[str | None, typer.Option(metavar="DATE", help="Since when there is that ground.")] = None,
    face: Annotated[bool, typer.Option("--face", help="A 顔認証カード, without PINs.")] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Take in an application by its 申請書ID, as the municipality of the form."""
    wish = Wish(
        route=route,
        method=method,
        delivery=delivery,
        kind=kind,
        photo_source=photo_source,
        helper=helper,
        workplace=workplace,
        venue=venue,
        express_ground=express_ground,
        express_since=optional_day(express_since),
        is_face_card=face,
    )
    number = cards.parse_form_id(form)
    content = None if photo is None else _checked(photo)

    def work(tx: Tx, app: App, at: Moment) -> Taken:
        by = _clerk(cards.form_by_id(tx, number).municipality)
        drawn = ApplicationId(app.draw())
        return cards.apply(tx, number, wish, photo=content, application_id=drawn, by=by, at=at)

    with opened() as app:
        taken = acted(app, work)
    _say_state(taken.application, lang, as_json=as_json)


def show(application: ApplicationArgument, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Show where an application stands and what happened to it. Logged as a disclosure."""
    with opened() as app:
        found, passages = disclosed(
            app, lambda tx: _with_history(tx, ApplicationId(application)), lambda shown: [shown[0].holder]
        )
    if as_json:
        say_json({**_document(found), "history": [_passage(one) for one in passages]})
        return
    _say_state(found, lang, as_json=False)
    rows = [(clock_text(one.at), one.step, one.before, one.after) for one in passages]
    say_table(_TITLES["history"][lang], rows)


def step(
    application: ApplicationArgument,
    name: Annotated[str, typer.Argument(metavar="STEP", help="A step of the table in cards/steps.toml.")],
    doer: Annotated[Doer, typer.Option("--as", help="On whose behalf.")] = Doer.MUNICIPALITY,
    place: Annotated[str, typer.Option(help="arrive: where the card lies.")] = "",
    shown: Annotated[list[str] | None, typer.Option(help="identify: kinds of papers shown.")] = None,
    guardian_shown: Annotated[list[str] | None, typer.Option(help="identify: kinds of the guardian's papers.")] = None,
    guardian_known: Annotated[bool, typer.Option("--guardian-known", help="identify: the register shows who.")] = False,
    pin_entered: Annotated[bool, typer.Option("--pin-entered", help="identify: passwords were set.")] = False,
    assured: Annotated[
        bool, typer.Option("--assured", help="identify: present, no mail forwarding, no changes.")
    ] = False,
    old_card_returned: Annotated[bool, typer.Option("--old-card-returned", help="identify: given back.")] = False,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Take the next step of an application. Exit code 1: the papers shown are not enough."""
    given = _Given(
        place,
        Papers(
            shown=tuple(shown or ()),
            guardian_shown=tuple(guardian_shown or ()),
            guardian_known=guardian_known,
            pin_entered=pin_entered,
        ),
        Assurances(old_card_returned=old_card_returned) if assured else None,
    )
    number = ApplicationId(application)

    def work(tx: Tx, app: App, at: Moment) -> _Done:
        by = _doer(tx, number, doer)
        if name in _VERBS:
            return _VERBS[name](tx, number, given, by, app, at)
        return cards.take_step(tx, number, name, by=by, at=at)

    with opened() as app:
        done = acted(app, work)
        with app.db.transaction(reading=True) as tx:
            found = cards.application_by_id(tx, number)
    if isinstance(done, Identified) and not done.decision.accepted:
        _say_missing(done, found, lang, as_json=as_json)
        raise typer.Exit(1)
    _say_state(found, lang, as_json=as_json)


def stages(
    first: Annotated[str, typer.Option("--from", metavar="YYYY-MM", help="The first month.")],
    last: Annotated[str, typer.Option("--to", metavar="YYYY-MM", help="The last month.")],
    municipality: Annotated[str | None, typer.Option(metavar="CODE", help="Only this one; all if absent.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Count the four stages by municipality and month: 受付, 交付前設定, 通知書送付, 交付."""
    place = None if municipality is None else _municipality(municipality)
    with reading() as tx:
        found = cards.stages(tx, place, _month(first), _month(last))
    say_list(found, _stage_document, _TITLES["stages"][lang], _stage_cells, as_json=as_json)


def running_out(
    municipality: MunicipalityArgument,
    days: Annotated[int, typer.Option(min=0, max=90, help="Who has at most so many days left.")] = 30,
    on: OnDay = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """List who has to continue a card after moving in, the most urgent first. Logged as a disclosure."""
    place = _municipality(municipality)
    with opened() as app:
        day = optional_day(on) or app.today()
        found = disclosed(
            app,
            lambda tx: cards.running_out(tx, place, on=day, within_days=days),
            lambda rows: [row.move.holder for row in rows],
        )
    say_list(found, _running_document, _TITLES["running-out"][lang], _running_cells, as_json=as_json)


def renewals(
    municipality: MunicipalityArgument, on: OnDay = None, as_json: AsJson = False, lang: Language = DEFAULT
) -> None:
    """List cards, and certificates that end before theirs, that may be renewed now: the soonest first.

    Logged as a disclosure.
    """
    place = _municipality(municipality)
    with opened() as app:
        day = optional_day(on) or app.today()
        found = disclosed(
            app, lambda tx: flows.due_renewals(tx, place, on=day), lambda rows: [row.card.holder for row in rows]
        )
    say_list(found, _renewal_document, _TITLES["renewals"][lang], _renewal_cells, as_json=as_json)


def _checked(file: Path) -> bytes:
    """The photo as it is kept."""
    found = check_photo_file(file.read_bytes())
    if found.photo is None:
        raise PhotoUnfit(file=file.name, findings=", ".join(one.code for one in found.findings))
    return found.photo


def _clerk(municipality: MunicipalityCode) -> By:
    """Whoever works on this machine acts for the municipality whose case it is."""
    return cards.municipality(municipality, LOCAL)


def _doer(tx: Tx, number: ApplicationId, doer: Doer) -> By:
    application = cards.application_by_id(tx, number)
    if doer is Doer.MUNICIPALITY:
        return _clerk(application.municipality)
    if doer is Doer.CITIZEN:
        return By(Doer.CITIZEN, LOCAL, holder=application.holder)
    return By(doer, LOCAL)


def _with_history(tx: Tx, number: ApplicationId) -> tuple[Application, list[Passage]]:
    found = cards.application_by_id(tx, number)
    return found, cards.history(tx, found)


def _municipality(text: str) -> MunicipalityCode:
    try:
        return parse_municipality_code(text)
    except ValueError:
        raise MunicipalityUnreadable from None


def _month(text: str) -> int:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        raise MonthUnreadable from None
    return first.year * 100 + first.month


def _say_state(found: Application, lang: str, *, as_json: bool) -> None:
    ja, en = cards.STATE_TEXTS[found.state]
    text = _STATE[lang].format(id=found.id, state=ja if lang == "ja" else en)
    say_one(_document(found), text, as_json=as_json)


def _say_missing(done: Identified, found: Application, lang: str, *, as_json: bool) -> None:
    """Why the papers are not enough, and what would be: of every line one."""
    decision = done.decision
    if as_json:
        papers = {
            "accepted": decision.accepted,
            "because": [reason.code for reason in decision.because],
            "missing": [[reason.code for reason in part] for part in decision.missing],
        }
        say_json({**_document(found), "decision": papers})
        return
    for reason in decision.because:
        say(reason.text(lang))
    for part in decision.missing:
        say(_ENOUGH[lang].format(papers=" / ".join(reason.text(lang) for reason in part)))


def _document(found: Application) -> dict[str, object]:
    """Where an application stands; who it is about is an id."""
    return {
        "application": str(found.id),
        "holder": cards.shown_holder_id(found.holder),
        "municipality": found.municipality,
        "route": found.wish.route,
        "method": found.wish.method,
        "delivery": found.wish.delivery,
        "kind": found.wish.kind,
        "state": found.state,
        "state_since": found.state_since,
        "applied_on": found.applied_on,
        "card": None if found.card is None else str(found.card),
    }


def _passage(one: Passage) -> dict[str, object]:
    return {"at": iso_text(one.at), "step": one.step, "before": one.before, "after": one.after, "stage": one.stage}


def _stage_cells(one: StageCount) -> tuple[object, ...]:
    return one.municipality, _month_text(one.month), one.received, one.preset, one.notified, one.issued


def _stage_document(one: StageCount) -> dict[str, object]:
    return {
        "municipality": one.municipality,
        "month": _month_text(one.month),
        "received": one.received,
        "preset": one.preset,
        "notified": one.notified,
        "issued": one.issued,
    }


def _month_text(month: int) -> str:
    return f"{month // 100}-{month % 100:02}"


def _running_cells(one: RunningOut) -> tuple[object, ...]:
    return cards.shown_holder_id(one.move.holder), one.move.notified_on, one.move.continue_by, one.days_left


def _running_document(one: RunningOut) -> dict[str, object]:
    return {
        "holder": cards.shown_holder_id(one.move.holder),
        "notified_on": one.move.notified_on,
        "continue_by": one.move.continue_by,
        "days_left": one.days_left,
    }


def _renewal_cells(one: RenewalDue) -> tuple[object, ...]:
    return cards.shown_holder_id(one.card.holder), one.card.id, one.ends, one.last_day, one.days_left


def _renewal_document(one: RenewalDue) -> dict[str, object]:
    return {
        "holder": cards.shown_holder_id(one.card.holder),
        "card": str(one.card.id),
        "ends": one.ends,
        "last_day": one.last_day,
        "open_since": one.open_since,
        "days_left": one.days_left,
    }
