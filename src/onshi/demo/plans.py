"""Plans of municipalities in the demo: all of one prefecture and one of every other, some late, one sent back."""

from calendar import monthrange
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

from onshi import audit, places, plans
from onshi.access import Party
from onshi.app import App
from onshi.db import Tx
from onshi.demo.build import SEED
from onshi.demo.chance import Chance
from onshi.kernel import Moment, Month, MunicipalityCode, fiscal_year, months_of_fiscal_year, parse_moment
from onshi.places import Municipality
from onshi.plans.model import (
    Actuals,
    Advice,
    AdviceId,
    Assumed,
    Content,
    Cost,
    CostPart,
    Medium,
    Method,
    ModelProject,
    ModelSite,
    MonthPlan,
    MyKey,
    Occasion,
    OccasionKind,
    Place,
    Plan,
    Progress,
    Publicity,
    Reception,
    Site,
    Stages,
)

_BY = "local:demo"
_CHANCE = Chance(SEED)
_PER_WINDOW = 400
"""About what a window hands out in a month: with one too few the plan does not add up, which is there to be found."""

_SUNDAY, _THURSDAY = 6, 3
_LATE_IN_TEN, _SILENT_IN_TWENTY = 1, 1
_ADVICE = "交付が集中する月に窓口が足りません。夜間開庁を増やせないか検討してください。"
_BACK = "月別の交付予定が想定に届いていません。見直して再提出してください。"
_ANSWER = "12月から夜間開庁を月4回増やします。"

_Thing = Plan | Actuals | Advice


def fill(app: App, town: Party, today: date) -> None:
    """The plans of the fiscal year of `today` and what was reported of its months so far.

    The town itself is still at its draft; of its prefecture one plan went back and one was advised on; a tenth is late,
    and a twentieth reports nothing. The same every time but for the ids of advice.
    """
    year = fiscal_year(today)
    own = places.municipality(MunicipalityCode(town.code))
    around = [one for one in places.municipalities() if one.prefecture_code == own.prefecture_code and one != own]
    others = [_largest(one.code) for one in places.prefectures() if one.code != own.prefecture_code]

    def work(tx: Tx) -> None:
        done = [*_drafted(tx, own, year, today), *_handed_in(tx, [*around, *others], year, today)]
        done += _advised(tx, app, around, year, today)
        done += _reported(tx, [own, *around], today)
        audit.append(tx, app.draw(), [plans.entry_of(one, actor=_BY) for one in done], at=app.now())

    app.run(work)


def _largest(prefecture: str) -> Municipality:
    found = [one for one in places.municipalities() if one.prefecture_code == prefecture]
    return max(found, key=lambda one: one.population)


def _at(day: date, hour: int = 10) -> Moment:
    return parse_moment(f"{day}T{hour:02}:00:00")


def _drafted(tx: Tx, own: Municipality, year: int, today: date) -> Iterator[_Thing]:
    made = plans.save(tx, own.code, year, content_of(own, year), at=_at(today - timedelta(3)))
    assert made is not None, "the first version"
    yield made


def _handed_in(tx: Tx, towns: Sequence[Municipality], year: int, today: date) -> Iterator[_Thing]:
    due = plans.calendar.plan_due(year)
    for place in towns:
        is_late = _throw("late", place, 10) < _LATE_IN_TEN
        # Within the weeks before the day, or after it; before the day has come, within the weeks before today.
        day = min(due, today - timedelta(1)) - timedelta(_throw("day", place, 20))
        day = due + timedelta(1 + _throw("day", place, 9)) if is_late else day
        if day < today:
            made = plans.save(tx, place.code, year, content_of(place, year), at=_at(day))
            assert made is not None, "the first version"
            yield made
            yield plans.submit(tx, place.code, year, at=_at(day, 15))


def _advised(tx: Tx, app: App, around: Sequence[Municipality], year: int, today: date) -> Iterator[_Thing]:
    """The prefecture has looked at three of its plans."""
    at = _at(today - timedelta(1), 16)
    there = {head.municipality for head in plans.heads(tx, year, around[0].prefecture_code) if head.counts is not None}
    known = [one.code for one in around if one.code in there]
    if len(known) > 2:
        yield from plans.give_back(tx, known[0], year, _BACK, version=1, advice_id=AdviceId(app.draw()), at=at)
        given = plans.advise(tx, known[1], year, _ADVICE, version=1, advice_id=AdviceId(app.draw()), at=at)
        yield given
        yield plans.answer(tx, known[1], given.id, _ANSWER, at=_at(today - timedelta(1), 17))
        yield plans.accept(tx, known[2], year, version=1, at=at)


