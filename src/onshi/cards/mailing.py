"""The verbs of mailing pre-filled forms: chosen and printed inside the town only; others are told counts.

The names of this door are `cards.mailing.…`. Nobody has to apply: a form that was mailed is an offer.
"""

from datetime import date

from onshi.cards.counts import SMALL
from onshi.cards.errors import NobodyLeft, NobodyToMail, UnknownMailing
from onshi.cards.mailings import (
    RUN_MOST,
    Candidate,
    Choice,
    Household,
    Letter,
    Mailing,
    MailingCount,
    MailingId,
    Selection,
    fitting,
    households,
    read_choice,
    told,
)
from onshi.cards.model import By, Doer, Event
from onshi.cards.rules import check_doer
from onshi.cards.service import print_forms
from onshi.cards.store import mailings as store
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day

__all__ = [
    "LISTED_MOST",
    "RUN_MOST",
    "SMALL",
    "Choice",
    "Household",
    "Letter",
    "Mailing",
    "MailingCount",
    "MailingId",
    "Selection",
    "choose",
    "counts",
    "letters",
    "make",
    "named",
    "read_choice",
    "run_by_id",
    "runs",
]

LISTED_MOST = 200
"""Runs in one list, the newest."""


def choose(tx: Tx, choice: Choice, *, by: By, on: date) -> Selection:
    """Whom the choice means in the town of `by`, and the households of the next run. Changes nothing."""
    found = households(store.chosen(tx, _town(by, "choose_mailing"), choice, on))
    return Selection(len(found), sum(len(one.people) for one in found), fitting(found))


def make(tx: Tx, choice: Choice, *, run_id: MailingId, by: By, at: Moment) -> tuple[Mailing, tuple[Event, ...]]:
    """A run of the next households, with a form of its own for each person. `run_id` is drawn by the caller.

    Who is in it counts as mailed from today on. Raises `NobodyToMail`.
    """
    day = japan_day(at)
    taken = choose(tx, choice, by=by, on=day).first
    if not taken:
        raise NobodyToMail
    forms, events = print_forms(tx, [who for one in taken for who in one.people], by=by, at=at)
    run = Mailing(run_id, _town(by, "make_mailing"), day, choice, len(taken), len(forms))
    store.add(tx, run, forms)
    return run, (*events, Event("mailing_made", by.actor, None, named(run_id), str(len(forms))))


def letters(tx: Tx, run_id: MailingId, *, by: By, at: Moment) -> tuple[Mailing, tuple[Letter, ...]]:
    """What is printed of a run, by post number; the same forms as often as it is asked for.

    Left out is who has moved away, died, applied or got a card since. The first day of printing is noted. Raises
    `UnknownMailing`, also for another town's, and `NobodyLeft`.
    """
    run = run_by_id(tx, run_id, by=by)
    found = store.still_in(tx, run, japan_day(at))
    if not found:
        raise NobodyLeft
    people = (Candidate(one.id, one.post_number, one.address, one.birth_on) for _, one in found.values())
    made = tuple(Letter(tuple(found[who] for who in one.people)) for one in households(people))
    store.mark_printed(tx, run_id, japan_day(at))
    return run, made


def run_by_id(tx: Tx, run_id: MailingId, *, by: By) -> Mailing:
    """A run of the own town; raises `UnknownMailing`."""
    town = _town(by, "see_mailing")
    run = store.run_of(tx, run_id)
    if run is None or run.municipality != town:
        raise UnknownMailing
    return run


def runs(tx: Tx, municipality: MunicipalityCode) -> list[Mailing]:
    """The newest runs of one town, for that town."""
    return store.runs(tx, municipality, LISTED_MOST)


def counts(tx: Tx, area: str = "") -> list[MailingCount]:
    """The newest runs of the municipalities whose code begins with `area` (a prefecture's two digits), for those above
    them."""
    return [told(one) for one in store.runs(tx, area, LISTED_MOST)]


def named(run_id: MailingId) -> str:
    """How the log calls a run."""
    return f"mailing:{run_id}"


def _town(by: By, step: str) -> MunicipalityCode:
    check_doer(by, step, Doer.MUNICIPALITY)
    assert by.municipality is not None, "a clerk is a town's"
    return by.municipality
