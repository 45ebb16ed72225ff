"""How often a piece of publicity is shown, where the papers give enough to say it. Pure."""

from dataclasses import dataclass

from onshi.record.papers.model import MediaItem, Term
from onshi.record.papers.reading import lacking


@dataclass(frozen=True, slots=True)
class Screenings:
    """Screens × times a day × days; None where one of them is not given. A screening is not a viewer."""

    count: int | None
    days: int | None
    lacks: tuple[Term, ...]
    """What the papers do not give of it."""


def screenings(item: MediaItem) -> Screenings:
    """How often an item is shown in all, or what is lacking to say so."""
    days = len(item.issues) or item.days or _days(item)
    if item.medium.code != "screen":
        return Screenings(None, days, (lacking(item.medium.code),))
    screens = item.sites if item.are_screens else None
    known = {"screens": screens, "per_day": item.per_day, "days": days}
    lacks = tuple(lacking(name) for name, value in known.items() if value is None)
    if screens is None or item.per_day is None or days is None:
        return Screenings(None, days, lacks)
    return Screenings(screens * item.per_day * days, days, ())


def _days(item: MediaItem) -> int | None:
    if item.when.first is None or item.when.last is None:
        return None
    return (item.when.last - item.when.first).days + 1
