"""A reviewer decides whom a held row means, whether two people are one, and whether a link is sound."""

from datetime import date

import polars as pl

from onshi.db import Tx
from onshi.kernel import InsurerNumber, LinkCode, Moment, PersonId
from onshi.registry.errors import UnknownHeldRow, UnknownPerson
from onshi.registry.feeding import tell_review
from onshi.registry.feeds import empty_good
from onshi.registry.loading import Draw, apply_rows
from onshi.registry.model import HeldRow, Link
from onshi.registry.store import enrolments as enrolment_store
from onshi.registry.store import feeds as feed_store
from onshi.registry.store import held as held_store
from onshi.registry.store import people as store

ACCEPTED, REJECTED = "accepted", "rejected"


def decide_held(
    tx: Tx, held_id: int, *, accept: bool, by: str, at: Moment, draw: Draw, candidate: PersonId | None = None
) -> HeldRow:
    """Ends the waiting of a row. Accepted: it is about the candidate. Rejected: it is about somebody else.

    A row that blocks, accepted: the candidate's name, kana, birth date and sex follow it and it is taken; a suspended
    link is thereby found sound. Rejected: without a link code it starts a new person if it is a 新規; with one the
    link stays and the row is dropped, for the insurer to correct. A row that does not block already stands at a person
    of its own, who becomes the candidate or stays.

    `candidate` names whom the reviewer means, where the row has none or another. Raises UnknownHeldRow when nobody
    waits for this decision (any more), UnknownPerson when accepting without a candidate. What the row gives rise to
    is added to the findings of its feed. Returns the row as it was.
    """
    row = held_store.one(tx, held_id)
    if row is None:
        raise UnknownHeldRow(held=held_id)
    meant = row.candidate if candidate is None else candidate
    held_store.decide(tx, [held_id], decision=ACCEPTED if accept else REJECTED, by=by, at=at)
    if accept:
        if meant is None or store.person(tx, meant) is None:
            raise UnknownPerson
        if row.blocks:
            _take_as(tx, row, meant, at, draw)
        else:
            _merge(tx, row, meant, at)
    elif row.blocks and row.content["link_code"] is None and row.content["kind"] == "new":
        _apply(tx, row, row.content, Moment(at + 1), draw, are_strangers=True)
    return row


def _take_as(tx: Tx, row: HeldRow, candidate: PersonId, at: Moment, draw: Draw) -> None:
    """Takes a row as being about the candidate: their name, birth date and sex follow it, then the row is applied."""
    _correct(tx, candidate, row, at)
    link = store.link(tx, row.insurer, candidate)
    if link is None:
        link = Link(row.insurer, _code(draw), candidate)
        store.add_link(tx, link, at=at)
    elif link.suspended:
        resume_link(tx, row.insurer, candidate, at=at)
    _apply(tx, row, {**row.content, "link_code": link.code}, Moment(at + 1), draw)


def _apply(
    tx: Tx, row: HeldRow, content: dict[str, str | None], at: Moment, draw: Draw, *, are_strangers: bool = False
) -> None:
    feed = feed_store.one(tx, row.feed)
    assert feed is not None, "a held row keeps its feed"
    applied = apply_rows(tx, feed, _as_good(content, row.row), at=at, draw=draw, are_strangers=are_strangers)
    tell_review(tx, feed.id, applied.findings)


def _code(draw: Draw) -> LinkCode:
    return LinkCode(f"{draw(1)[0]:016X}")


def _correct(tx: Tx, candidate: PersonId, row: HeldRow, at: Moment) -> None:
    content = row.content
    store.correct_person(
        tx,
        candidate,
        name=content["name"] or "",
        kana=content["kana"] or "",
        birth_on=date.fromisoformat(content["birth_on"] or ""),
        sex=content["sex"] or "",
        at=at,
    )


def _as_good(content: dict[str, str | None], row: int) -> pl.DataFrame:
    """The row as the checked frame it once was part of."""
    schema = empty_good().schema
    renamed = {**content, "name_kana": content.get("kana"), "name_other_kana": content.get("kana_other")}
    texts = {name: [renamed.get(name)] for name in schema if name != "row"}
    frame = pl.DataFrame({"row": [row], **texts}, schema={"row": pl.Int64, **dict.fromkeys(texts, pl.String)})
    for name, kind in schema.items():
        if kind == pl.Date:
            frame = frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d"))
        elif kind == pl.Boolean:
            frame = frame.with_columns(pl.col(name) == "True")
        elif name != "row":
            frame = frame.with_columns(pl.col(name).cast(kind))
    return frame.select(schema.names())


def _merge(tx: Tx, row: HeldRow, candidate: PersonId, at: Moment) -> None:
    """The person whom the row started is the candidate after all: coverages, links, cards and enrolments move over.

    Where an insurer names both, the candidate's link code stays and the other is given up.
    """
    person = row.own_person
    if person is None or store.person(tx, person) is None or person == candidate:
        raise UnknownPerson
    for coverage in store.coverages_of(tx, person):
        store.move_coverage(tx, coverage, candidate, feed_id=row.feed, at=at)
    for link in store.links_of(tx, person):
        store.end_link(tx, link, at=at)
        if store.link(tx, link.insurer, candidate) is None:
            store.add_link(tx, Link(link.insurer, link.code, candidate, link.suspended), at=at)
    for card in store.cards_of(tx, person):
        store.put_card(tx, card, candidate, at=at)
    enrolment_store.move(tx, person, candidate, at=at)
    # Nobody must be matched to somebody who is somebody else.
    store.end_person(tx, person, at=at)
    held_store.rename_candidate(tx, person, candidate)


def suspend_link(tx: Tx, insurer: InsurerNumber, person: PersonId, *, at: Moment) -> None:
    """The link is in doubt: the person's coverage at this insurer answers "under review" until it is resumed."""
    _set_suspended(tx, insurer, person, is_suspended=True, at=at)


def resume_link(tx: Tx, insurer: InsurerNumber, person: PersonId, *, at: Moment) -> None:
    """The link is sound after all."""
    _set_suspended(tx, insurer, person, is_suspended=False, at=at)


def _set_suspended(tx: Tx, insurer: InsurerNumber, person: PersonId, *, is_suspended: bool, at: Moment) -> None:
    link = store.link(tx, insurer, person)
    if link is None:
        raise UnknownPerson
    if link.suspended == is_suspended:
        return
    store.end_link(tx, link, at=at)
    store.add_link(tx, Link(insurer, link.code, person, is_suspended), at=at)
    store.mark_suspended(tx, insurer, person, is_suspended=is_suspended, at=at)
