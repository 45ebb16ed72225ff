"""Stories that need several rooms, one file each, written out in order."""

from onshi.flows.load_feed import Loaded, Progress, load_feed

__all__ = ["Loaded", "Progress", "load_feed"]
