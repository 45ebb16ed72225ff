"""What may be renewed at a town's counter: cards that end soon, and certificates that end before their card."""

from datetime import date, timedelta

from onshi import cards, pki
from onshi.cards import CardId, CertificateEnd, RenewalDue
from onshi.db import Tx
from onshi.kernel import MunicipalityCode

# Longer than any window for renewal; the law decides for each.
_LOOK_AHEAD = timedelta(days=100)


def due_renewals(tx: Tx, municipality: MunicipalityCode, *, on: date, limit: int = 1_000) -> list[RenewalDue]:
    """Cards of this municipality that may be renewed now or whose certificates may, the soonest first.

    Certificates are found where they were issued: of who moved in with the card, those that were issued here since.
    """
    ends = pki.changes.cards_ending(tx, municipality, first=on, last=on + _LOOK_AHEAD)
    certificates = [CertificateEnd(CardId(card), day) for card, day in ends.items()]
    return cards.renewals(tx, municipality, on=on, certificates=certificates, limit=limit)
