"""Everything that is not our database: the signing keys."""

from onshi.outside.errors import KeyExposed, KeyRingExists, KeyRingMissing, KeyUnreadable
from onshi.outside.signers import FileSigner, KeyRing, PublicKeyRecord

__all__ = ["FileSigner", "KeyExposed", "KeyRing", "KeyRingExists", "KeyRingMissing", "KeyUnreadable", "PublicKeyRecord"]
