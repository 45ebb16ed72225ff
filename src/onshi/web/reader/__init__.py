"""The card reader of a demo: a drawer of software cards, what passes when one is shown, and what is said of it."""

from onshi.web.reader.conversation import Overheard, Step
from onshi.web.reader.said import OUTCOME_TONES, Said, said_by_card, said_by_server
from onshi.web.reader.showing import DESK, Terminal, Wanted, drawer_values, read_wanted, show_card, terminal_of

__all__ = [
    "DESK",
    "OUTCOME_TONES",
    "Overheard",
    "Said",
    "Step",
    "Terminal",
    "Wanted",
    "drawer_values",
    "read_wanted",
    "said_by_card",
    "said_by_server",
    "show_card",
    "terminal_of",
]
