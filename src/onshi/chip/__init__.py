"""The chip of a card: what it answers to a reader, its files, and the reader's side of the conversation."""

from onshi.chip import apdu, errors, talk
from onshi.chip.cvc import key_id
from onshi.chip.errors import CardAnswerUnexpected, SecretMalformed, SurfaceMalformed
from onshi.chip.locks import new_state, with_secret, without_secret
from onshi.chip.machine import respond
from onshi.chip.making import Secrets, SurfaceIssuer, check_content, make_card, surface_issuer, with_entries
from onshi.chip.model import (
    CONTACT_ATR,
    Application,
    CardContent,
    CertifiedKey,
    ChipState,
    Lock,
    RecordSignatures,
    Session,
    Surface,
)
from onshi.chip.number import false_number
from onshi.chip.presence import presence_digest
from onshi.chip.records import code_b
from onshi.chip.signing import digest_info, is_signed
from onshi.chip.talk import Channel
from onshi.chip.terminal import (
    TerminalCertificate,
    TerminalKey,
    parse_terminal_certificate,
    terminal_tbs,
    verify_terminal_certificate,
)

__all__ = [
    "CONTACT_ATR",
    "Application",
    "CardAnswerUnexpected",
    "CardContent",
    "CertifiedKey",
    "Channel",
    "ChipState",
    "Lock",
    "RecordSignatures",
    "SecretMalformed",
    "Secrets",
    "Session",
    "Surface",
    "SurfaceIssuer",
    "SurfaceMalformed",
    "TerminalCertificate",
    "TerminalKey",
    "apdu",
    "check_content",
    "code_b",
    "digest_info",
    "errors",
    "false_number",
    "is_signed",
    "key_id",
    "make_card",
    "new_state",
    "parse_terminal_certificate",
    "presence_digest",
    "respond",
    "surface_issuer",
    "talk",
    "terminal_tbs",
    "verify_terminal_certificate",
    "with_entries",
    "with_secret",
    "without_secret",
]
