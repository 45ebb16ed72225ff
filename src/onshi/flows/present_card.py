"""A card is shown at a desk: what it proves, and, when its holder is there, whether they are insured."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import msgspec

from onshi import audit, consents, eligibility, presence, registry
from onshi.audit import Action, Entry, Signer
from onshi.consents import Care, Consent, Giving, Kind
from onshi.db import Tx
from onshi.eligibility import Asker, ByCard, Checked, Query
from onshi.kernel import Moment
from onshi.presence import Outcome, Presented, Proven, Purpose
from onshi.registry import CardKey


@dataclass(frozen=True, slots=True)
class CardShown:
    """A card shown for a check of eligibility; what is asked as in `eligibility.Query`.

    `consents`: what its holder lets the asker see, for the form of care.
    """

    presented: Presented
    on: date
    limit_consent: bool = False
    disease_consent: bool = False
    with_reference: bool = False
    consents: tuple[Kind, ...] = ()
    care: Care = Care.OUTPATIENT


@dataclass(frozen=True, slots=True)
class CardAnswered:
    """What it proved, the check, where the holder is there, and the consents that were recorded."""

    proven: Proven
    checked: Checked | None
    consents: tuple[Consent, ...] = ()


def present_cards(
    tx: Tx,
    shown: Sequence[CardShown],
    *,
    at: Moment,
    batches: tuple[int, int],
    askers: Sequence[Asker],
    secret: bytes,
    signer: Signer,
) -> list[CardAnswered]:
    """What each card that was shown proves and how its holder's check is answered, in order, all of it in the log of
    `tx`. May leave only after `tx` has committed.

    `batches` are two fresh random 63-bit numbers, `secret` is the one the nonces were made with. A card that was shown
    for another purpose is told by its nonce, which is bound to it. Consents are recorded where the holder is there in
    full, and not only for eligibility, and where the answer shows a person.
    """
    assert all(one.presented.bound.purpose is Purpose.CHECK for one in shown), "only a check is answered here"
    proven = presence.prove(tx, [one.presented for one in shown], at=at, secret=secret)
    entries = [_entry(one.presented, what, asker) for one, what, asker in zip(shown, proven, askers, strict=True)]
    let_in = [place for place, one in enumerate(proven) if one.outcome.is_present]
    checked = eligibility.check(
        tx,
        [_query(shown[place], proven[place]) for place in let_in],
        at=at,
        batch=batches[1],
        asker=[askers[place] for place in let_in],
        signer=signer,
    )
    answered = dict(zip(let_in, checked, strict=True))
    given = _consented(tx, shown, proven, answered, askers, at)
    entries += [consents.entry_of(one) for theirs in given.values() for one in theirs]
    audit.append(tx, batches[0], entries, at=at)
    return [CardAnswered(one, answered.get(place), given.get(place, ())) for place, one in enumerate(proven)]


def _consented(
    tx: Tx,
    shown: Sequence[CardShown],
    proven: Sequence[Proven],
    answered: Mapping[int, Checked],
    askers: Sequence[Asker],
    at: Moment,
) -> dict[int, tuple[Consent, ...]]:
    """What was recorded, by the place of the card. Nothing is decided a second time about who is protected: where the
    check shows nobody, the card is nobody's."""
    places = [
        place
        for place, checked in answered.items()
        if shown[place].consents and proven[place].outcome is Outcome.PRESENT and checked.answer.person is not None
    ]
    if not places:
        return {}
    cards = [_key(proven[place]) for place in places]
    holders = registry.find_by_card(tx, cards)
    givings = {
        place: Giving(
            askers[place].party,
            found.sightings[0].person.id,
            shown[place].consents,
            shown[place].care,
            answered[place].check_id,
            card,
            shown[place].on,
        )
        for place, card, found in zip(places, cards, holders, strict=True)
        if found.sightings
    }
    return dict(zip(givings, consents.give(tx, list(givings.values()), at=at), strict=True))


def _key(proven: Proven) -> CardKey:
    assert proven.issuer is not None and proven.serial is not None, "a holder who is there has a certificate"
    return CardKey(proven.issuer, proven.serial)


def presence_entry(presented: Presented, proven: Proven, actor: str) -> Entry:
    """The log entry of a card that was shown. Its leaf is the SHA-256 of a JSON list: party, terminal, purpose, mode,
    nonce (hex), outcome, issuer, serial; the log itself does not name the certificate, which is somebody's."""
    bound = presented.bound
    words = (bound.party, bound.terminal, bound.purpose, bound.mode, presented.nonce.hex())
    told = msgspec.json.encode([*words, proven.outcome, proven.issuer, proven.serial])
    return Entry(actor, Action.CARD_SHOWN, proven.outcome, hashlib.sha256(told).digest(), None, bound.terminal)


def _entry(presented: Presented, proven: Proven, asker: Asker) -> Entry:
    return presence_entry(presented, proven, asker.party)


def _query(shown: CardShown, proven: Proven) -> Query:
    card = _key(proven)
    return Query(
        ByCard(card.issuer, card.serial),
        shown.on,
        limit_consent=shown.limit_consent,
        disease_consent=shown.disease_consent,
        presence=shown.presented.bound.mode,
        with_reference=shown.with_reference,
    )
