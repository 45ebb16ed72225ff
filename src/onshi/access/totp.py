"""Time-based one-time codes (RFC 6238) with SHA-1, 30 seconds and 6 digits, as every authenticator app has them."""

import base64
import hmac
from urllib.parse import quote

from onshi.kernel import Moment

_STEP = 30 * 1_000_000
_WINDOW = 1  # steps to either side: the phone's clock may differ by half a minute
_DIGITS = 6
SECRET_BYTES = 20  # as long as the output of SHA-1 (RFC 4226 section 4)


def step_of(at: Moment) -> int:
    """The number of the 30 seconds that `at` lies in."""
    return at // _STEP


def code_of(secret: bytes, step: int, digits: int = _DIGITS) -> str:
    """The code of one time step (RFC 4226 section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8), "sha1")
    start = digest[-1] & 15
    number = int.from_bytes(digest[start : start + 4]) & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, *, at: Moment, after: int) -> int | None:
    """The time step near `at` whose code this is, if it lies after step `after`; None otherwise.

    Keeping the step found and passing it as `after` the next time makes every code single use.
    """
    if len(code) != _DIGITS or not (code.isascii() and code.isdigit()):
        return None
    now = step_of(at)
    found = None
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        if step > after and hmac.compare_digest(code_of(secret, step).encode(), code.encode()):
            found = step
    return found


def provisioning_uri(secret: bytes, login: str, issuer: str = "onshi") -> str:
    """The `otpauth:` address behind the QR code that an authenticator app reads."""
    shown = base64.b32encode(secret).decode().rstrip("=")
    return f"otpauth://totp/{quote(issuer)}:{quote(login)}?secret={shown}&issuer={quote(issuer)}"
