"""The column of exit codes that belongs to this edge."""

from collections.abc import Iterable, Mapping

from onshi.eligibility import AnswerKind

IN_FORCE = 0
NOT_IN_FORCE = 1
CANNOT_TELL = 2
BAD_INPUT = 3
"""Also for usage errors and every refusal: nothing was answered."""
INTERRUPTED = 130

EXIT_CODES: Mapping[AnswerKind, int] = {
    AnswerKind.IN_FORCE: IN_FORCE,
    AnswerKind.LAWFUL_DOUBLE: IN_FORCE,
    AnswerKind.LOST: NOT_IN_FORCE,
    AnswerKind.LOST_OTHER_IN_FORCE: NOT_IN_FORCE,
    AnswerKind.NOT_REGISTERED: NOT_IN_FORCE,
    AnswerKind.MORE_THAN_ONE: CANNOT_TELL,
    AnswerKind.NOT_YET_LOADED: CANNOT_TELL,
    AnswerKind.UNDER_REVIEW: CANNOT_TELL,
    AnswerKind.CANNOT_TELL: CANNOT_TELL,
}


def exit_code(kinds: Iterable[AnswerKind]) -> int:
    """The highest code of the answers; 0 for none."""
    return max((EXIT_CODES[kind] for kind in kinds), default=IN_FORCE)
