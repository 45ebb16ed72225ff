"""What is written into the audit log: ids and digests, never a subject, a note or a name. Pure."""

import hashlib
from typing import TypeAlias

import msgspec

from onshi.audit import Action, Entry
from onshi.requests.model import Device, HandedOn, Loan, Material, PlanStep, Report, Request, Tree, Visit, shown_id

Thing: TypeAlias = Request | Report | Tree | PlanStep | Material | HandedOn | Visit | Device | Loan


def entry_of(thing: Thing, *, actor: str) -> Entry:
    """The log entry for what somebody has just done; its leaf is the SHA-256 of the thing as JSON."""
    action, outcome, name = _told(thing)
    return Entry(actor, action, outcome, hashlib.sha256(msgspec.json.encode(thing)).digest(), None, name)


def _told(thing: Thing) -> tuple[Action, str, str]:
    match thing:
        case Request():
            return Action.REQUEST, thing.relation or "sent", f"request:{shown_id(thing.id)}"
        case Report():
            return Action.REQUEST, thing.what, f"request:{shown_id(thing.request)}/{thing.node}"
        case Tree():
            return Action.REQUEST, "tree", f"tree:{thing.code}/{thing.since}"
        case PlanStep():
            return Action.TIMETABLE, "dropped" if thing.is_dropped else thing.kind, f"step:{shown_id(thing.id)}"
        case Material():
            return Action.MATERIAL, "added", f"material:{shown_id(thing.id)}"
        case HandedOn():
            return Action.MATERIAL, "handed_on", f"material:{shown_id(thing.material)}/{thing.body}"
        case Visit():
            return Action.VISIT, thing.state, f"visit:{shown_id(thing.id)}"
        case Device():
            return Action.LOAN, "registered", f"device:{thing.owner}/{thing.asset}"
        case Loan():
            outcome = "lent" if thing.returned_on is None else "returned"
            return Action.LOAN, outcome, f"loan:{shown_id(thing.id)}"
