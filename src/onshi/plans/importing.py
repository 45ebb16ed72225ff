"""A workbook that was read becomes a version of the plan."""

from onshi.db import Tx
from onshi.kernel import Moment, MunicipalityCode
from onshi.plans import rules, service, store
from onshi.plans.errors import OtherTown
from onshi.plans.model import Outcome, PlanState, TakenIn
from onshi.plans.workbook import Read


def take_in(
    tx: Tx,
    read: Read,
    *,
    at: Moment,
    submit: bool = False,
    reason: str = "",
    town: MunicipalityCode | None = None,
    year: int | None = None,
) -> TakenIn:
    """What the workbook says is kept as a draft and, where it has no errors and that is wanted, handed in.

    Nothing is kept of one with a cell that cannot be read. `town` and `year` are whose it has to be, where that is
    known beforehand. Raises OtherTown, RevisionNeedsReason.
    """
    if not read.is_whole or read.town is None or read.year is None:
        return TakenIn(Outcome.REFUSED, None, read.findings)
    if town not in (None, read.town) or year not in (None, read.year):
        raise OtherTown
    saved = service.save(tx, read.town, read.year, read.content, at=at, reason=reason)
    plan = saved or store.last(tx, read.town, read.year)
    changes = [] if saved is None else [saved]
    may_submit = plan is not None and plan.state is PlanState.DRAFT and not any(one.is_error for one in read.findings)
    if submit and may_submit and plan is not None:
        plan = rules.submitted(plan, read.findings, at=at)
        store.put(tx, plan)
        changes.append(plan)
        return TakenIn(Outcome.SUBMITTED, plan, read.findings, tuple(changes))
    return TakenIn(Outcome.UNCHANGED if saved is None else Outcome.KEPT, plan, read.findings, tuple(changes))
