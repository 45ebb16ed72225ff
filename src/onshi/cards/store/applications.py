"""Applications, their photos and their history."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import Row, delete, func, insert, select, update

from onshi.cards.model import (
    Application,
    ApplicationId,
    CardId,
    Desk,
    Documents,
    FormId,
    Helper,
    HolderId,
    Kind,
    Passage,
    PhotoSource,
    Stage,
    State,
    Venue,
    Wish,
)
from onshi.cards.store.tables import application_keys, applications, events, photos
from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode, japan_day


def _as_application(row: Row[Any]) -> Application:
    return Application(
        id=ApplicationId(row.application_id),
        holder=HolderId(row.holder_id),
        municipality=MunicipalityCode(row.municipality),
        form=None if row.form_id is None else FormId(row.form_id),
        wish=Wish(
            route=row.route,
            method=row.method,
            delivery=row.delivery,
            kind=Kind(row.kind),
            photo_source=PhotoSource(row.photo_source),
            helper=None if row.helper is None else Helper(row.helper),
            workplace=row.workplace,
            venue=None if row.venue is None else Venue(row.venue),
            express_ground=row.express_ground,
            express_since=row.express_since,
            is_face_card=row.is_face_card,
        ),
        state=State(row.state),
        state_since=row.state_since,
        applied_on=row.applied_on,
        photo=row.photo,
        desk=None if row.desk is None else Desk(row.desk),
        documents=None if row.documents is None else _as_documents(row.documents),
        notice_on=row.notice_on,
        reminded_on=row.reminded_on,
        custody_place=row.custody_place,
        card=None if row.card_id is None else CardId(row.card_id),
        is_open=row.is_open,
    )


def _as_documents(kept: dict[str, Any]) -> Documents:
    return Documents(
        kept["accepted"], tuple(kept["shown"]), tuple(kept["because"]), date.fromisoformat(kept["decided_on"])
    )


def _document_value(documents: Documents | None) -> dict[str, object] | None:
    if documents is None:
        return None
    return {
        "accepted": documents.accepted,
        "shown": list(documents.shown),
        "because": list(documents.because),
        "decided_on": documents.decided_on.isoformat(),
    }


def _values(application: Application) -> dict[str, Any]:
    wish = application.wish
    return {
        "municipality": application.municipality,
        "form_id": application.form,
        "route": wish.route,
        "method": wish.method,
        "delivery": wish.delivery,
        "kind": wish.kind.value,
        "photo_source": wish.photo_source.value,
        "helper": wish.helper and wish.helper.value,
        "workplace": wish.workplace,
        "venue": wish.venue and wish.venue.value,
        "express_ground": wish.express_ground,
        "express_since": wish.express_since,
        "is_face_card": wish.is_face_card,
        "desk": application.desk and application.desk.value,
        "state": application.state.value,
        "state_since": application.state_since,
        "applied_on": application.applied_on,
        "photo": application.photo,
        "documents": _document_value(application.documents),
        "notice_on": application.notice_on,
        "reminded_on": application.reminded_on,
        "custody_place": application.custody_place,
        "card_id": application.card,
        "is_open": application.is_open,
    }


def add_application(tx: Tx, new: Application) -> None:
    """Adds an application and the key by which it is found."""
    tx.execute(insert(applications).values(holder_id=new.holder, application_id=new.id, **_values(new)))
    tx.execute(insert(application_keys).values(application_id=new.id, holder_id=new.holder))


def save_application(tx: Tx, application: Application) -> None:
    """Writes an application that is there as it stands now."""
    same = (applications.c.holder_id == application.holder, applications.c.application_id == application.id)
    tx.execute(update(applications).where(*same).values(**_values(application)))


def application_of(tx: Tx, application_id: ApplicationId) -> Application | None:
    """The application with this id, over the table that knows whose it is."""
    whose = select(application_keys.c.holder_id).where(application_keys.c.application_id == application_id)
    holder = tx.execute(whose).scalar_one_or_none()
    if holder is None:
        return None
    same = (applications.c.holder_id == holder, applications.c.application_id == application_id)
    return _as_application(tx.execute(select(applications).where(*same)).one())


def applications_of(tx: Tx, holder_id: HolderId) -> list[Application]:
    """Every application of a holder, the oldest first."""
    query = (
        select(applications)
        .where(applications.c.holder_id == holder_id)
        .order_by(applications.c.applied_on, applications.c.state_since, applications.c.application_id)
    )
    return [_as_application(row) for row in tx.execute(query)]


def open_application_of(tx: Tx, holder_id: HolderId) -> Application | None:
    """The one that is under way, if there is one."""
    row = tx.execute(select(applications).where(applications.c.holder_id == holder_id, applications.c.is_open)).first()
    return None if row is None else _as_application(row)


def in_states(
    tx: Tx, municipality: MunicipalityCode, states: Iterable[State], *, since_before: date | None, limit: int
) -> list[Application]:
    """Applications of a municipality in these states, who waits longest first."""
    query = (
        select(applications)
        .where(
            applications.c.municipality == municipality,
            applications.c.state.in_(sorted(state.value for state in states)),
        )
        .order_by(applications.c.state_since, applications.c.application_id)
        .limit(limit)
    )
    if since_before is not None:
        query = query.where(applications.c.state_since < since_before)
    return [_as_application(row) for row in tx.execute(query)]


def add_event(
    tx: Tx,
    holder: HolderId,
    thing: ApplicationId | CardId,
    *,
    at: Moment,
    municipality: MunicipalityCode,
    step: str,
    actor: str,
    before: str,
    after: str,
    stage: Stage | None = None,
) -> None:
    """Appends one line to the history of an application or a card."""
    same = (events.c.holder_id == holder, events.c.object_id == thing)
    seq = 1 + tx.execute(select(func.coalesce(func.max(events.c.seq), 0)).where(*same)).scalar_one()
    day = japan_day(at)
    tx.execute(
        insert(events).values(
            holder_id=holder,
            object_id=thing,
            seq=seq,
            at=at,
            month=day.year * 100 + day.month,
            municipality=municipality,
            step=step,
            actor=actor,
            before=before,
            after=after,
            stage=stage and stage.value,
        )
    )


def history(tx: Tx, holder: HolderId, thing: ApplicationId | CardId) -> list[Passage]:
    """What happened to an application or a card, the oldest first."""
    query = select(events).where(events.c.holder_id == holder, events.c.object_id == thing).order_by(events.c.seq)
    return [
        Passage(
            row.seq,
            Moment(row.at),
            row.step,
            row.actor,
            row.before,
            row.after,
            None if row.stage is None else Stage(row.stage),
        )
        for row in tx.execute(query)
    ]


def keep_photo(tx: Tx, holder: HolderId, digest: bytes, content: bytes, taken_on: date) -> None:
    """Keeps a photo once."""
    same = (photos.c.holder_id == holder, photos.c.digest == digest)
    if tx.execute(select(photos.c.digest).where(*same)).first() is None:
        tx.execute(insert(photos).values(holder_id=holder, digest=digest, content=content, taken_on=taken_on))


def photo_of(tx: Tx, holder: HolderId, digest: bytes) -> bytes | None:
    """The photo, unless it was deleted."""
    found: bytes | None = tx.execute(
        select(photos.c.content).where(photos.c.holder_id == holder, photos.c.digest == digest)
    ).scalar_one_or_none()
    return found


def drop_photos(tx: Tx, closed_before: date) -> int:
    """Deletes the photos that only applications closed before that day have; returns how many."""
    still = select(applications.c.application_id).where(
        applications.c.holder_id == photos.c.holder_id,
        applications.c.photo == photos.c.digest,
        applications.c.is_open | (applications.c.state_since >= closed_before),
    )
    return tx.execute(delete(photos).where(~still.exists())).rowcount


def drop_photos_of(tx: Tx, holder: HolderId) -> int:
    """Deletes every photo of a holder; returns how many."""
    return tx.execute(delete(photos).where(photos.c.holder_id == holder)).rowcount
