"""Stories that need several rooms, one file each, written out in order."""

from onshi.flows.card_acts import card_entry, record_card_acts
from onshi.flows.card_life import (
    HandedOver,
    Pictures,
    Renewing,
    change_details,
    continue_use,
    give_back,
    hand_over,
    lose,
    move_in,
    note_death,
    switch_kind,
)
from onshi.flows.check_consented import ConsentedCheck, check_consented
from onshi.flows.check_history import check_history, export_history
from onshi.flows.due_renewals import due_renewals
from onshi.flows.follow_enrolments import enrolment_entry, follow_enrolments
from onshi.flows.load_feed import Loaded, Progress, load_feed, take_feed
from onshi.flows.make_card import Authorities, Blank, CardOrder, make_card
from onshi.flows.own_view import History, Look, OwnView, own_view
from onshi.flows.present_card import CardAnswered, CardShown, presence_entry, present_cards
from onshi.flows.recording import entry_of, record
from onshi.flows.register_card import Registered, register_card
from onshi.flows.review_enrolment import answer_enrolment, decide_enrolment, disclose_enrolment
from onshi.flows.review_held import ACCEPT, REJECT, disclose_held, review_held
from onshi.flows.roll_up import REGISTERED, RolledUpCountry, roll_up, rolled_up_figures

__all__ = [
    "ACCEPT",
    "REJECT",
    "Authorities",
    "Blank",
    "CardAnswered",
    "CardOrder",
    "CardShown",
    "ConsentedCheck",
    "HandedOver",
    "History",
    "Loaded",
    "Look",
    "OwnView",
    "Pictures",
    "Progress",
    "REGISTERED",
    "Registered",
    "RolledUpCountry",
    "answer_enrolment",
    "Renewing",
    "card_entry",
    "change_details",
    "check_consented",
    "check_history",
    "continue_use",
    "decide_enrolment",
    "disclose_enrolment",
    "disclose_held",
    "due_renewals",
    "enrolment_entry",
    "entry_of",
    "export_history",
    "follow_enrolments",
    "give_back",
    "hand_over",
    "load_feed",
    "lose",
    "make_card",
    "move_in",
    "note_death",
    "own_view",
    "presence_entry",
    "present_cards",
    "record",
    "register_card",
    "record_card_acts",
    "review_held",
    "roll_up",
    "rolled_up_figures",
    "switch_kind",
    "take_feed",
]
