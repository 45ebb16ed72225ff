"""What is said, at the top of a page, of a card that was shown."""

from dataclasses import dataclass

from onshi import presence
from onshi.chip.talk import PinBlocked, PinWrong
from onshi.presence import OtherCard, Outcome, Proven, Shown
from onshi.web.visit import Visit

# Texts by what came of it.
_OUTCOME, _CARD_SAYS = "reception.outcome.", "reception.reader.card_says."

OUTCOME_TONES: dict[Outcome, str] = {
    Outcome.PRESENT: "good",
    Outcome.PRESENT_IN_GRACE: "care",
    Outcome.EXPIRED: "care",
    Outcome.SUPERSEDED: "care",
    Outcome.NOT_YET_VALID: "care",
    Outcome.REVOKED: "bad",
    Outcome.SUSPENDED: "bad",
    Outcome.UNTRUSTED: "bad",
    Outcome.WRONG_SIGNATURE: "bad",
    Outcome.WRONG_TERMINAL: "bad",
    Outcome.TERMINAL_EXPIRED: "bad",
    Outcome.TERMINAL_REVOKED: "bad",
    Outcome.NO_TERMINAL: "bad",
    Outcome.STATUS_UNAVAILABLE: "open",
    Outcome.NONCE_MALFORMED: "open",
    Outcome.NONCE_OF_ANOTHER: "open",
    Outcome.NONCE_EXPIRED: "open",
    Outcome.NONCE_USED: "open",
}


@dataclass(frozen=True, slots=True)
class Said:
    """What came of it, as it stands at the top of the page."""

    tone: str
    title: str
    meaning: str
    advice: str
    reason: str | None = None


def said_by_card(visit: Visit, shown: Shown) -> Said:
    """The card gave no proof: why, and what to do."""
    match shown:
        case PinWrong(left=left):
            advice = "last_try" if left == 1 else "pin_wrong"
            return Said(
                "care",
                visit.say(_CARD_SAYS + "pin_wrong"),
                visit.say(_CARD_SAYS + "pin_wrong_meaning", left=left),
                visit.say(_CARD_SAYS + f"{advice}_advice"),
            )
        case PinBlocked():
            name, tone = "pin_locked", "bad"
        case OtherCard():
            name, tone = "other_card", "bad"
        case _:
            name, tone = "terminal_refused", "bad"
    return Said(
        tone,
        visit.say(_CARD_SAYS + name),
        visit.say(_CARD_SAYS + f"{name}_meaning"),
        visit.say(_CARD_SAYS + f"{name}_advice"),
    )


def said_by_server(visit: Visit, proven: Proven, *, to: str) -> Said:
    """What the card proved; `to` is one of presence.READERS, whose advice it is."""
    outcome, language = proven.outcome, visit.language
    return Said(
        OUTCOME_TONES[outcome],
        visit.say(_OUTCOME + outcome),
        presence.outcome_meaning(outcome, language),
        presence.outcome_advice(outcome, to, language),
        proven.reason,
    )
