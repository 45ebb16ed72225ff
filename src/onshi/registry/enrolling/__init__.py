"""利用登録: a card is registered as insurance card, waits for its person, is withdrawn."""

from onshi.registry.enrolling.counting import enrolments_by
from onshi.registry.enrolling.errors import NotEnrolled, NotInsuredHere, UnknownEnrolment, WithdrawalTooEarly
from onshi.registry.enrolling.messages import state_text, text_of
from onshi.registry.enrolling.model import (
    Enrolment,
    EnrolmentId,
    Holder,
    Message,
    NewlyUnable,
    Place,
    Receipt,
    State,
)
from onshi.registry.enrolling.rules import receipt_of
from onshi.registry.enrolling.service import (
    arrivals,
    complete_reserved,
    decide_enrolment,
    enrol,
    enrolment_of,
    enrolments_listed,
    enrolments_of,
    is_withdrawal_due,
    messages_of,
    newly_unable,
    replace_card,
    request_withdrawal,
    take_effect,
)

__all__ = [
    "Enrolment",
    "EnrolmentId",
    "Holder",
    "Message",
    "NewlyUnable",
    "NotEnrolled",
    "NotInsuredHere",
    "Place",
    "Receipt",
    "State",
    "UnknownEnrolment",
    "WithdrawalTooEarly",
    "arrivals",
    "complete_reserved",
    "decide_enrolment",
    "enrol",
    "enrolment_of",
    "enrolments_by",
    "enrolments_listed",
    "enrolments_of",
    "is_withdrawal_due",
    "messages_of",
    "newly_unable",
    "receipt_of",
    "replace_card",
    "request_withdrawal",
    "take_effect",
    "state_text",
    "text_of",
]
