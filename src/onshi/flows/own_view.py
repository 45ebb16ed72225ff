"""Somebody looks at their own data: what a card finds, what of it they may see, and who asked about them."""

import hashlib
from collections.abc import Iterable

import msgspec

from onshi import access, audit, eligibility, registry
from onshi.audit import Action, Entry, Recorded
from onshi.db import Tx
from onshi.eligibility import Answer, ByCard, ShownCoverage
from onshi.kernel import Moment, PersonId
from onshi.registry import CardKey

# What of the log somebody may read about themselves: who asked, and when their own data were looked at.
_TOLD = (Action.CHECK, Action.OWN_VIEW)
# More than one transaction can hold of one person.
_WHOLE_MOMENT = 10_000
_encode = msgspec.json.Encoder(order="sorted").encode


class Look(msgspec.Struct, frozen=True):
    """One line of the history: `party` (its id, and its name where it is registered) did `act`, and got `kind`."""

    at: Moment
    act: Action
    party: str
    party_name: str | None
    kind: str


class History(msgspec.Struct, frozen=True):
    """Who asked about the person, the newest first; None of it where it is not `shown`.

    `before` is where the next page begins, None on the last.
    """

    shown: bool
    looks: tuple[Look, ...] = ()
    before: Moment | None = None


class OwnView(msgspec.Struct, frozen=True):
    """What somebody was shown of themselves, under its id in the log; see `eligibility.OwnAnswer`."""

    view_id: str
    answer: Answer
    coverages: tuple[ShownCoverage, ...]
    under_review: bool
    history: History


def own_view(
    tx: Tx, asked: ByCard, *, at: Moment, batch: int, actor: str, limit: int, before: Moment | None = None
) -> OwnView:
    """What the holder of the card may see of themselves at `at`, written into the log of `tx`.

    `actor` is the portal, which has made sure that the holder is there; `batch` a fresh random 63-bit number. The
    view may leave only after `tx` has committed. `limit` bounds a page of the history, except that what has the same
    moment stays together; `before` is that of the page before.

    A card refused by its flag runs the same statements as one that nobody has, and comes out the same.
    """
    (found,) = registry.find_by_card(tx, [CardKey(asked.issuer, asked.serial)])
    own = eligibility.own_answer(asked, found, registry.insurer_book(tx), at=at)
    person = found.sightings[0].person.id if found.sightings else None
    history = History(shown=False)
    if own.shows_history and person is not None:
        history = _history(tx, person, limit=limit, before=before)
    view = OwnView(audit.shown_check_id(batch, 0), own.answer, own.coverages, own.under_review, history)
    leaf = hashlib.sha256(_encode(view)).digest()
    audit.append(tx, batch, [Entry(actor, Action.OWN_VIEW, own.answer.kind, leaf, person)], at=at)
    return view


def _history(tx: Tx, person: PersonId, *, limit: int, before: Moment | None) -> History:
    since = registry.unmixed_since(tx, person)
    found = _entries(tx, person, since=since, until=before, limit=limit + 1)
    following = None
    if len(found) > limit:
        # A page never ends inside a moment: the next one begins before it, and would miss the rest.
        cut = found[limit].at
        found = [one for one in found if one.at > cut]
        if not found:
            found = _entries(tx, person, since=cut, until=Moment(cut + 1), limit=_WHOLE_MOMENT)
        following = found[-1].at
    names = access.party_names(tx, {one.entry.actor for one in found})
    return History(shown=True, looks=tuple(_look(one, names) for one in found), before=following)


def _entries(tx: Tx, person: PersonId, *, since: Moment | None, until: Moment | None, limit: int) -> list[Recorded]:
    kinds: Iterable[list[Recorded]] = (
        audit.entries_of(tx, subject=person, action=action, since=since, until=until, limit=limit) for action in _TOLD
    )
    return sorted((one for kind in kinds for one in kind), key=_newest_first)


def _newest_first(one: Recorded) -> tuple[int, int, int]:
    return -one.at, one.batch, one.seq


def _look(one: Recorded, names: dict[str, str]) -> Look:
    actor = one.entry.actor
    return Look(one.at, one.entry.action, actor, names.get(actor), one.entry.outcome or "")
