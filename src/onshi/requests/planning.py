"""What of a line of a timetable can be, and where it stands. Pure."""

from collections.abc import Sequence
from datetime import date, timedelta

from onshi.kernel import refuse_twelve_digits
from onshi.requests.errors import StepMalformed, TooEarly
from onshi.requests.model import PlanStep, StepKind, StepStanding

TITLE_MAX, AUDIENCE_MAX, NOTE_MAX, DECISIONS_MAX = 120, 80, 400, 1_000
PARTICIPANTS_MAX, PARTICIPANT_MAX = 60, 80
# How long 頃 stretches before something counts as late: ours.
ABOUT_DAYS = 31
MEETINGS = (StepKind.MEETING, StepKind.LIAISON_BUREAU, StepKind.LIAISON_DIVISION)


def standing_of(step: PlanStep, on: date) -> StepStanding:
    """Where a step stands on a day."""
    if step.done_on is not None and step.done_on <= on:
        return StepStanding.DONE
    last = step.window.last + timedelta(days=ABOUT_DAYS if step.window.is_about else 0)
    if on > last:
        return StepStanding.LATE
    return StepStanding.OPEN if step.window.first <= on else StepStanding.AHEAD


def check_step(step: PlanStep, *, today: date) -> None:
    """StepMalformed, PersonalNumberTyped; TooEarly when it is said to be done on a day that has not come."""
    refuse_twelve_digits(step.title, step.audience, step.note, step.decisions, *step.participants)
    if step.done_on is not None and step.done_on > today:
        raise TooEarly(after=today)
    lengths = (
        ("title", step.title, 1, TITLE_MAX),
        ("audience", step.audience, 0, AUDIENCE_MAX),
        ("note", step.note, 0, NOTE_MAX),
        ("decisions", step.decisions, 0, DECISIONS_MAX),
    )
    for field, text, least, most in lengths:
        if not least <= len(text) <= most:
            raise StepMalformed(field=field)
    if len(step.participants) > PARTICIPANTS_MAX or not _are_names(step.participants):
        raise StepMalformed(field="participants")
    # Only a meeting has somebody there, and decides.
    if step.kind not in MEETINGS and (step.participants or step.decisions):
        raise StepMalformed(field="participants")


def _are_names(names: Sequence[str]) -> bool:
    return all(0 < len(one) <= PARTICIPANT_MAX for one in names)
