"""Plans and reports of the demo's insurers in every state, their ministry's summary, and an item of publicity."""

from datetime import date, timedelta

from onshi import access, audit
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.db import Tx
from onshi.kernel import ONE_DAY, Moment, day_start, fiscal_year, months_of_fiscal_year, quarter_of
from onshi.outreach import (
    Event,
    EventSort,
    Outcome,
    PlanHead,
    PlanLine,
    ReportLine,
    Totals,
    Why,
    campaigning,
    catalogue,
    contributing,
    contributions,
    organisations,
    planning,
    publicity,
    reporting,
    rules,
    summarising,
)
from onshi.outreach.contributions import Told
from onshi.outreach.practices import Figure

_BY = "local:demo"
_LINES = 3
_INSURERS = 21
_HOUR = Moment(3_600_000_000)
_MONTH = timedelta(days=31)
# What becomes of the plan of each insurer in turn; the first one's clerk is an account of the demo.
_STATES = ("reported", "reported_in_part", "accepted", "waiting", "returned", "draft", "nothing")


def fill(app: App, today: date, *, ministry: str, first: str) -> None:
    """The year of the last quarter that is over for a month: seven states in turn over the ministry's insurers, `first`
    among them with everything done; then the ministry's summary. Each is in the log. Where a fiscal year has begun
    since, `first` begins its new plan, too. `ministry` and `first` are party ids."""
    as_of = quarter_of(today - _MONTH).first - ONE_DAY
    app.run(lambda tx: _fill(app, tx, today, as_of, access.party_by_id(tx, ministry), first))


def _fill(app: App, tx: Tx, today: date, as_of: date, ministry: Party, first: str) -> None:
    year = fiscal_year(as_of)
    at = Moment(day_start(as_of - timedelta(days=60)) + 10 * _HOUR)
    found = [one for one in access.parties(tx, kind=PartyKind.INSURER, limit=500) if _is_below(ministry, one, as_of)]
    ordered = sorted(found, key=lambda one: (one.id != first, one.id))[:_INSURERS]
    for place, owner in enumerate(ordered):
        _one(app, tx, ministry, owner, _STATES[place % len(_STATES)], year, as_of, place, at)
    _event(app, tx, ordered[0], as_of, at)
    handed_at = Moment(day_start(as_of + timedelta(days=12)) + 15 * _HOUR)
    made = summarising.hand_in(tx, ministry, as_of, note="", reason="", at=handed_at)
    _log(app, tx, rules.thing_entry("summary-sent", made, made.thing, actor=_BY))
    if fiscal_year(today) != year:
        begun = planning.begin_plan(tx, ordered[0], fiscal_year(today), reason="", at=app.now())
        _log(app, tx, rules.plan_entry(begun, actor=_BY))
    _publicity(app, tx, today)
    _practices(app, tx, ordered[0], at=app.now())


def _is_below(ministry: Party, owner: Party, on: date) -> bool:
    return organisations.is_above(ministry, owner, on)


def _one(
    app: App, tx: Tx, ministry: Party, owner: Party, state: str, year: int, as_of: date, place: int, at: Moment
) -> None:
    if state == "nothing":
        return
    keys = _keys(tx, owner, as_of)
    plan = planning.begin_plan(tx, owner, year, reason="", at=at)
    plan = planning.set_head(tx, owner, year, PlanHead("適用担当課長", 4_000 + 100 * place, 2_500), at=at)
    for number, key in enumerate(keys):
        months = months_of_fiscal_year(year)[number * 3 : number * 3 + 6]
        line = PlanLine(*key, months, None if number == 2 else 5_000 - 1_000 * number, 120_000 * number)
        plan = planning.put_line(tx, owner, year, line, at=at)
    if state != "draft":
        plan = planning.submit_plan(tx, owner, year, at=at)
    _log(app, tx, rules.plan_entry(plan, actor=_BY))
    if state in ("draft", "waiting"):
        return
    accept, comment = state != "returned", "" if state != "returned" else "月ごとの実施時期を分けて書いてください。"
    plan = planning.decide_plan(
        tx, ministry, owner.id, year, version=1, accept=accept, comment=comment, at=Moment(at + 48 * _HOUR)
    )
    _log(app, tx, rules.plan_entry(plan, actor=_BY))
    if state.startswith("reported"):
        _report(app, tx, owner, keys, as_of, place, is_in_part=state == "reported_in_part")


