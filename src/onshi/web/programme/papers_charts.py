"""The road map and the ministries' timetable as rows of a Gantt chart. Pure."""

from datetime import date

from onshi.kernel import Quarter
from onshi.programme.papers import Lane, Plan
from onshi.record.papers import Bar, MinistryStep
from onshi.web import gantt
from onshi.web.gantt import Chart, Line, Pin, Stretch

# The quarters in the head of the papers' own charts.
FIRST, LAST = Quarter(2019, 2), Quarter(2022, 4)


def chart_of(plan: Plan, language: str, points: str) -> Chart:
    """The drawing of a plan; `points` is what the row of a lane's milestones is called."""
    if plan.steps:
        lines = [_step(number, one, language) for number, one in enumerate(plan.steps, start=1)]
        return gantt.chart(lines, FIRST, LAST)
    ends = {one.code: one.when.last for lane in plan.lanes for _, one in lane.marks}
    return gantt.chart([row for lane in plan.lanes for row in _lane(lane, ends, language, points)], FIRST, LAST)


def _lane(lane: Lane, ends: dict[str, date | None], language: str, points: str) -> list[Line]:
    pins = tuple(
        Pin(one.when.last, number, one.name.of(language)) for number, one in lane.marks if one.when.last is not None
    )
    heading = Line(lane.name.of(language) + (points if pins else ""), pins=pins, is_heading=True)
    return [heading, *(Line(one.task.of(language), (_stretch(one, ends),)) for one in lane.bars)]


def _stretch(bar: Bar, ends: dict[str, date | None]) -> Stretch:
    # Work that leads to a milestone is over by then: an open bar need not be drawn beyond it.
    bound = ends.get(bar.leads_to) if bar.leads_to is not None else None
    return Stretch(bar.when.first, bar.when.last, bound)


def _step(number: int, step: MinistryStep, language: str) -> Line:
    return Line(f"{number}. {step.name.of(language)}", (Stretch(step.when.first, step.when.last),))
