"""Proofs: is this document what was answered, and what does the log hold of this check."""

import msgspec

from onshi import audit, eligibility
from onshi.audit import Action
from onshi.eligibility import AnswerKind, Verdict
from onshi.interfaces.rest.problems import NotFound
from onshi.interfaces.rest.replies import Call, Reply, json_reply, shown_moment

BODY_LIMIT = 65_536


class VerdictOut(msgspec.Struct, frozen=True):
    """What the proof is worth: `good`, or the reason not to believe the answer."""

    verdict: Verdict


class CheckNoteOut(msgspec.Struct, frozen=True):
    """What the log holds of one check: when, what kind of answer, and the leaf of its proof (base64url).

    Nothing about the person: the log has none of it.
    """

    check_id: str
    at: str
    kind: AnswerKind
    leaf: str


def post_verification(call: Call) -> Reply:
    """Verifies `{"answer": …, "proof": …}` against the keys of this server."""
    return json_reply(VerdictOut(eligibility.verify(call.body, call.app.ring.public_jwks())))


def get_check(call: Call) -> Reply:
    """The note of a check that the caller's own organisation made."""
    try:
        batch, seq = audit.parse_check_id(call.path["check_id"])
    except ValueError:
        raise NotFound from None
    with call.app.db.transaction(reading=True) as tx:
        found = audit.entry(tx, batch, seq)
    if found is None or found.entry.action is not Action.CHECK or found.entry.actor != call.known_caller.party_id:
        raise NotFound
    note = CheckNoteOut(
        audit.shown_check_id(batch, seq),
        shown_moment(found.at),
        AnswerKind(found.entry.outcome or ""),
        audit.unpadded(found.entry.leaf),
    )
    return json_reply(note)
