"""How acts on pages come into the audit log: ids and digests, never names."""

from hashlib import sha256

from onshi.audit import Action, Entry


def act(
    actor: str, action: Action, outcome: str | None, *, subject: int | None = None, thing: str | None = None
) -> Entry:
    """One act of a member of staff; its leaf is the digest of what was decided about which thing."""
    words = "\x1f".join((action.value, outcome or "", str(subject or ""), thing or ""))
    return Entry(actor, action, outcome, sha256(words.encode()).digest(), subject, thing)