def _reported(tx: Tx, towns: Sequence[Municipality], today: date) -> Iterator[_Thing]:
    months = [one for one in months_of_fiscal_year(fiscal_year(today)) if one.last < today - timedelta(12)]
    for place in towns:
        if _throw("silent", place, 20) < _SILENT_IN_TWENTY:
            continue
        for month in months:
            planned = _stages(place, month)
            part = 70 + _throw(f"part {month}", place, 45)
            stages = Stages(*(getattr(planned, name) * part // 100 for name in plans.figures.STAGES))
            day = month.last + timedelta(3 + _throw(f"day {month}", place, 9))
            yield plans.report(
                tx,
                place.code,
                month,
                stages,
                on_application=stages.received // 10,
                visits=stages.received // 20,
                support=stages.received // 50,
                mykey=stages.issued // 3,
                at=_at(day),
            )


# -- One plan ----------------------------------------------------------------------------------------------------------


def _throw(kind: str, place: Municipality, below: int) -> int:
    return _CHANCE.bits(f"plan {kind}", int(place.code)) % below


def _a_month(place: Municipality) -> int:
    """Cards in an average month: four to seven for every thousand residents."""
    return max(1, place.population * (40 + _throw("share", place, 30)) // 10_000)


def _stages(place: Municipality, month: Month) -> Stages:
    cards = _a_month(place) * (130 if month.number == 3 else 100) // 100
    return Stages(cards * 106 // 100, cards * 104 // 100, cards * 103 // 100, cards)


def content_of(place: Municipality, year: int) -> Content:
    """An invented plan of the municipality: as large as it is, and not always enough."""
    cards = _a_month(place)
    before = place.population * (55 + _throw("before", place, 20)) // 100
    months = months_of_fiscal_year(year)
    end, later = months[-1].last, months_of_fiscal_year(year + 1)[-1].last
    return Content(
        issued_before=before,
        assumed=(Assumed(end, before + cards * 12, before + cards * 14), Assumed(later, before + cards * 22)),
        sites=tuple(_sites(place, year)),
        receptions=tuple(_receptions(cards)),
        models=(ModelProject(ModelSite.JOB_CENTRE, Progress.RUNNING, cards // 20, "月2回"),) if cards > 400 else (),
        publicity=(
            Publicity(Medium.NEWSLETTER, "申請と受取りのご案内", 4),
            Publicity(Medium.WEB, "休日・夜間の窓口", 12),
        ),
        costs=tuple(_costs(cards)),
        months=tuple(MonthPlan(one, _stages(place, one)) for one in months),
        mykey=MyKey(1, 1, cards * 3),
        occasions=tuple(_occasions(plans.sharing.hall_of(place), year)),
    )


def _sites(place: Municipality, year: int) -> Iterator[Site]:
    cards = _a_month(place)
    windows = max(1, (cards + _PER_WINDOW - 1) // _PER_WINDOW - (_throw("short", place, 4) == 0))
    yield Site(
        Place.HEAD_OFFICE,
        plans.sharing.hall_of(place),
        windows=windows,
        staff=windows + 1,
        terminals=windows + 1 + cards // 1_200,
        weekends=1,
        weekend_minutes=240,
        evenings=1,
        evening_minutes=120,
    )
    if place.population > 100_000:
        yield Site(Place.BRANCH, "中央支所", 1, 1, 1)
    if place.population > 300_000:
        yield Site(Place.TEMPORARY, "駅前臨時窓口", 2, 3, 2, first=Month(year + 1, 1), last=Month(year + 1, 3))


def _receptions(cards: int) -> Iterator[Reception]:
    yield Reception(Method.ON_APPLICATION, Place.HEAD_OFFICE, "本庁1階", 240, cards)
    yield Reception(Method.VISIT, Place.HALL, "地区の公民館", 12, cards // 2 + 12)
    if cards > 200:
        yield Reception(Method.VISIT, Place.COMPANY, "市内の事業所", 10, cards // 2)
        yield Reception(Method.VISIT, Place.SHOPPING, "商業施設の催事場", 6, cards)
        yield Reception(Method.VISIT, Place.CARE, "介護施設", 8, cards // 8)
    yield Reception(Method.SUPPORT, Place.POST_OFFICE, "郵便局の窓口", 24, cards // 4 + 24)


def _costs(cards: int) -> Iterator[Cost]:
    yield Cost("temporary_staff", CostPart.ISSUING, cards * 9_000 + 1_200_000)
    yield Cost("overtime", CostPart.ISSUING, cards * 1_500)
    yield Cost("mailing", CostPart.ISSUING, cards * 12 * 420)
    yield Cost("visits", CostPart.RECEPTION, 30_000 * (6 + cards // 200))


def _occasions(hall: str, year: int) -> Iterator[Occasion]:
    for month in months_of_fiscal_year(year):
        yield Occasion(OccasionKind.EVENING, _nth(month, _THURSDAY, 1), time(17, 30), time(19, 30), hall)
        yield Occasion(OccasionKind.WEEKEND, _nth(month, _SUNDAY, 2), time(9), time(13), hall)
        if month.number % 2:
            yield Occasion(OccasionKind.VISIT, _nth(month, _THURSDAY, 3), time(10), time(15), "地区の公民館")


def _nth(month: Month, weekday: int, number: int) -> date:
    first, _ = monthrange(month.year, month.number)
    return month.first + timedelta((weekday - first) % 7 + 7 * (number - 1))
