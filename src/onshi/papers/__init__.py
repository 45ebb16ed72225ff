"""資格確認書 and 資格情報のお知らせ: who is owed one, and what becomes of each."""

from onshi.papers import errors
from onshi.papers.issuing import everybody_elderly, issue_ex_officio, issue_on_request, replace
from onshi.papers.keeping import (
    batches_of,
    due_for_renewal,
    give_back,
    insurers_with_papers,
    lapse,
    paper_of,
    papers_of,
    to_be_returned,
)
from onshi.papers.listing import newly_unable
from onshi.papers.model import (
    Batch,
    BatchId,
    Handed,
    Line,
    Paper,
    PaperId,
    PaperKind,
    PaperState,
    Sorting,
    Unable,
    parse_paper_id,
    shown_paper_id,
)
from onshi.papers.printing import print_one, print_run
from onshi.papers.rules import EVERYBODY, entry_of, grounds

__all__ = [
    "EVERYBODY",
    "Batch",
    "BatchId",
    "Handed",
    "Line",
    "Paper",
    "PaperId",
    "PaperKind",
    "PaperState",
    "Sorting",
    "Unable",
    "batches_of",
    "due_for_renewal",
    "entry_of",
    "errors",
    "everybody_elderly",
    "give_back",
    "grounds",
    "insurers_with_papers",
    "issue_ex_officio",
    "issue_on_request",
    "lapse",
    "newly_unable",
    "paper_of",
    "papers_of",
    "parse_paper_id",
    "print_one",
    "print_run",
    "replace",
    "shown_paper_id",
    "to_be_returned",
]
