"""Reading what others signed: what the library says of bytes that are not what they should be, made one refusal."""

from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from onshi.pki.verdicts import Fault

Extension = TypeVar("Extension", bound=x509.ExtensionType)

UNREADABLE = (
    ValueError,
    TypeError,
    # A question to a responder that asks about several certificates at once, which the library does not take.
    NotImplementedError,
    UnsupportedAlgorithm,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
    x509.InvalidVersion,
)
"""Everything the library says of bytes that are no certificate, of a key that is none and of parts that are broken."""


class Faulty(Exception):
    """The first thing that is wrong; whoever began the reading makes a `Refused` of it."""

    def __init__(self, fault: Fault) -> None:
        self.fault = fault


def extension_of(extensions: x509.Extensions, kind: type[Extension]) -> Extension | None:
    """The extension of that kind, or None when there is none."""
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None
