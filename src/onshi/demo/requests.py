"""What the demo ministry asks down to the demo town, an employer that had staff of the town come, devices on loan."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from onshi import access, audit, requests
from onshi.access import Party
from onshi.app import App
from onshi.cards import Venue
from onshi.db import Tx
from onshi.kernel import Moment, Month, MunicipalityCode, parse_moment
from onshi.requests import (
    Device,
    HandedOn,
    Loan,
    Material,
    PlanStep,
    Request,
    RequestKind,
    StepKind,
    Visit,
    loans,
    materials,
    passing,
    sending,
    timetables,
    trees,
    visits,
    windows,
)
from onshi.requests.model import Condition, DeviceKind, LoanId, MaterialId, RequestId, StepId, VisitId

_MINISTRY, _BODY = "ministry:health", "body:sample-works"
_STANDING_SINCE = date(2019, 9, 3)
_OWN_BODIES = """node,parent,name,name_en,count
ministry:health,,医療保険省（見本）,Sample ministry,
body:sample-works,ministry:health,見本製作所,Sample Works,
group:sites,body:sample-works,事業所,Sites,12
"""
# Of the prefectures every eighth has not answered yet, and of the towns only every fourth has.
_SILENT_PREFECTURE, _ANSWERING_TOWN = 8, 4
# The months of the timetable, counted from this one; and what was done already.
_PLAN: tuple[tuple[int, StepKind, str, str, bool], ...] = (
    (-3, StepKind.LIAISON_BUREAU, "", "連絡会議（第1回）", True),
    (-2, StepKind.REQUEST, "業界団体・経済団体", "取得の呼び掛けの要請", True),
    (-1, StepKind.LIAISON_DIVISION, "", "担当課長の打合せ", True),
    (0, StepKind.MEETING, "業界団体", "団体との会議", False),
    (2, StepKind.BRIEFING, "業界団体・経済団体", "総会での説明", False),
    (2, StepKind.SURVEY, "業界団体・経済団体", "総会でのアンケート（無記名）", False),
    (5, StepKind.FOLLOW_UP, "業界団体", "フォローアップの会議", False),
)


class _Desk:
    """Whatever is done in the demo: at ten in the morning of a day; and the log, which is written now."""

    def __init__(self, app: App, tx: Tx, today: date) -> None:
        self.app, self.tx, self.today = app, tx, today

    def day(self, days: int) -> date:
        """So many days from the country's today."""
        return self.today + timedelta(days=days)

    def at(self, days: int) -> Moment:
        """The morning of that day."""
        return parse_moment(f"{self.day(days)}T10:00:00")

    def log(self, name: str, things: Iterable[requests.Thing]) -> None:
        """What the account `name` did."""
        entries = [requests.entry_of(one, actor=f"staff:s-demo-{name}") for one in things]
        audit.append(self.tx, self.app.draw(), entries, at=self.app.now())


def fill(app: App, today: date, town: Party) -> None:
    """All of it, in one transaction; the accounts are there."""

    def work(tx: Tx) -> None:
        desk = _Desk(app, tx, today)
        leaflets = _materials(desk)
        _notice(desk, town, leaflets)
        _to_bodies(desk)
        _timetable(desk)
        _visits(desk, MunicipalityCode(town.code))
        _loans(desk, access.staff_by_id(tx, "s-demo-insurer").party_id, town)

    app.run(work)


def _materials(desk: _Desk) -> list[Material]:
    made = []
    for title, title_en, language, name in (
        ("マイナンバーカードの申請方法（ちらし）", "How to apply for a card (leaflet)", "ja", "leaflet-ja.pdf"),
        ("マイナンバーカードの申請方法（英語）", "How to apply for a card (English)", "en", "leaflet-en.pdf"),
    ):
        digest = sha256(name.encode()).hexdigest()
        new = Material(
            MaterialId(desk.app.draw()),
            _MINISTRY,
            title,
            title_en,
            language,
            "従業員",
            name,
            120_000,
            digest,
            desk.day(-70),
        )
        made.append(materials.add(desk.tx, new))
    handed = HandedOn(made[0].id, _BODY, desk.day(-20), 300)
    materials.hand_on(desk.tx, handed, handing_id=desk.app.draw(), at=desk.at(-20))
    desk.log("ministry", made)
    desk.log("body", [handed])
    return made


