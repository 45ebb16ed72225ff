"""Since when somebody cannot use a card and why; what a paper becomes. Pure."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date

import msgspec

from onshi import law
from onshi.audit import Action, Entry
from onshi.kernel import ONE_DAY, InsurerNumber, japan_day
from onshi.papers.errors import EndsTooEarly, NotForEverybody, PaperNotGiven, PaperOver, UnknownGround
from onshi.papers.model import Handed, Paper, PaperId, PaperKind, PaperState, Unable, shown_paper_id
from onshi.pki.model import Ending, Reason
from onshi.registry.members import Member

NEVER, WITHDRAWN, PAST_GRACE, RETURNED = "never-registered", "withdrawn", "past-grace", "card-returned"
EVERYBODY = "everybody"
_PAPERS = {
    PaperKind.QUALIFICATION: law.Paper.CONFIRMATION_DOCUMENT,
    PaperKind.NOTICE: law.Paper.ELIGIBILITY_NOTICE,
}
_MAY_BE_RETURNED = (PaperState.ISSUED, PaperState.LAPSED)


def grounds() -> list[str]:
    """The grounds on which somebody may ask for a 資格確認書."""
    return list(law.paper_grounds())


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def end_of_use(ending: Ending) -> tuple[date, str]:
    """The first day on which a certificate does not serve as insurance card any more, and the ground.

    Its return counts at once; otherwise its date does, and the grace after it. One that is held or revoked for another
    reason was lost or is being replaced: for that a paper is asked for, so it does not come before the date.
    """
    if ending.reason is Reason.CEASED and ending.revoked_at is not None:
        return japan_day(ending.revoked_at), RETURNED
    grace = law.grace_until(ending.not_after, ending.medium)
    return (grace or ending.not_after) + ONE_DAY, PAST_GRACE


def unable(member: Member, endings: Mapping[tuple[str, str], Ending]) -> tuple[date, str] | None:
    """From which day of the coverage on the member has no card to use, and why; None: they have one.

    The last of their certificates decides. One that the register does not know may be good: that is not a reason to
    say it is not. Somebody without any never registered one, unless they withdrew.
    """
    since, ground = _whatever_the_coverage(member, endings)
    if since is None:
        return None
    return max(since, member.starts_on, law.paper_grounds()[ground].since), ground


def _whatever_the_coverage(member: Member, endings: Mapping[tuple[str, str], Ending]) -> tuple[date | None, str]:
    if not member.cards:
        day = member.withdrawn_on or member.ends_on
        return (member.starts_on, NEVER) if day is None else (day, WITHDRAWN)
    ends = [end_of_use(one) for card in member.cards if (one := endings.get((card.issuer, card.serial)))]
    last = max(ends) if len(ends) == len(member.cards) else (None, PAST_GRACE)
    if member.ends_on is not None and (last[0] is None or member.ends_on < last[0]):
        return member.ends_on, WITHDRAWN
    return last


def newly_unable(members: Sequence[Member], endings: Mapping[tuple[str, str], Ending], *, month: date) -> list[Unable]:
    """Those of the members who cannot use a card since a day of the month on which they are insured, by that day."""
    found = []
    for member in members:
        verdict = unable(member, endings)
        if verdict is not None and month_of(verdict[0]) == month and member.in_force(verdict[0]):
            found.append(Unable(member.person, member.coverage, verdict[1], verdict[0]))
    return sorted(found, key=lambda one: (one.since, one.person, one.coverage))


def is_given(kind: str, on: date, ground: str) -> bool:
    """Whether that kind of insurer gives a 資格確認書 on that ground on the day."""
    decision = law.paper_for(kind, on, ground=ground)
    return decision is not None and decision.paper is law.Paper.CONFIRMATION_DOCUMENT


def check_asked(paper: PaperKind, ground: str | None, *, insurer: InsurerNumber, kind: str, on: date) -> None:
    """UnknownGround, PaperNotGiven."""
    wanted = ground if paper is PaperKind.QUALIFICATION else None
    if paper is PaperKind.QUALIFICATION and wanted not in law.paper_grounds():
        raise UnknownGround(known=", ".join(grounds()))
    decision = law.paper_for(kind, on, ground=wanted)
    if decision is None or decision.paper is not _PAPERS[paper]:
        raise PaperNotGiven(insurer=insurer, on=on)


def check_everybody(*, insurer: InsurerNumber, kind: str, on: date) -> None:
    """NotForEverybody."""
    decision = law.paper_for(kind, on, ground=None)
    if decision is None or decision.because.code != EVERYBODY:
        raise NotForEverybody(insurer=insurer, on=on)


def last_day(kind: str, on: date, wanted: date | None) -> date | None:
    """The last day of a 資格確認書 issued on the day. EndsTooEarly."""
    try:
        return law.paper_valid_to(on, kind, wanted)
    except ValueError:
        raise EndsTooEarly(on=on, wanted=wanted) from None


def returned(paper: Paper, *, on: date) -> Paper:
    """It came back. PaperOver when it had, or another stands in its place."""
    if paper.state not in _MAY_BE_RETURNED:
        raise PaperOver(state=paper.state)
    return msgspec.structs.replace(paper, state=PaperState.RETURNED, ended_on=on)


def lapsed(paper: Paper, *, on: date) -> Paper:
    """Its coverage was lost: it is to be returned."""
    return msgspec.structs.replace(paper, state=PaperState.LAPSED, ended_on=on)


def replaced(paper: Paper, new: PaperId, *, coverage: int, handed: Handed, on: date) -> tuple[Paper, Paper]:
    """The old one, and the new one in its place, which ends when the old one would have. PaperOver."""
    if not paper.holds(on):
        raise PaperOver(state="expired" if paper.state is PaperState.ISSUED else paper.state)
    old = msgspec.structs.replace(paper, state=PaperState.REPLACED, ended_on=on)
    made = msgspec.structs.replace(
        paper, id=new, coverage=coverage, month=month_of(on), issued_on=on, handed=handed, batch=None
    )
    return old, made


_ACTIONS = {PaperState.ISSUED: Action.PAPER_ISSUED}


def entry_of(paper: Paper, *, actor: str) -> Entry:
    """The log entry for what a paper has just become; its leaf is the SHA-256 of a JSON list: id, insurer, kind,
    ground, state, day of issue, last day, day on which it ended."""
    thing = f"paper:{shown_paper_id(paper.id)}"
    told = [
        thing,
        paper.insurer,
        paper.kind,
        paper.ground,
        paper.state,
        paper.issued_on,
        paper.valid_to,
        paper.ended_on,
    ]
    leaf = hashlib.sha256(msgspec.json.encode(told)).digest()
    action = _ACTIONS.get(paper.state, Action.PAPER_RETURNED)
    return Entry(actor, action, paper.state.value, leaf, paper.person, thing)
