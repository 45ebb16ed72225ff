"""Public servants as a section: what is asked as of which day, and the figures that are known."""

from datetime import date

from onshi.programme.papers.model import About, Cell, Percent, Section, Table
from onshi.programme.papers.wording import about, table, title, word
from onshi.programme.servants import DueState, Figure, ServantsPart, ServantsStatus, public_servants_on
from onshi.record.papers import ServantsFigure, Words


def sections(on: date) -> tuple[Section, ...]:
    """The one section."""
    status = public_servants_on(on)
    made = (_due(status), _figures(status), _new_hires(status))
    return (Section("servants", title("servants"), "別添2 2-5 2-6 2-7 2-8", about("servants"), made),)


def _due(status: ServantsStatus) -> Table:
    rows = [_row(part, state) for part in status.parts for state in part.states]
    return table("due", ("group", "who", "persons", "as_of", "asked", "percent", "standing"), rows)


def _row(part: ServantsPart, state: DueState) -> tuple[Cell, ...]:
    persons: Cell = About(part.persons) if part.group.is_about else part.persons
    asked = word("everybody_holds" if state.is_target else "applied_and_issued")
    percent = "" if state.figure is None else _percent(state.figure)
    standing = word("counted" if state.standing is None else f"standing_{state.standing}")
    return part.group.name, _who(is_dependants=part.is_dependants), persons, state.due, asked, percent, standing


def _who(*, is_dependants: bool) -> Words:
    return word("dependants" if is_dependants else "members")


def _percent(figure: Figure) -> Cell:
    return None if figure.point.percent is None else Percent(figure.point.percent)


def _figures(status: ServantsStatus) -> Table:
    names = {part.group.code: part.group.name for part in status.parts}
    rows = [
        (
            names[one.meaning.group],
            _who(is_dependants=one.meaning.is_dependants),
            one.meaning.covers,
            one.point.on,
            _percent(one),
            word(_counts(one.meaning)),
            one.point.source,
        )
        for one in status.figures
    ]
    return table("figures", ("group", "who", "covers", "as_of", "percent", "counts", "source"), rows)


def _counts(meaning: ServantsFigure) -> str:
    if meaning.includes_applied is None:
        return "not_said"
    return "holding_or_applied" if meaning.includes_applied else "holding"


def _new_hires(status: ServantsStatus) -> Table:
    groups = {part.group.code: part.group for part in status.parts if part.group.asks_new_hires}
    counted = status.new_hires
    rows = [
        (
            one.name,
            one.new_hires_from or word("no_day_given"),
            Words(counted.counted_ja, counted.counted_en),
            word("no_figure"),
        )
        for one in groups.values()
    ]
    return table("new_hires", ("group", "new_hires_from", "counted", "percent"), rows)
