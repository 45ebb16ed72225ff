"""The summary of the insurers and one sheet for each kind."""

from collections.abc import Sequence
from datetime import date

from onshi.programme.papers.model import About, Cell, Plain, Section, Table
from onshi.programme.papers.wording import about, table, title, word
from onshi.record import papers
from onshi.record.papers import InsurerGroup, Measure, Term, Words


def sections(on: date) -> tuple[Section, ...]:
    """The summary, then the sheets in the order of the papers."""
    return (_summary(on), *(_sheet(one, papers.measures(on)) for one in papers.insurer_groups(on)))


def _figure(group: InsurerGroup, value: int | None) -> Cell:
    if value is None:
        return ""
    return About(value) if group.is_about else value


def _summary(on: date) -> Section:
    groups = papers.insurer_groups(on)
    rows: list[tuple[Cell, ...]] = [
        (one.sheet, one.name, *_persons(one), _bodies(one), word(one.goal), one.due, one.follow_up_on or "")
        for one in groups
    ]
    codes = ("sheet", "group", "insured", "dependants", "together", "bodies", "goal", "due", "follow_up_on")
    points = [(one.number, one.text, one.place) for one in papers.listed("summary", on)]
    ways = [(_way(one.steps), one.about, one.place) for one in papers.higher_levels(on)]
    made = (
        table("points_of_all", ("number_text", "text", "place"), points),
        table("groups", codes, rows),
        table("total", ("total",), [(About(sum(one.persons for one in groups)),)]),
        table("ways", ("way", "about", "place"), ways),
    )
    return Section("insurers", title("insurers"), "別添2 総括", about("insurers"), made)


def _way(steps: Sequence[Term]) -> Words:
    return Words(" → ".join(one.name.ja for one in steps), " → ".join(one.name.en for one in steps))


def _persons(group: InsurerGroup) -> tuple[Cell, Cell, Cell]:
    """Insured and dependants apart, and together; a sum of ours only where both are given."""
    return (
        _figure(group, group.insured),
        _figure(group, group.dependants),
        _figure(group, group.persons),
    )


def _bodies(group: InsurerGroup) -> tuple[Plain, ...]:
    found: list[Plain] = []
    for one in group.bodies:
        said = word("bodies_about" if one.is_about else "bodies")
        number = f"{one.count:,}"
        found.append(
            Words(
                said.ja.format(name=one.name.ja, number=number),
                said.en.format(name=one.name.en, number=number),
            )
        )
    return tuple(found) or ("",)


def _sheet(group: InsurerGroup, all_measures: Sequence[Measure]) -> Section:
    own = [one for one in all_measures if one.group == group.code]
    facts: list[tuple[Cell, ...]] = [
        (word("insured"), _figure(group, group.insured)),
        (word("dependants"), _figure(group, group.dependants)),
        (word("together"), _figure(group, group.persons)),
        *((one.name, About(one.count) if one.is_about else one.count) for one in group.bodies),
        (word("overseer"), group.overseer),
        (word("goal"), word(group.goal)),
        (word("due"), group.due),
        (word("how_followed"), group.follow_up),
        (word("follow_up_on"), group.follow_up_on or word("from_time_to_time")),
    ]
    if group.asks_new_hires:
        facts.append((word("new_hires_from"), group.new_hires_from or word("no_day_given")))
    made = (
        table("facts", ("fact", "value"), [one for one in facts if one[1] != ""]),
        _measures("measures", [one for one in own if not one.is_follow_up]),
        _measures("follow_ups", [one for one in own if one.is_follow_up]),
    )
    place = f"別添2 {group.sheet}"
    return Section(f"insurer-{group.code.replace('_', '-')}", group.name, place, about("sheet"), made)


def _measures(name: str, found: Sequence[Measure]) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (one.actor, one.audience, one.channels, one.action, one.timing, one.copies or "") for one in found
    ]
    codes: tuple[str, ...] = ("actor", "audience", "channels", "action", "timing", "copies")
    if not any(one.copies for one in found):
        codes, rows = codes[:-1], [row[:-1] for row in rows]
    return table(name, codes, rows)