def _keys(tx: Tx, owner: Party, on: date) -> list[tuple[str, str]]:
    """The first measures of its kind, each through its first channel."""
    offered = catalogue.offered(planning.measures_on(tx, on), organisations.kind_of(owner))
    return [(one.code, one.channels[0].code) for one in offered[:_LINES]]


def _report(
    app: App, tx: Tx, owner: Party, keys: list[tuple[str, str]], as_of: date, place: int, *, is_in_part: bool
) -> None:
    at = Moment(day_start(as_of + timedelta(days=5 + place % 7)) + 11 * _HOUR)
    for number, key in enumerate(keys):
        is_last = number == len(keys) - 1
        outcome, why = (Outcome.PARTLY, Why.STAFF) if is_in_part and is_last else (Outcome.DONE, None)
        reach = None if is_in_part and is_last else 3_200 + 150 * place - 700 * number
        line = ReportLine(*key, outcome, why, reach, 90_000 * number)
        reporting.put_report_line(tx, owner, as_of, line, at=at)
    totals = Totals(1_400 + 30 * place, None if is_in_part else 620 + 10 * place, 900 + 20 * place, 350)
    reporting.put_totals(tx, owner, as_of, totals, "", at=at)
    made = reporting.send_report(tx, owner, as_of, at=at)
    _log(app, tx, rules.report_entry(made, actor=_BY))


def _event(app: App, tx: Tx, owner: Party, as_of: date, at: Moment) -> None:
    planned = Event(app.draw(), owner.id, as_of - timedelta(days=20), EventSort.SPORTS, "総合体育館", 300)
    reporting.put_event(tx, owner, planned, at=at)
    counted = reporting.count_event(tx, owner, planned, came=284, applications=37, at=day_start(as_of))
    _log(app, tx, rules.event_entry(counted, actor=_BY))


def _publicity(app: App, tx: Tx, today: date) -> None:
    item = publicity.Item(
        campaign="demo",
        code="clinic-screens",
        version=1,
        medium=publicity.Medium.SCREEN,
        title_ja="診療所の待合室の動画（見本）",
        title_en="film in waiting rooms (sample)",
        sites=120,
        places=80,
        seconds=15,
        per_hour=publicity.Rate(3, 4),
        per_day=None,
        hours=8,
        first=today,
        last=today + timedelta(days=27),
        days=None,
        issues=(),
        status=publicity.Status.PLANNED,
        audience_ja="国民",
        audience_en="everybody",
        source="見本",
        reason="",
        known_from=today,
    )
    made = campaigning.add_item(tx, item, at=app.now())
    _log(app, tx, rules.thing_entry("publicity-saved", made, made.thing, actor=_BY))


def _log(app: App, tx: Tx, entry: audit.Entry) -> None:
    audit.append(tx, app.draw(), [entry], at=app.now())


def _practices(app: App, tx: Tx, insurer: Party, *, at: Moment) -> None:
    """A town's that everybody sees, and the insurer's that waits for the office."""
    towns = access.parties(tx, kind=PartyKind.MUNICIPALITY, limit=1)
    for town in towns:
        figure = Figure("申請した人", "people who applied", 131, "人")
        told = Told(
            title=("図書館の貸出カードと一緒に申請", "Applications together with library cards"),
            what=(
                "図書館の窓口で、貸出カードを作る人に写真を撮って申請を手伝った。",
                "At the library, whoever gets a borrower's card is helped with photo and application.",
            ),
            contact=("市民課", "residents' section"),
            kinds=("municipality",),
            channels=("app",),
            figure=figure,
            cost=80_000,
        )
        made = contributing.tell(tx, app.draw(), town, told, at=at)
        _log(app, tx, contributions.entry_of(made, actor=_BY))
        made = contributing.publish(tx, made.id, at=at)
        _log(app, tx, contributions.entry_of(made, actor=_BY))
    told = Told(
        title=("新入社員の説明会で利用登録", "Registration at the briefing of new employees"),
        what=(
            "入社時の説明会に端末を置き、希望する人がその場で利用登録した。",
            "A terminal stands at the briefing; whoever wishes registers there.",
        ),
        contact=("適用課", "membership section"),
        kinds=(organisations.kind_of(insurer), "body"),
        channels=("event",),
    )
    waiting = contributing.tell(tx, app.draw(), insurer, told, at=at)
    _log(app, tx, contributions.entry_of(waiting, actor=_BY))
