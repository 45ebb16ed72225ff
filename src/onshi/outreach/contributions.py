"""Practices that organisations tell the programme of themselves, and what the office made of them. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from onshi.access import Party, PartyKind
from onshi.audit import Entry
from onshi.kernel import Moment, MunicipalityCode, japan_day
from onshi.outreach import errors, rules
from onshi.outreach.model import KINDS, NOTE_MAX, Word
from onshi.outreach.organisations import kind_of
from onshi.outreach.practices import Figure, Practice, Size, channel_words, size_of
from onshi.places import municipality

TITLE_MAX, UNIT_MAX = 60, 20


class ContributionState(StrEnum):
    """How far it is: sent, sent back by the office, open to everybody, or taken out of sight again."""

    WAITING = "waiting"
    RETURNED = "returned"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Contribution:
    """One version of what an organisation tells; every version stays.

    `owner` is a party id. `reason` says why this version was sent after another; `comment` is what the office wrote
    when it decided.
    """

    id: int
    version: int
    owner: str
    practice: Practice
    state: ContributionState
    reason: str
    comment: str
    sent_at: Moment
    decided_at: Moment | None = None

    @property
    def thing(self) -> str:
        """How the log names it."""
        return f"practice:{self.id}:{self.version}"


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody types: texts in Japanese, in English where there are any; for whom; through what; one figure."""

    title: tuple[str, str]
    what: tuple[str, str]
    contact: tuple[str, str]
    kinds: tuple[str, ...]
    channels: tuple[str, ...]
    figure: Figure | None = None
    size: Size | None = None
    cost: int | None = None


def code_of(contribution_id: int) -> str:
    """The code of its practice."""
    return f"own-{contribution_id}"


def practice_of(contribution_id: int, owner: Party, told: Told, *, on: date) -> Practice:
    """The practice as everybody will see it, checked.

    The size of a municipality is that of its residents, whatever it says. Incomplete, TextTooLong, PersonalNumberTyped,
    FigureOutOfRange, PracticeUnreadable, NotInProgramme.
    """
    code = code_of(contribution_id)
    if not told.kinds or not set(told.kinds) <= set(KINDS) or not set(told.channels) <= channel_words().keys():
        raise errors.Incomplete
    if told.cost is not None:
        rules.check_yen(told.cost)
    contact = _word(code, told.contact, most=TITLE_MAX)
    return Practice(
        code=code,
        title=_word(code, told.title, most=TITLE_MAX, is_needed=True),
        what=_word(code, told.what, is_needed=True),
        who=Word(code, owner.name, owner.name),
        done_by=kind_of(owner),
        size=_size(owner, told.size),
        kinds=told.kinds,
        channels=told.channels,
        figures=() if told.figure is None else (_checked(told.figure, on=on),),
        cost=told.cost,
        contact=contact if contact.ja else None,
        source=owner.name,
        known_from=on,
    )


def _word(code: str, texts: tuple[str, str], *, most: int = NOTE_MAX, is_needed: bool = False) -> Word:
    """Without English the Japanese stands for it."""
    read = rules.required_text if is_needed else rules.checked_text
    ja = read(texts[0], most=most)
    return Word(code, ja, rules.checked_text(texts[1], most=most) or ja)


def _size(owner: Party, said: Size | None) -> Size | None:
    if owner.kind is PartyKind.MUNICIPALITY:
        return size_of(municipality(MunicipalityCode(owner.code)).population)
    return said


def _checked(figure: Figure, *, on: date) -> Figure:
    """A figure says what was counted; of two days the earlier is the first, and neither is ahead."""
    ja = rules.checked_text(figure.ja, most=TITLE_MAX)
    if not ja:
        raise errors.PracticeUnreadable
    days = [day for day in (figure.before_on, figure.after_on) if day is not None]
    if days != sorted(days) or any(day > on for day in days):
        raise errors.PracticeUnreadable
    rules.check_people(figure.before, figure.after)
    return replace(
        figure,
        ja=ja,
        en=rules.checked_text(figure.en, most=TITLE_MAX) or ja,
        unit=rules.checked_text(figure.unit, most=UNIT_MAX),
        compared_with=rules.checked_text(figure.compared_with, most=TITLE_MAX),
    )


def first_version(contribution_id: int, owner: Party, practice: Practice, *, at: Moment) -> Contribution:
    """As it is sent for the first time."""
    return Contribution(contribution_id, 1, owner.id, practice, ContributionState.WAITING, "", "", at)


def next_version(last: Contribution, practice: Practice, reason: str, *, at: Moment) -> Contribution:
    """As it is sent once more. PracticeWaiting, ReasonMissing."""
    if last.state is ContributionState.WAITING:
        raise errors.PracticeWaiting
    said, waits = rules.checked_reason(reason), ContributionState.WAITING
    return Contribution(last.id, last.version + 1, last.owner, practice, waits, said, "", at)


def published(last: Contribution, *, at: Moment) -> Contribution:
    """Open to everybody from today on. PracticeNotWaiting."""
    _check_waits(last)
    practice = replace(last.practice, known_from=japan_day(at))
    return replace(last, practice=practice, state=ContributionState.PUBLISHED, decided_at=at)


def returned(last: Contribution, comment: str, *, at: Moment) -> Contribution:
    """Sent back with what is to be put right. PracticeNotWaiting, ReasonMissing."""
    _check_waits(last)
    return replace(last, state=ContributionState.RETURNED, comment=rules.checked_reason(comment), decided_at=at)


def _check_waits(last: Contribution) -> None:
    if last.state is not ContributionState.WAITING:
        raise errors.PracticeNotWaiting


def withdrawn(last: Contribution, *, at: Moment, comment: str = "") -> Contribution:
    """No longer to be seen, nor any version before it. PracticeWithdrawn when it is so already."""
    if last.state is ContributionState.WITHDRAWN:
        raise errors.PracticeWithdrawn
    return replace(last, state=ContributionState.WITHDRAWN, comment=comment, decided_at=at)


def in_force(versions: Sequence[Contribution]) -> Contribution | None:
    """Of the versions of one, the oldest first, that which everybody sees: the last that was published, while the
    newest was not withdrawn."""
    if versions and versions[-1].state is ContributionState.WITHDRAWN:
        return None
    return next((one for one in reversed(versions) if one.state is ContributionState.PUBLISHED), None)


def by_id(found: Iterable[Contribution]) -> list[list[Contribution]]:
    """The versions of each, the oldest first; in the order in which they were first sent."""
    groups: dict[int, list[Contribution]] = {}
    for one in sorted(found, key=lambda one: one.version):
        groups.setdefault(one.id, []).append(one)
    return sorted(groups.values(), key=lambda versions: (versions[0].sent_at, versions[0].id))


def entry_of(one: Contribution, *, actor: str) -> Entry:
    """The log entry for what has just become of it."""
    return rules.thing_entry(f"practice-{one.state.value}", one, one.thing, actor=actor)
