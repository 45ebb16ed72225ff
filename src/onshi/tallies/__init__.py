"""How many members of each insurer have registered a card: recorded, taken, shared; and how late insurers' data are."""

from onshi.tallies import errors
from onshi.tallies.model import Count, Delay, Done, Figure, OfKind, Own, Quartiles, Step
from onshi.tallies.rules import entry_of, is_ministry, sharing
from onshi.tallies.service import (
    all_figures,
    counts,
    delays,
    figures_for,
    own_delays,
    own_figures,
    record_counts,
    share,
    take,
    told_to_everybody,
)

__all__ = [
    "Count",
    "Delay",
    "Done",
    "Figure",
    "OfKind",
    "Own",
    "Quartiles",
    "Step",
    "all_figures",
    "counts",
    "delays",
    "entry_of",
    "errors",
    "figures_for",
    "is_ministry",
    "own_delays",
    "own_figures",
    "record_counts",
    "share",
    "sharing",
    "take",
    "told_to_everybody",
]
