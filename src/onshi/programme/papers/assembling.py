"""The document put together: what the papers said, as known on a day, section by section."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from onshi.outreach import campaigning, publicity
from onshi.programme.errors import BeforePapers
from onshi.programme.papers import insurers, servants
from onshi.programme.papers.model import About, Cell, Document, Lane, Plan, Section, Span, Table
from onshi.programme.papers.versions import aim, versions_table
from onshi.programme.papers.wording import about, table, title, word
from onshi.record import find_area, papers, targets, targets_on
from onshi.record.papers import Act, Item, MediaItem, Milestone, Term, When, Words

_INDICATORS = ("issued", "facilities_operating")
_UNITS = {"issued": "cards", "facilities_operating": "percent"}


def document(on: date) -> Document:
    """The whole content of the papers as known on a day. BeforePapers."""
    if on < papers.FIRST_PUBLISHED:
        raise BeforePapers(first=papers.FIRST_PUBLISHED.isoformat())
    return Document(on, title("document"), tuple(part for make in _MAKERS for part in make(on)))


# -- Schedule and road map ---------------------------------------------------------------------------------------------


def _schedule(on: date) -> tuple[Section, ...]:
    occasions = {one.target: one for one in papers.milestones(on) if one.target is not None}
    made = [_targets(name, on, occasions) for name in _INDICATORS]
    others = [one for one in papers.milestones(on) if one.target is None and one.when.is_known]
    rows = [(one.when, one.name, one.place) for one in others]
    dated = table("dated", ("when", "what", "place"), rows)
    return (Section("schedule", title("schedule"), "別添1 p.1", about("schedule"), (*made, dated)),)


def _targets(name: str, on: date, occasions: Mapping[str, Milestone]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for one in targets_on(on, name):
        occasion = occasions.get(one.name)
        where = "" if occasion is None else occasion.place
        unit = "" if one.low is None else word(_UNITS[name])
        rows.append((one.due, aim(one), unit, "" if occasion is None else occasion.name, where))
    return table(name, ("due", "aim", "unit", "occasion", "place"), rows)


def _roadmap(on: date) -> tuple[Section, ...]:
    marks = numbered(on)
    tracks = papers.tracks(on)
    names = {one.code: one.name for one in tracks}
    # A task may lead to nothing, or to a milestone that was dropped.
    titles: dict[str | None, Words] = {one.code: one.name for _, one in marks}
    bars = [(names[one.track], one.task, one.when, titles.get(one.leads_to, ""), one.place) for one in papers.bars(on)]
    points = [(number, names[one.track], one.when, one.name, one.place) for number, one in marks]
    made = (
        table("bars", ("track", "task", "quarters", "leads_to", "place"), bars),
        table("milestones", ("number", "track", "when", "what", "place"), points),
        versions_table(targets(), papers.roadmap_versions(on), on),
    )
    return (Section("roadmap", title("roadmap"), "別添1 p.2", about("roadmap"), made, Plan(lanes=lanes(on))),)


def numbered(on: date) -> tuple[tuple[int, Milestone], ...]:
    """The milestones with their numbers, in the order of their days."""
    return tuple(enumerate(papers.milestones(on), start=1))


def lanes(on: date) -> tuple[Lane, ...]:
    """The tracks with their tasks and dated points."""
    marks, bars = numbered(on), papers.bars(on)
    return tuple(
        Lane(
            track.name,
            tuple(one for one in bars if one.track == track.code),
            tuple((number, one) for number, one in marks if one.track == track.code),
        )
        for track in papers.tracks(on)
    )


# -- Points, plan form, methods, ministries, publicity -----------------------------------------------------------------


def _points(on: date) -> tuple[Section, ...]:
    rows = [(one.name, one.who, one.what, one.said or one.when, one.place) for one in papers.points_timeline(on)]
    made = (
        table("schemes", ("scheme", "who", "what", "when", "place"), rows),
        items("points_flow", papers.listed("points_flow", on)),
    )
    return (Section("points", title("points"), "別添4", about("points"), made),)


def items(name: str, rows: tuple[Item, ...]) -> Table:
    """A numbered list as a table."""
    return table(name, ("number_text", "text", "place"), [(one.number, one.text, one.place) for one in rows])


def _plan(on: date) -> tuple[Section, ...]:
    acts = [
        (one.when, one.kind, one.sender, one.addressees, one.subject, _is_ahead(is_planned=one.is_planned), one.place)
        for one in sorted(papers.acts(on), key=_order)
    ]
    codes = ("when", "kind", "sender", "addressees", "subject", "state", "place")
    made = (items("plan_form", papers.plan_items(on)), table("acts", codes, acts))
    return (Section("plan", title("plan"), "別添5", about("plan"), made),)


def _order(act: Act) -> tuple[date, date]:
    last = act.when.last or date.max
    return act.when.first or last, last


def _is_ahead(*, is_planned: bool) -> Words:
    return word("planned" if is_planned else "done")


def _methods(on: date) -> tuple[Section, ...]:
    ways = papers.methods(on)
    rows: list[tuple[Cell, ...]] = [
        (one.name, one.apply, one.identity_at, one.receive, one.note or "", _where(is_everywhere=one.is_everywhere))
        for one in ways
    ]
    examples: list[tuple[Cell, ...]] = [
        (way.name, one.municipality, _town(one.municipality), one.venue) for way in ways for one in way.examples
    ]
    made = (
        table("methods_table", ("method", "apply", "identity_at", "receive", "note", "where"), rows),
        table("examples", ("method", "code", "municipality", "venue"), examples),
        items("model_site", papers.listed("model_site", on)),
        items("town_hall", papers.listed("town_hall", on)),
    )
    return (Section("methods", title("methods"), "別添5 参考", about("methods"), made),)


def _where(*, is_everywhere: bool) -> Words:
    return word("everywhere" if is_everywhere else "see_examples")


def _town(code: str) -> str:
    return find_area(code).name


def _ministries(on: date) -> tuple[Section, ...]:
    steps = papers.ministries_timetable(on)
    rows: list[tuple[Cell, ...]] = [
        (number, one.name, one.when, word("by_position") if one.is_by_position else "", one.place)
        for number, one in enumerate(steps, start=1)
    ]
    made = (
        items("principles", papers.listed("ministries", on)),
        table("steps", ("number", "step", "when", "remark", "place"), rows),
    )
    return (Section("ministries", title("ministries"), "別添6", about("ministries"), made, Plan(steps=steps)),)


def _publicity(on: date) -> tuple[Section, ...]:
    plan = papers.media_plan(on)
    codes = ("medium", "piece", "audience", "when", "sites", "facilities", "length_s", "per_hour", "per_day", "state")
    rows = [_piece(one) for one in plan]
    shown = [_screenings(one) for one in plan]
    made = (
        items("publicity_policy", papers.listed("publicity", on)),
        table("media", (*codes, "note", "place"), rows),
        table("screenings", ("medium", "piece", "screens", "per_day", "days", "screenings", "lacks"), shown),
    )
    return (Section("publicity", title("publicity"), "別添7", about("publicity"), made),)


def _piece(one: MediaItem) -> tuple[Cell, ...]:
    # Printed matter comes out on its days; what lies between them is no time of showing.
    when: Cell = one.issues if one.issues else one.when
    audience: tuple[Term | Words, ...] = one.audience
    if one.is_audience_ours:
        audience = (*audience, word("our_reading"))
    return (
        one.medium,
        one.title,
        audience,
        when if one.days is None else _within(one.when, one.days),
        "" if one.sites is None else one.sites,
        "" if one.facilities is None else one.facilities,
        "" if one.length_s is None else one.length_s,
        _rate(one.per_hour, is_about=one.is_rate_about),
        "" if one.per_day is None else About(one.per_day) if one.is_rate_about else one.per_day,
        one.status,
        one.note or "",
        one.place,
    )


def _within(when: When, days: int) -> tuple[When, Words]:
    said = word("days_of")
    return when, Words(said.ja.format(days=days), said.en.format(days=days))


def _rate(per_hour: tuple[int, int] | None, *, is_about: bool) -> Cell:
    if per_hour is None:
        return ""
    low, high = per_hour
    return About(low) if is_about and low == high else Span(low, high)


def _screenings(one: MediaItem) -> tuple[Cell, ...]:
    days = _days(one)
    if one.medium.code != "screen":
        return one.medium, one.title, "", "", days or "", word("cannot"), (papers.lacking(one.medium.code),)
    told = publicity.showings(campaigning.as_item(one))
    screens = one.sites if one.are_screens else None
    if isinstance(told, publicity.CannotTell):
        lacks = tuple(papers.lacking(_LACKING[lack]) for lack in told.lacks)
        return one.medium, one.title, screens, one.per_day, days, word("cannot"), lacks
    count: Cell = About(told.low) if one.is_rate_about else told.low
    return one.medium, one.title, screens, one.per_day, days, count, ""


_LACKING = {
    publicity.Lack.SITES: "screens",
    publicity.Lack.RATE: "per_day",
    publicity.Lack.HOURS: "per_day",
    publicity.Lack.DAYS: "days",
}


def _days(one: MediaItem) -> int | None:
    if one.issues or one.days is not None:
        return len(one.issues) or one.days
    if one.when.first is None or one.when.last is None:
        return None
    return (one.when.last - one.when.first).days + 1


_MAKERS: Sequence[Callable[[date], tuple[Section, ...]]] = (
    _schedule,
    _roadmap,
    insurers.sections,
    servants.sections,
    _points,
    _plan,
    _methods,
    _ministries,
    _publicity,
)
"""In the order of the papers."""
