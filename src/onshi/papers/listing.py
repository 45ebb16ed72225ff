"""Whom a month's list names: members who can no longer use a card."""

from collections.abc import Sequence
from datetime import date

import msgspec

from onshi import pki, registry
from onshi.db import Tx
from onshi.kernel import InsurerNumber
from onshi.papers import rules, store
from onshi.papers.model import PaperId, Unable
from onshi.pki import CertificateKey
from onshi.pki.model import Ending
from onshi.registry import UnknownInsurer
from onshi.registry.members import Member


def newly_unable(tx: Tx, insurer: InsurerNumber, month: date) -> list[Unable]:
    """Members who cannot use a card since a day of the month on which they are insured here, by that day, and why:
    registration withdrawn, certificate past its grace, card returned, never registered.

    As known now: a withdrawal asked for counts from its day on, also ahead; who registered since is not named. A month
    in which no 資格確認書 was given yet has none, nor has an insurer that gives none. Raises UnknownInsurer.
    """
    first = rules.month_of(month)
    kind = kind_of(tx, insurer)
    members = registry.members.members_of(tx, insurer, first, rules.month_after(first))
    found = rules.newly_unable(members, _endings(tx, members), month=first)
    valid = store.valid(tx, insurer, first)
    brought = store.brought_by_list(tx, insurer, first)
    return [
        msgspec.structs.replace(
            one,
            paper=_held(valid.get(one.coverage), one.since),
            was_issued=(one.person, one.ground) in brought,
        )
        for one in found
        if rules.is_given(kind, one.since, one.ground)
    ]


def _held(found: tuple[PaperId, date] | None, on: date) -> PaperId | None:
    return found[0] if found is not None and on <= found[1] else None


def kind_of(tx: Tx, insurer: InsurerNumber) -> str:
    """The kind of insurer. UnknownInsurer."""
    found = registry.insurer_book(tx).get(insurer)
    if found is None:
        raise UnknownInsurer(number=insurer)
    return found.kind


def _endings(tx: Tx, members: Sequence[Member]) -> dict[tuple[str, str], Ending]:
    keys = {CertificateKey(card.issuer, card.serial) for member in members for card in member.cards}
    found = pki.changes.endings_of(tx, sorted(keys, key=lambda key: (key.issuer, key.serial)))
    return {(key.issuer, key.serial): one for key, one in found.items()}
