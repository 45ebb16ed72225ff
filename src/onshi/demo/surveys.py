"""Surveys of the demo country: one of people that is closed, one that is open, one of organisations."""

from datetime import date, timedelta

from onshi import access, surveys
from onshi.access import Party, PartyKind
from onshi.app import App
from onshi.audit import append
from onshi.db import Tx
from onshi.kernel import Moment, parse_moment
from onshi.surveys import Choice, Draft, Kind, OnlyIf, Question, Sort, Survey, SurveyId, Words, service

_BY = "local:demo"
_MINISTRY, _EMPLOYER = "ministry:health", "body:sample-works"


def _choices(*pairs: tuple[str, str, str]) -> tuple[Choice, ...]:
    return tuple(Choice(code, Words(ja, en)) for code, ja, en in pairs)


_HAS = Question(
    "has",
    Kind.ONE,
    Words("マイナンバーカードをお持ちですか", "Have you a My Number Card?"),
    _choices(("yes", "持っている", "Yes"), ("applied", "申請中", "Applied for"), ("no", "持っていない", "No")),
)
_WHY = Question(
    "why",
    Kind.SEVERAL,
    Words("申請していない理由に近いものはどれですか", "What keeps you from applying?"),
    _choices(
        ("time", "申請や受け取りの時間がない", "No time to apply or to collect"),
        ("need", "必要を感じない", "No need felt"),
        ("worry", "情報の扱いが心配", "Worried about data"),
    ),
    only_if=OnlyIf("has", "no"),
    required=False,
)
_HELP = Question(
    "help",
    Kind.ONE,
    Words("職場での出張申請があれば利用しますか", "Would you use a visiting reception at work?"),
    _choices(("yes", "はい", "Yes"), ("no", "いいえ", "No"), ("unsure", "分からない", "Not sure")),
    required=False,
)
_TOTALS = tuple(
    Question(code, Kind.NUMBER, Words(ja, en), low=0, high=10_000_000)
    for code, ja, en in (
        ("members", "対象の人数", "People in all"),
        ("applied", "申請した人数", "Applied for"),
        ("issued", "交付を受けた人数", "Issued"),
    )
)
# How the people of an addressee answer, in turn; in the smallest place too few to be told.
_WAYS = (
    {"has": ["yes"], "help": ["no"]},
    {"has": ["yes"], "help": ["unsure"]},
    {"has": ["applied"], "help": ["yes"]},
    {"has": ["no"], "why": ["time"], "help": ["yes"]},
    {"has": ["no"], "why": ["need", "worry"], "help": ["no"]},
    {"has": ["yes"]},
)


def fill(app: App, today: date, town: Party) -> None:
    """Makes them, sent by the ministry and the prefecture of the town."""
    app.run(lambda tx: _fill(app, tx, today, town))


def _fill(app: App, tx: Tx, today: date, town: Party) -> None:
    ministry = access.party_by_id(tx, _MINISTRY)
    (prefecture,) = access.parties(tx, kind=PartyKind.PREFECTURE, limit=1)
    insurers = [one.id for one in access.parties(tx, kind=PartyKind.INSURER, limit=3)]
    closed = _draft(Sort.PEOPLE, "職場のカード取得についての調査", "Cards at work", (_HAS, _WHY, _HELP), today, 75, 45)
    to = {_EMPLOYER: 180, town.id: 60, insurers[0]: 150, insurers[1]: 12}
    survey, tokens = _sent(app, tx, ministry, closed, to)
    for place, (party, expected) in enumerate(to.items()):
        for number in range(expected * 9 // 10):
            way = _WAYS[(number + place) % len(_WAYS)]
            service.answer(
                tx,
                tokens[party],
                way,
                form=f"{place}-{number}",
                answer_id=app.draw(),
                at=_on(closed.opens_on + timedelta(days=number % 30)),
            )
    _note(app, tx, service.close(tx, ministry, survey.id, at=_on(closed.closes_on + timedelta(days=1))), "closed")
    running = _draft(Sort.PEOPLE, "受け取りについての調査", "Collecting a card", (_HAS, _HELP), today, 10, -60)
    _sent(app, tx, prefecture, running, {_EMPLOYER: 180, town.id: 60})
    totals = _draft(Sort.ORGANISATIONS, "取得状況の報告", "Totals of organisations", _TOTALS, today, 20, -60)
    _, tokens = _sent(app, tx, ministry, totals, {_EMPLOYER: 1, insurers[0]: 1})
    told = {"members": ["200"], "applied": ["96"], "issued": ["71"]}
    service.answer(tx, tokens[_EMPLOYER], told, form="", answer_id=0, at=_on(today - timedelta(days=5)))


def _draft(
    sort: Sort, ja: str, en: str, questions: tuple[Question, ...], today: date, opened_ago: int, closed_ago: int
) -> Draft:
    purpose = Words(
        "どこで何が足りないかを知り、窓口と出張申請の計画に使います。",
        "To learn what is missing where, for planning windows and visiting receptions.",
    )
    days = (today - timedelta(days=opened_ago), today - timedelta(days=closed_ago))
    return Draft(sort, Words(ja, en), purpose, questions, *days)


def _sent(app: App, tx: Tx, sender: Party, draft: Draft, to: dict[str, int]) -> tuple[Survey, dict[str, str]]:
    at = _on(draft.opens_on - timedelta(days=3))
    made = service.make(tx, sender, draft, survey_id=SurveyId(app.draw()), at=at)
    survey, links = service.send(tx, sender, made.id, list(to.items()), at=at)
    for did in ("made", "sent"):
        _note(app, tx, survey, did)
    return survey, {one.party: one.token for one in links}


def _note(app: App, tx: Tx, survey: Survey, did: str) -> None:
    append(tx, app.draw(), [surveys.rules.entry_of(survey, did, actor=_BY)], at=app.now())


def _on(day: date) -> Moment:
    return parse_moment(f"{day}T10:00:00")
