"""Who has no card, and the printing runs."""

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from onshi.cards.mailings import Candidate, Choice, Mailing, MailingId, born_by
from onshi.cards.model import CardState, Form, FormId, Holder, HolderId
from onshi.cards.store.holders import as_holder
from onshi.cards.store.tables import applications, cards, forms, holders, mailed, mailings
from onshi.db import OPEN, Tx
from onshi.kernel import MunicipalityCode


def _without_card(municipality: MunicipalityCode, on: date, *columns: Any) -> Select[Any]:
    """These `columns` of residents alive with neither a card in force nor an application under way."""
    card = select(cards.c.card_id).where(
        cards.c.holder_id == holders.c.holder_id, cards.c.state == CardState.ACTIVE.value, cards.c.valid_to >= on
    )
    application = select(applications.c.application_id).where(
        applications.c.holder_id == holders.c.holder_id, applications.c.is_open
    )
    return select(*columns).where(
        holders.c.known_to == OPEN,
        holders.c.municipality == municipality,
        holders.c.deceased_on.is_(None),
        ~card.exists(),
        ~application.exists(),
    )


def chosen(tx: Tx, municipality: MunicipalityCode, choice: Choice, on: date) -> list[Candidate]:
    """Everybody of a town whom a choice means, in one statement."""
    facts = (holders.c.holder_id, holders.c.post_number, holders.c.address, holders.c.birth_on)
    query = _without_card(municipality, on, *facts)
    if choice.post_number:
        query = query.where(holders.c.post_number.startswith(choice.post_number, autoescape=True))
    if choice.age_from is not None:
        query = query.where(holders.c.birth_on <= born_by(on, choice.age_from))
    if choice.age_to is not None:
        query = query.where(holders.c.birth_on > born_by(on, choice.age_to + 1))
    if choice.not_mailed_since is not None:
        lately = (
            select(mailed.c.run_id)
            .join(mailings, mailings.c.run_id == mailed.c.run_id)
            .where(
                mailed.c.holder_id == holders.c.holder_id,
                mailings.c.municipality == municipality,
                mailings.c.made_on >= choice.not_mailed_since,
            )
        )
        query = query.where(~lately.exists())
    return [Candidate(HolderId(row.holder_id), row.post_number, row.address, row.birth_on) for row in tx.execute(query)]


def still_in(tx: Tx, run: Mailing, on: date) -> dict[HolderId, tuple[Form, Holder]]:
    """Who of a run is still a resident without a card, each with the form of that run where it is not void."""
    query = (
        _without_card(run.municipality, on, holders, forms.c.form_id, forms.c.printed_on)
        .join(mailed, mailed.c.holder_id == holders.c.holder_id)
        .join(forms, forms.c.form_id == mailed.c.form_id)
        .where(mailed.c.run_id == run.id, forms.c.ended_on.is_(None))
    )
    found = [(as_holder(row), row) for row in tx.execute(query)]
    return {
        holder.id: (Form(FormId(row.form_id), holder.id, run.municipality, row.printed_on), holder)
        for holder, row in found
    }


def add(tx: Tx, run: Mailing, printed: Iterable[Form]) -> None:
    """Adds a run and the form of each of its people."""
    since = run.choice.not_mailed_since
    choice = asdict(run.choice) | {"not_mailed_since": None if since is None else since.isoformat()}
    tx.execute(
        insert(mailings).values(
            run_id=run.id,
            municipality=run.municipality,
            made_on=run.made_on,
            choice=choice,
            households=run.households,
            people=run.people,
            printed_on=run.printed_on,
        )
    )
    rows = [{"holder_id": one.holder, "run_id": run.id, "form_id": one.id} for one in printed]
    tx.execute(insert(mailed), rows)


def mark_printed(tx: Tx, run_id: MailingId, on: date) -> None:
    """The run was printed; the first day stands."""
    tx.execute(
        update(mailings).where(mailings.c.run_id == run_id, mailings.c.printed_on.is_(None)).values(printed_on=on)
    )


def run_of(tx: Tx, run_id: MailingId) -> Mailing | None:
    """The run, whosever it is."""
    row = tx.execute(select(mailings).where(mailings.c.run_id == run_id)).first()
    return None if row is None else _as_mailing(row)


def runs(tx: Tx, area: str, limit: int) -> list[Mailing]:
    """The newest runs of every municipality whose code begins with `area`."""
    query = (
        select(mailings).order_by(mailings.c.made_on.desc(), mailings.c.municipality, mailings.c.run_id).limit(limit)
    )
    if area:
        query = query.where(mailings.c.municipality.startswith(area, autoescape=True))
    return [_as_mailing(row) for row in tx.execute(query)]


def _as_mailing(row: Row[Any]) -> Mailing:
    since = row.choice["not_mailed_since"]
    choice = Choice(**(row.choice | {"not_mailed_since": None if since is None else date.fromisoformat(since)}))
    return Mailing(
        MailingId(row.run_id),
        MunicipalityCode(row.municipality),
        row.made_on,
        choice,
        row.households,
        row.people,
        row.printed_on,
    )
