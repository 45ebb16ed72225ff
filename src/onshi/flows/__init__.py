"""Stories that need several rooms, one file each, written out in order."""

from onshi.flows.load_feed import Loaded, Progress, load_feed, take_feed
from onshi.flows.own_view import History, Look, OwnView, own_view
from onshi.flows.recording import entry_of, record
from onshi.flows.review_held import ACCEPT, REJECT, disclose_held, review_held

__all__ = [
    "ACCEPT",
    "REJECT",
    "History",
    "Loaded",
    "Look",
    "OwnView",
    "Progress",
    "disclose_held",
    "entry_of",
    "load_feed",
    "own_view",
    "record",
    "review_held",
    "take_feed",
]
