"""Stories that need several rooms, one file each, written out in order."""

from onshi.flows.load_feed import Loaded, Progress, load_feed, take_feed
from onshi.flows.recording import entry_of, record
from onshi.flows.review_held import ACCEPT, REJECT, disclose_held, review_held

__all__ = [
    "ACCEPT",
    "REJECT",
    "Loaded",
    "Progress",
    "disclose_held",
    "entry_of",
    "load_feed",
    "record",
    "review_held",
    "take_feed",
]
