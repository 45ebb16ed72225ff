"""A move to another municipality, and what it asks of somebody who holds a card."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NewType

from onshi import law
from onshi.cards.errors import MoveRefused
from onshi.cards.model import Card, CardKind, Event, Holder, HolderId
from onshi.kernel import MunicipalityCode

MoveId = NewType("MoveId", int)
"""A random 63-bit integer: one move of one holder."""

CONTINUED = law.MoveStanding.CONTINUED.value
NO_CARD = "no-card"
REPLACED = "card-replaced"
DECEASED = "holder-deceased"
ANNOUNCED_AGAIN = "announced-again"


class Work(StrEnum):
    """What is to be done at the window in the same visit."""

    CONTINUE = "continue"  # 継続利用
    REWRITE_ENTRIES = "rewrite_entries"  # 券面記載事項の変更
    REISSUE_SIGNATURE = "reissue_signature"  # 署名用電子証明書: revoked by the new address, issued again
    APPLY_ANEW = "apply_anew"  # the card is void


@dataclass(frozen=True, slots=True)
class Move:
    """One move: announced where somebody leaves (転出), notified where they arrive (転入届).

    `planned_on` is the 転出予定日. While `is_waiting`, the card has to be continued (継続利用) by `continue_by`, that
    day included.
    """

    id: MoveId
    holder: HolderId
    from_municipality: MunicipalityCode
    to_municipality: MunicipalityCode | None = None
    planned_on: date | None = None
    moved_on: date | None = None
    notified_on: date | None = None
    continue_by: date | None = None
    continued_on: date | None = None
    ended_on: date | None = None
    end_reason: str | None = None
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class MovedIn:
    """What came of a 転入届: the verdict on the card with its reason, what to do now, what goes into the log."""

    move: Move
    verdict: law.MoveInVerdict | None
    works: tuple[Work, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Continued:
    """The card goes on: entries to be rewritten, certificates to be reissued in the same visit."""

    card: Card
    works: tuple[Work, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class Lapsed:
    """The card is void, or there is none any more: another has to be applied for. `reason` is a code of the law's."""

    reason: str
    works: tuple[Work, ...]
    events: tuple[Event, ...]


@dataclass(frozen=True, slots=True)
class RunningOut:
    """Somebody whose card becomes void if nothing is done; `days_left` is 0 on the last day and negative after it."""

    move: Move
    days_left: int


def check_days(holder: Holder, to: MunicipalityCode, moved_on: date, notified_on: date) -> None:
    """Raises `MoveRefused` for a move to where the holder lives, before birth, or notified before it took place."""
    if to == holder.municipality:
        raise MoveRefused(field="municipality")
    if moved_on > notified_on or moved_on < holder.birth_on:
        raise MoveRefused(field="moved_on")


def works_after(card: Card, holder: Holder, on: date) -> tuple[Work, ...]:
    """What a continued card needs: its entries, and the signature certificate where the holder may have one."""
    has_signature = law.has_signature_certificate(
        holder.birth_on, on, is_ward=holder.is_ward, is_face_card=card.kind is CardKind.FACE
    )
    return (Work.REWRITE_ENTRIES, Work.REISSUE_SIGNATURE) if has_signature else (Work.REWRITE_ENTRIES,)


def running_out(move: Move, on: date) -> RunningOut:
    """How many days are left for a move that waits."""
    assert move.continue_by is not None, "a move that waits has a last day"
    return RunningOut(move, law.days_left(move.continue_by, on))


def verdict_on(move: Move, on: date, *, moves_again_on: date | None = None) -> law.MoveInVerdict:
    """How it stands with the card on that day, by law/card_deadlines.toml."""
    assert move.moved_on is not None, "a move that was notified took place"
    return law.move_in_verdict(
        moved_on=move.moved_on,
        planned_on=move.planned_on,
        notified_on=move.notified_on,
        continued_on=move.continued_on,
        on=on,
        moves_again_on=moves_again_on,
    )
