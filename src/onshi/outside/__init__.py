"""Everything that is not our database: signing keys and secrets in files."""

from onshi.outside.errors import KeyExposed, KeyRingExists, KeyRingMissing, KeyUnreadable
from onshi.outside.secret_file import secret_of
from onshi.outside.signers import FileSigner, KeyRing, PublicKeyRecord

__all__ = [
    "FileSigner",
    "KeyExposed",
    "KeyRing",
    "KeyRingExists",
    "KeyRingMissing",
    "KeyUnreadable",
    "PublicKeyRecord",
    "secret_of",
]
