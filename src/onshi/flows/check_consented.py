"""Everybody who let an institution see something is checked again: before a visit at home, a round of online care."""

from collections.abc import Sequence
from dataclasses import dataclass

from onshi import eligibility
from onshi.audit import Signer
from onshi.consents import Consent, Given
from onshi.db import Tx
from onshi.eligibility import Asker, ByCard, Checked, Query
from onshi.kernel import Moment, japan_day


@dataclass(frozen=True, slots=True)
class ConsentedCheck:
    """A check, and what its person lets the asker see; nothing where the answer shows nobody."""

    checked: Checked
    consents: tuple[Consent, ...]


def check_consented(
    tx: Tx, given: Sequence[Given], *, at: Moment, batch: int, asker: Asker, signer: Signer
) -> list[ConsentedCheck]:
    """Today's check of each, in order, by the certificate the consent was given with; in the log of `tx`.

    The proof says `card`: nobody is there now. Somebody who is 自己情報提供不可 since, and a card that is nobody's any
    more, look the same. May leave only after `tx` has committed. `batch` is a fresh random 63-bit number.
    """
    on = japan_day(at)
    queries = [
        Query(ByCard(one.card.issuer, one.card.serial), on, presence="card", with_reference=True) for one in given
    ]
    checked = eligibility.check(tx, queries, at=at, batch=batch, asker=asker, signer=signer)
    return [
        ConsentedCheck(what, () if what.answer.person is None else one.consents)
        for one, what in zip(given, checked, strict=True)
    ]
