"""Applications for subsidies and for deferrals."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, func, select

from onshi.db import Tx
from onshi.facilities.model import (
    Application,
    ApplicationId,
    DecisionState,
    Deferral,
    DeferralKind,
    FacilityKind,
    Outlay,
    WhyNot,
)
from onshi.facilities.store import versions
from onshi.facilities.store.tables import applications, deferrals
from onshi.kernel import Moment, ProviderCode, parse_month


def as_deferral(row: Row[Any]) -> Deferral:
    """A row of `facilities_deferrals`."""
    return Deferral(
        id=ApplicationId(row.deferral_id),
        institution=ProviderCode(row.institution),
        kind=DeferralKind(row.kind),
        applied_on=row.applied_on,
        awaited_on=row.awaited_on,
        state=DecisionState(row.state),
        decided_on=row.decided_on,
        until=row.until,
    )


def as_application(row: Row[Any]) -> Application:
    """A row of `facilities_applications`."""
    outlay = Outlay(
        kind=FacilityKind(row.kind),
        readers=row.readers,
        cost=row.cost,
        applied_on=row.applied_on,
        contract_on=row.contract_on,
        done_on=row.done_on,
        handed_in_on=row.handed_in_on,
        operating_on=row.operating_on,
        prescriptions=row.prescriptions,
        deferral=None if row.deferral is None else DeferralKind(row.deferral),
    )
    return Application(
        id=ApplicationId(row.application_id),
        institution=ProviderCode(row.institution),
        outlay=outlay,
        handed_in_on=row.handed_in_on,
        computed=row.computed,
        state=DecisionState(row.state),
        decided_on=row.decided_on,
        granted=row.granted,
        refused_for=None if row.refused_for is None else WhyNot(row.refused_for),
        batch=None if row.batch is None else parse_month(row.batch),
        pay_on=row.pay_on,
    )


def _deferral_row(one: Deferral) -> dict[str, Any]:
    return {
        "kind": one.kind.value,
        "applied_on": one.applied_on,
        "awaited_on": one.awaited_on,
        "state": one.state.value,
        "decided_on": one.decided_on,
        "until": one.until,
    }


def _application_row(one: Application) -> dict[str, Any]:
    outlay = one.outlay
    return {
        "kind": outlay.kind.value,
        "readers": outlay.readers,
        "cost": outlay.cost,
        "applied_on": outlay.applied_on,
        "contract_on": outlay.contract_on,
        "done_on": outlay.done_on,
        "operating_on": outlay.operating_on,
        "prescriptions": outlay.prescriptions,
        "deferral": None if outlay.deferral is None else outlay.deferral.value,
        "handed_in_on": one.handed_in_on,
        "computed": one.computed,
        "state": one.state.value,
        "decided_on": one.decided_on,
        "granted": one.granted,
        "refused_for": None if one.refused_for is None else one.refused_for.value,
        "batch": None if one.batch is None else str(one.batch),
        "pay_on": one.pay_on,
    }


def put_deferral(tx: Tx, one: Deferral, *, at: Moment) -> None:
    """This is what is known of the deferral from now on."""
    key = {"institution": one.institution, "deferral_id": one.id}
    versions.replace(tx, deferrals, key, _deferral_row(one), at=at)


def put_application(tx: Tx, one: Application, *, at: Moment) -> None:
    """This is what is known of the application from now on."""
    key = {"institution": one.institution, "application_id": one.id}
    versions.replace(tx, applications, key, _application_row(one), at=at)


def deferrals_of(tx: Tx, wanted: Sequence[ProviderCode]) -> list[Deferral]:
    """Those of the facilities, by facility and day."""
    found: list[Deferral] = []
    for chunk in versions.chunks(wanted):
        query = select(deferrals).where(deferrals.c.institution.in_(chunk), versions.known(deferrals, None))
        order = (deferrals.c.institution, deferrals.c.applied_on, deferrals.c.deferral_id)
        found += [as_deferral(row) for row in tx.execute(query.order_by(*order))]
    return found


def applications_of(tx: Tx, wanted: Sequence[ProviderCode]) -> list[Application]:
    """Those of the facilities, by facility and day."""
    found: list[Application] = []
    for chunk in versions.chunks(wanted):
        query = select(applications).where(applications.c.institution.in_(chunk), versions.known(applications, None))
        order = (applications.c.institution, applications.c.handed_in_on, applications.c.application_id)
        found += [as_application(row) for row in tx.execute(query.order_by(*order))]
    return found


def deferral(tx: Tx, number: ApplicationId) -> Deferral | None:
    """The deferral, or None."""
    query = select(deferrals).where(deferrals.c.deferral_id == number, versions.known(deferrals, None))
    row = tx.execute(query).first()
    return None if row is None else as_deferral(row)


def application(tx: Tx, number: ApplicationId) -> Application | None:
    """The application, or None."""
    query = select(applications).where(applications.c.application_id == number, versions.known(applications, None))
    row = tx.execute(query).first()
    return None if row is None else as_application(row)


def deferrals_in(tx: Tx, state: DecisionState, limit: int) -> list[Deferral]:
    """Those in a state, the oldest first."""
    query = select(deferrals).where(deferrals.c.state == state.value, versions.known(deferrals, None))
    order = (deferrals.c.applied_on, deferrals.c.deferral_id)
    return [as_deferral(row) for row in tx.execute(query.order_by(*order).limit(limit))]


def applications_in(tx: Tx, state: DecisionState, limit: int | None = None) -> list[Application]:
    """Those in a state, the oldest first."""
    query = select(applications).where(applications.c.state == state.value, versions.known(applications, None))
    query = query.order_by(applications.c.handed_in_on, applications.c.application_id)
    return [as_application(row) for row in tx.execute(query if limit is None else query.limit(limit))]


def count_in(tx: Tx, state: DecisionState) -> int:
    """How many are in a state."""
    this = (applications.c.state == state.value, versions.known(applications, None))
    return int(tx.execute(select(func.count()).select_from(applications).where(*this)).scalar_one())


def batch(tx: Tx, month: str) -> list[Application]:
    """The applications that the batch of a month pays, by facility."""
    query = select(applications).where(applications.c.batch == month, versions.known(applications, None))
    return [as_application(row) for row in tx.execute(query.order_by(applications.c.institution))]
