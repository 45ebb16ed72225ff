"""Counts and those who have to do with them."""

from datetime import date

from onshi.access import Party, PartyKind
from onshi.kernel import InsurerNumber, Moment, parse_moment
from onshi.tallies import Count, Done, Figure, Step

FUND = Party(PartyKind.OPERATOR, "onshi", "支払基金")
MINISTRY = Party(PartyKind.MINISTRY, "health", "医療保険省")
OTHER_MINISTRY = Party(PartyKind.MINISTRY, "education", "教育省")
OFFICE = Party(PartyKind.OFFICE, "programme", "推進室")
SOCIETY = Party(PartyKind.INSURER, "06139992", "見本健康保険組合")
PREFECTURE = Party(PartyKind.PREFECTURE, "13", "東京都")
DAY = date(2026, 10, 31)
AT = parse_moment("2026-11-02T10:00:00")


def count(*done: Step) -> Count:
    """A count of which these steps were taken."""
    return Count(DAY, 1, tuple(Done(step, Moment(AT + place), "x:y") for place, step in enumerate(done)))


RECORDED, TAKEN, SHARED = (count(*list(Step)[:place]) for place in (1, 2, 3))


def figures(**kinds: list[tuple[int, int]]) -> list[Figure]:
    """Insurers by kind, each with members and registered."""
    return [
        Figure(InsurerNumber(f"{number:04}{place:04}"), kind, members, registered)
        for number, (kind, listed) in enumerate(kinds.items())
        for place, (members, registered) in enumerate(listed)
    ]
