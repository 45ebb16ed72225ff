"""How somebody is shown to be there: a card answers a question that is asked once."""

from onshi.presence.model import Bound, Mode, Nonce, Outcome, Presented, Proven, Purpose
from onshi.presence.nonces import LIFE, RANDOM_LENGTH, make_nonce
from onshi.presence.rules import digest_of
from onshi.presence.service import prove
from onshi.presence.showing import OtherCard, Proving, Shown, pin_tries, show_at_terminal, show_with_pin
from onshi.presence.store import purge
from onshi.presence.texts import LANGUAGES, READERS, lets_in, outcome_advice, outcome_meaning

__all__ = [
    "LANGUAGES",
    "LIFE",
    "RANDOM_LENGTH",
    "READERS",
    "Bound",
    "Mode",
    "Nonce",
    "OtherCard",
    "Outcome",
    "Presented",
    "Proven",
    "Proving",
    "Purpose",
    "Shown",
    "digest_of",
    "lets_in",
    "make_nonce",
    "outcome_advice",
    "outcome_meaning",
    "pin_tries",
    "prove",
    "purge",
    "show_at_terminal",
    "show_with_pin",
]