def _request(desk: _Desk, number: str, subject: tuple[str, str], days: int, **changes: Any) -> Request:
    """A notice down to the towns, answered within thirty days, save for what is changed."""
    made = Request(
        id=RequestId(desk.app.draw()),
        sender=_MINISTRY,
        number=number,
        kind=RequestKind.NOTICE,
        subject_ja=subject[0],
        subject_en=subject[1],
        issued_on=desk.day(days),
        due_on=desk.day(days + 30),
        tree="local-government",
        tree_since=_STANDING_SINCE,
        depth=2,
    )
    new = replace(made, **changes)
    sending.send(desk.tx, new, at=desk.at(days))
    desk.log("ministry", [new])
    return new


def _notice(desk: _Desk, town: Party, leaflets: list[Material]) -> None:
    """A notice of two months ago that the town has got and not answered; a meeting that waits at the prefecture."""
    words = ("マイナンバーカードの申請の受付について", "Taking applications for My Number Cards")
    notice = _request(desk, "保番第12号", words, -60, attachments=tuple(one.id for one in leaflets))
    tree = sending.tree_at(desk.tx, notice.tree, notice.tree_since)
    own = f"prefecture:{town.code[:2]}"
    for place, one in enumerate(trees.children(tree, ""), start=1):
        if one.key == own or place % _SILENT_PREFECTURE:
            _acknowledged(desk, notice, one.key, -55)
    towns = {one.key: 1 for one in trees.children(tree, own)}
    desk.log("prefecture", _passed_on(desk, notice, own, towns, -50))
    for place, key in enumerate(towns, start=1):
        if key != town.id and not place % _ANSWERING_TOWN:
            _acknowledged(desk, notice, key, -45)
    words = ("出張申請受付の説明会", "Briefing on visiting receptions")
    _request(desk, "保番第15号", words, -10, kind=RequestKind.BRIEFING)


def _to_bodies(desk: _Desk) -> None:
    """To schools, of which only the number is known; and to bodies by a list of the ministry's own."""
    words = ("学校での申請の受付への協力について", "Help with taking applications at schools")
    schools = _request(desk, "保番第13号", words, -40, tree="schools")
    _acknowledged(desk, schools, "group:boards", -30, by=_MINISTRY, number=1_512)
    _passed_on(desk, schools, _MINISTRY, {"group:schools": 31_400}, -25, parent="group:boards")
    names = {"name_ja": "協力団体", "name_en": "Cooperating bodies"}
    since = desk.day(-90)
    tree, _ = sending.import_tree(
        desk.tx, _OWN_BODIES, owner=_MINISTRY, code="own-bodies", since=since, at=desk.at(-90), **names
    )
    assert tree is not None, "a list of ours has nothing wrong"
    desk.log("ministry", [tree])
    words = ("職場での申請の受付への協力について", "Help with taking applications at work")
    _request(desk, "保番第14号", words, -15, tree="own-bodies", tree_since=since)


def _acknowledged(desk: _Desk, one: Request, node: str, days: int, *, by: str | None = None, number: int = 1) -> None:
    told = passing.acknowledge(
        desk.tx, one.id, by or node, on=desk.day(days), at=desk.at(days), node=node, number=number
    )
    desk.log("ministry" if by else "prefecture", [told])


def _passed_on(
    desk: _Desk, one: Request, by: str, given: dict[str, int], days: int, *, parent: str | None = None
) -> list[requests.Thing]:
    return [*passing.pass_on(desk.tx, one.id, by, given, on=desk.day(days), at=desk.at(days), parent=parent)]


