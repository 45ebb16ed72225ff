"""What is wrong with one place of somebody's data: reported, never raised."""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """What a finding does to its row."""

    ERROR = "error"  # the row was not taken
    HELD = "held"  # the row waits for a person to decide
    WARNING = "warning"  # the row was taken; look at it
    NOTE = "note"  # nothing to do; said so that nobody wonders


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem at one place.

    `row` counts data rows from 1 (0: the file as a whole); `column` is the header as the sender
    wrote it, or empty. `code` is listed with its meaning and remedy in the reference of findings.
    Values of the row are never part of a finding: it may be mailed, printed and logged.
    """

    row: int
    column: str
    code: str
    severity: Severity
