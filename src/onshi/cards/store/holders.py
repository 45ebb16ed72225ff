"""Holders and their forms."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, and_, insert, select, update

from onshi.cards.model import Form, FormId, Holder, HolderId, Sex
from onshi.cards.store.tables import forms, holders
from onshi.db import OPEN, Tx
from onshi.kernel import Moment
from onshi.law import Residence

_FACTS = (
    "name",
    "kana",
    "birth_on",
    "post_number",
    "address",
    "municipality",
    "stay_until",
    "is_ward",
    "deceased_on",
)


def as_holder(row: Row[Any]) -> Holder:
    """The holder of a row with every column of the table."""
    return Holder(
        id=HolderId(row.holder_id),
        sex=Sex(row.sex),
        residence=Residence(row.residence),
        guardian=None if row.guardian_id is None else HolderId(row.guardian_id),
        **{name: getattr(row, name) for name in _FACTS},
    )


def _values(holder: Holder) -> dict[str, Any]:
    values = {name: getattr(holder, name) for name in _FACTS}
    return values | {
        "holder_id": holder.id,
        "sex": holder.sex.value,
        "residence": holder.residence.value,
        "guardian_id": holder.guardian,
    }


def add_holders(tx: Tx, new: list[Holder], at: Moment) -> None:
    """Adds holders, by the thousand if need be."""
    rows = [_values(holder) | {"known_from": at, "known_to": OPEN} for holder in new]
    if rows:
        tx.execute(insert(holders), rows)


def holder_of(tx: Tx, holder_id: HolderId, known_at: Moment | None = None) -> Holder | None:
    """The holder as known now or then."""
    known = holders.c.known_to == OPEN
    if known_at is not None:
        known = and_(holders.c.known_from <= known_at, known_at < holders.c.known_to)
    row = tx.execute(select(holders).where(holders.c.holder_id == holder_id, known)).first()
    return None if row is None else as_holder(row)


def put_holder(tx: Tx, holder: Holder, at: Moment) -> None:
    """A new version of somebody who is there."""
    current = (holders.c.holder_id == holder.id, holders.c.known_to == OPEN)
    known_from: int = tx.execute(select(holders.c.known_from).where(*current)).scalar_one()
    if known_from == at:
        # Two facts that were learned at one moment are one version: a version lasts longer than no time.
        tx.execute(update(holders).where(*current).values(**_values(holder)))
        return
    tx.execute(update(holders).where(*current).values(known_to=at))
    tx.execute(insert(holders).values(**_values(holder), known_from=at, known_to=OPEN))


def _as_form(row: Row[Any]) -> Form:
    return Form(
        FormId(row.form_id), HolderId(row.holder_id), row.municipality, row.printed_on, row.ended_on, row.end_reason
    )


def add_forms(tx: Tx, printed: Iterable[Form]) -> None:
    """Adds forms just printed, at least one."""
    rows = [
        {"form_id": one.id, "holder_id": one.holder, "municipality": one.municipality, "printed_on": one.printed_on}
        for one in printed
    ]
    tx.execute(insert(forms), rows)


def form_of(tx: Tx, form_id: FormId) -> Form | None:
    """The form with this 申請書ID."""
    row = tx.execute(select(forms).where(forms.c.form_id == form_id)).first()
    return None if row is None else _as_form(row)


def forms_of(tx: Tx, holder_id: HolderId) -> list[Form]:
    """Every form of a holder, the oldest first."""
    query = select(forms).where(forms.c.holder_id == holder_id).order_by(forms.c.printed_on, forms.c.form_id)
    return [_as_form(row) for row in tx.execute(query)]


def end_forms(tx: Tx, holder_id: HolderId, *, on: date, reason: str) -> int:
    """Makes every form of the holder void that is not yet; returns how many."""
    open_ones = (forms.c.holder_id == holder_id, forms.c.ended_on.is_(None))
    return tx.execute(update(forms).where(*open_ones).values(ended_on=on, end_reason=reason)).rowcount
