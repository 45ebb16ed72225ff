"""What may be renewed, what lies in custody, whom to remind."""

from datetime import date

import pytest

from onshi import cards
from onshi.cards import CertificateEnd, HolderId, State, Stock
from onshi.db import Tx
from onshi.kernel import MunicipalityCode

from .make import CLERK, HANAKO, HERE, TARO, THERE, applied, holder, issued, on, registered, stepped, taken_to

PEOPLE = tuple(HolderId(number) for number in range(1, 6))


def resident(tx: Tx, number: HolderId, born: str, place: MunicipalityCode = HERE) -> cards.Card:
    """Somebody with a card made on 2026-06-01; the last day follows from the birthday."""
    registered(tx, holder(id=number, birth_on=date.fromisoformat(born), municipality=place), at=on("2026-01-01"))
    return issued(tx, number, at=on("2026-06-01"))


def queue(tx: Tx, day: str, *certificates: CertificateEnd) -> list[tuple[int, str, str, int]]:
    found = cards.renewals(tx, HERE, on=date.fromisoformat(day), certificates=certificates)
    return [(row.card.holder, row.ends.value, row.last_day.isoformat(), row.days_left) for row in found]


@pytest.mark.parametrize(
    ("day", "is_open", "days_left"),
    [("2035-07-01", False, 92), ("2035-07-02", True, 91), ("2035-10-01", True, 0), ("2035-10-02", False, -1)],
)
def test_the_window_opens_three_months_before(tx: Tx, day: str, is_open: bool, days_left: int) -> None:
    card = resident(tx, HANAKO, "1985-10-01")
    assert card.valid_to == date(2035, 10, 1)
    assert queue(tx, day) == ([(HANAKO, "card", "2035-10-01", days_left)] if is_open else [])


def test_certificates_are_told_by_their_authority(tx: Tx) -> None:
    mine = resident(tx, PEOPLE[0], "1985-10-01")
    later = resident(tx, PEOPLE[1], "1985-11-20")
    foreign = resident(tx, PEOPLE[2], "1985-10-01", THERE)
    with_card = resident(tx, PEOPLE[3], "1985-10-10")
    lost = resident(tx, PEOPLE[4], "1985-10-05")
    cards.report_lost(tx, lost.id, by=CLERK, at=on("2026-07-01"))
    told = [
        CertificateEnd(mine.id, date(2031, 10, 1)),
        CertificateEnd(later.id, date(2031, 11, 20)),
        CertificateEnd(foreign.id, date(2031, 10, 1)),
        CertificateEnd(lost.id, date(2031, 10, 1)),
    ]
    assert queue(tx, "2031-09-01", *told) == [
        (PEOPLE[0], "certificates", "2031-10-01", 30),
        (PEOPLE[1], "certificates", "2031-11-20", 80),
    ]
    assert queue(tx, "2031-10-11", *told)[0] == (PEOPLE[0], "certificates", "2031-10-01", -10)
    # Certificates that end with the card are renewed with it: one row.
    rows = queue(tx, "2035-09-01", CertificateEnd(with_card.id, with_card.valid_to))
    assert [row for row in rows if row[0] == PEOPLE[3]] == [(PEOPLE[3], "card", "2035-10-10", 39)]


def test_the_stock_is_told_by_place_and_state(tx: Tx) -> None:
    registered(tx, *(holder(id=one) for one in PEOPLE))
    for number, (day, state) in enumerate(
        [
            ("2026-11-02", "in_custody"),
            ("2026-11-03", "in_custody"),
            ("2026-11-01", "preset"),
            ("2026-11-04", "shipped"),
        ]
    ):
        taken_to(tx, applied(tx, PEOPLE[number], at=on(day)).application, state, at=on(day))
    assert cards.custody(tx, HERE) == [
        Stock("2F-A", State.IN_CUSTODY, 2, date(2026, 11, 2)),
        Stock("2F-A", State.PRESET, 1, date(2026, 11, 1)),
    ]
    assert cards.custody(tx, THERE) == []


def test_nobody_is_reminded_twice(tx: Tx) -> None:
    registered(tx, holder(), holder(id=TARO))
    one = taken_to(tx, applied(tx).application, "notified")
    taken_to(tx, applied(tx, TARO).application, "preset")

    def due(day: str) -> list[int]:
        found = cards.reminders_due(tx, HERE, on=date.fromisoformat(day), keep_days=30)
        return [application.holder for application in found]

    assert (due("2026-12-02"), due("2026-12-03")) == ([], [HANAKO])
    reminded = stepped(tx, one, "remind", at=on("2026-12-03"))
    assert (reminded.state, reminded.state_since, reminded.reminded_on) == (
        State.NOTIFIED,
        date(2026, 11, 2),
        date(2026, 12, 3),
    )
    assert (due("2026-12-03"), due("2027-12-31")) == ([], [])


def test_the_lawful_days_are_the_default(tx: Tx) -> None:
    registered(tx)
    taken_to(tx, applied(tx).application, "notified")
    late = date(2028, 1, 1)
    assert [one.holder for one in cards.reminders_due(tx, HERE, on=late)] == [HANAKO]


def test_who_waits_longest_stands_first(tx: Tx) -> None:
    registered(tx, *(holder(id=one) for one in PEOPLE))
    for number, day in enumerate(["2026-11-03", "2026-11-01", "2026-11-02"]):
        taken_to(tx, applied(tx, PEOPLE[number], at=on(day)).application, "preset", at=on(day))
    found = cards.waiting(tx, HERE, [State.PRESET, State.IN_CUSTODY])
    assert [one.holder for one in found] == [PEOPLE[1], PEOPLE[2], PEOPLE[0]]
    assert cards.waiting(tx, HERE, [State.PRESET], limit=1) == found[:1]
    assert cards.waiting(tx, HERE, [State.IN_CUSTODY]) == []
    assert cards.waiting(tx, THERE, [State.PRESET]) == []
    assert [step.name for step in cards.way_ahead(found[0])] == ["notify", "identify", "hand_over"]
