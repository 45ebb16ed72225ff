"""A reviewer decides whom a held row means, whether two people are one, and whether a link is sound."""

from datetime import date

import polars as pl

from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, PersonId
from onshi.registry.errors import UnknownHeldRow, UnknownPerson
from onshi.registry.feeds import empty_good
from onshi.registry.loading import Draw, apply_rows
from onshi.registry.model import HeldRow, Link
from onshi.registry.store import feeds as feed_store
from onshi.registry.store import held as held_store
from onshi.registry.store import people as store

ACCEPTED, REJECTED = "accepted", "rejected"


def decide_held(tx: Tx, held_id: int, *, accept: bool, by: str, at: Moment, draw: Draw) -> HeldRow:
    """Ends the waiting of a row. Accepted: it is about the candidate. Rejected: it is about somebody else.

    A row that blocks is then taken (accepted, with the candidate's facts corrected by it) or dropped; a row
    that does not block already stands at a person of its own, who becomes the candidate or stays. Raises
    UnknownHeldRow when nobody waits for this decision (any more). Returns the row as it was.
    """
    row = held_store.one(tx, held_id)
    if row is None:
        raise UnknownHeldRow(held=held_id)
    held_store.decide(tx, [held_id], decision=ACCEPTED if accept else REJECTED, by=by, at=at)
    if accept and row.candidate is not None:
        if row.blocks:
            _take_as(tx, row, row.candidate, at, draw)
        else:
            _merge(tx, row, row.candidate, at)
    return row


def _take_as(tx: Tx, row: HeldRow, candidate: PersonId, at: Moment, draw: Draw) -> None:
    """Takes a row as being about the candidate: their name, birth date and sex follow it, then the row is applied."""
    feed = feed_store.one(tx, row.feed)
    person = store.person(tx, candidate)
    if feed is None or person is None:
        raise UnknownPerson
    content = row.content
    _correct(tx, candidate, row, at)
    link = store.link(tx, row.insurer, candidate)
    if link is None:
        link = Link(row.insurer, _code(draw), candidate)
        store.add_link(tx, link, at=at)
    good = _as_good({**content, "link_code": link.code}, row.row)
    apply_rows(tx, feed, good, at=Moment(at + 1), draw=draw)


def _code(draw: Draw) -> str:
    return f"{draw(1)[0]:016X}"


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
    frame = pl.DataFrame({"row": [row], **texts}, schema={"row": pl.Int64, **{n: pl.String for n in texts}})
    for name, kind in schema.items():
        if kind == pl.Date:
            frame = frame.with_columns(pl.col(name).str.to_date("%Y-%m-%d"))
        elif kind == pl.Boolean:
            frame = frame.with_columns(pl.col(name) == "True")
        elif name != "row":
            frame = frame.with_columns(pl.col(name).cast(kind))
    return frame.select(schema.names())


def _merge(tx: Tx, row: HeldRow, candidate: PersonId, at: Moment) -> None:
    """The person whom the row started is the candidate after all: coverages and link move over."""
    own = row.content.get("person_id")
    if own is None:
        raise UnknownPerson
    person = PersonId(int(own))
    for coverage in store.coverages_of(tx, person):
        store.move_coverage(tx, coverage, candidate, feed_id=row.feed, at=at)
    link = store.link(tx, row.insurer, person)
    if link is not None:
        store.end_link(tx, link, at=at)
        if store.link(tx, row.insurer, candidate) is None:
            store.add_link(tx, Link(link.insurer, link.code, candidate, link.suspended), at=at)


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