def _timetable(desk: _Desk) -> None:
    made = []
    for months, kind, audience, title, is_done in _PLAN:
        month = _month(desk.today, months)
        new = PlanStep(
            id=StepId(desk.app.draw()),
            owner=_MINISTRY,
            version=1,
            kind=kind,
            audience=audience,
            title=title,
            window=windows.parse_window(f"{month}頃"),
        )
        made.append(timetables.plan(desk.tx, new, at=desk.at(-80)))
        if is_done:
            made.append(timetables.revise(desk.tx, _done(new, month.first), at=desk.at(-1)))
    desk.log("ministry", made)


def _done(step: PlanStep, on: date) -> PlanStep:
    """The line once it was done; of a meeting with who was there and what was decided."""
    if step.kind not in requests.planning.MEETINGS:
        return replace(step, done_on=on)
    there = ("医療保険省（見本）", "カード普及推進室（見本）")
    return replace(step, done_on=on, participants=there, decisions="工程表をまとめ、年度末に点検する。")


def _month(today: date, months: int) -> Month:
    place = today.year * 12 + today.month - 1 + months
    return Month(place // 12, place % 12 + 1)


def _visits(desk: _Desk, town: MunicipalityCode) -> None:
    """One that waits for an answer, one with another day proposed, one held with many and one with few."""
    visits.set_minimum(desk.tx, town, 5, at=desk.at(-100))
    for asked, wished, applications in ((-60, -40, 18), (-50, -30, 6)):
        one = _asked(desk, town, asked, wished, 20)
        held = visits.accept(desk.tx, town, one.id, day=desk.day(wished), time="13:00", at=desk.at(asked + 2))
        held = visits.enter_result(desk.tx, town, one.id, applications, at=desk.at(wished + 1))
        desk.log("municipality", [held])
    _asked(desk, town, -2, 50, 35)
    other = _asked(desk, town, -8, 45, 12)
    proposed = visits.propose(desk.tx, town, other.id, day=desk.day(55), time="10:00", at=desk.at(-5))
    desk.log("municipality", [proposed])


def _asked(desk: _Desk, town: MunicipalityCode, asked: int, wished: int, expected: int) -> Visit:
    days = (desk.day(wished), desk.day(wished + 2))
    new = Visit(VisitId(desk.app.draw()), _BODY, town, Venue.WORKPLACE, days, expected, desk.day(asked))
    visits.ask(desk.tx, new, at=desk.at(asked))
    desk.log("body", [new])
    return new


def _loans(desk: _Desk, insurer: str, town: Party) -> None:
    """The insurer's tablets: one late with the employer, one back; the town's card reader at its insurance counter."""
    things: list[requests.Thing] = []
    for owner, asset, kind in (
        (insurer, "T-001", DeviceKind.TABLET),
        (insurer, "T-002", DeviceKind.TABLET),
        (insurer, "R-001", DeviceKind.CARD_READER),
        (town.id, "R-101", DeviceKind.CARD_READER),
    ):
        things.append(loans.register(desk.tx, Device(owner, asset, kind, desk.day(-120))))
    things += [
        _lent(desk, insurer, "T-001", _BODY, "", -40, -10),
        _lent(desk, town.id, "R-101", "", "国保の窓口", -15, 60),
    ]
    back = _lent(desk, insurer, "T-002", _BODY, "", -90, -60)
    things.append(
        loans.give_back(desk.tx, insurer, back.id, Condition.GOOD, on=desk.day(-61), at=desk.at(-61)),
    )
    desk.log("insurer", things)


def _lent(desk: _Desk, owner: str, asset: str, borrower: str, window: str, lent: int, due: int) -> Loan:
    new = Loan(LoanId(desk.app.draw()), owner, asset, borrower, window, desk.day(lent), desk.day(due))
    return loans.lend(desk.tx, new, at=desk.at(lent))
