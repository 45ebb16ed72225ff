"""What is refused at the window about a person and a card, in words for the page on which it was tried."""

from onshi import cards, outside
from onshi.kernel import OnshiError
from onshi.web.visit import Visit

REFUSED = (
    cards.errors.HolderDeceased,
    cards.errors.CardNotIn,
    cards.errors.CardNotLost,
    cards.errors.MoveRefused,
    cards.errors.NoMoveOpen,
    outside.CardInUse,
)


def said(visit: Visit, error: OnshiError) -> str:
    """The refusal in the reader's language; the codes among its facts as words."""
    if isinstance(error, cards.errors.CardNotIn):
        state = str(error.facts["state"])
        group = "municipality.person.card_kind." if state in set(cards.CardKind) else "citizen.card_state."
        return visit.say("municipality.person.card_not_in", state=visit.say(group + state))
    if isinstance(error, cards.errors.MoveRefused):
        return visit.say("municipality.person.move_refused." + str(error.facts["field"]))
    return error.text(visit.language)
