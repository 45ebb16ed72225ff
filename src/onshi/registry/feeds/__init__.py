"""Insurer feeds: read in any form they come, checked whole, and answered with findings the sender can act on."""

from onshi.registry.feeds.catalogue import FINDINGS, FindingKind, findings_frame
from onshi.registry.feeds.columns import COLUMNS, Column
from onshi.registry.feeds.errors import FeedRefused
from onshi.registry.feeds.exports import findings_csv, findings_csv_chunks, findings_xlsx
from onshi.registry.feeds.model import MODES, Checked, FeedFile, Limits, Mode, Part
from onshi.registry.feeds.reading import open_feed, parts
from onshi.registry.feeds.template import template
from onshi.registry.feeds.validating import empty_good, validate

__all__ = [
    "COLUMNS",
    "FINDINGS",
    "MODES",
    "Checked",
    "Column",
    "FeedFile",
    "FeedRefused",
    "FindingKind",
    "Limits",
    "Mode",
    "Part",
    "empty_good",
    "findings_csv",
    "findings_csv_chunks",
    "findings_frame",
    "findings_xlsx",
    "open_feed",
    "parts",
    "template",
    "validate",
]
