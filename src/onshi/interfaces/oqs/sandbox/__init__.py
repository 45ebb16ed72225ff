"""A sandbox for those who write clinic software: what theirs wrote, held against what the interface asks."""

from onshi.interfaces.oqs.sandbox.checks import FILE_CHECKS
from onshi.interfaces.oqs.sandbox.dialogue import DIALOGUE_CHECKS
from onshi.interfaces.oqs.sandbox.gathering import is_agent_folder, seen_files, seen_in
from onshi.interfaces.oqs.sandbox.judging import Judged, Report, Rule, Verdict, Weight, judge, rules
from onshi.interfaces.oqs.sandbox.observed import Seen, SeenAnswer, SeenRequest
from onshi.interfaces.oqs.sandbox.rendering import WORDS, page_of, report_page, report_pdf

__all__ = [
    "DIALOGUE_CHECKS",
    "FILE_CHECKS",
    "WORDS",
    "Judged",
    "Report",
    "Rule",
    "Seen",
    "SeenAnswer",
    "SeenRequest",
    "Verdict",
    "Weight",
    "is_agent_folder",
    "judge",
    "page_of",
    "report_page",
    "report_pdf",
    "rules",
    "seen_files",
    "seen_in",
]
