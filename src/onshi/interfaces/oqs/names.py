"""File names of the interface: `<message>_<free part>.<ending>`. Pure."""

import re
from dataclasses import dataclass
from typing import Final

from onshi.interfaces.oqs.schema import MessageKind, message_kinds

# System, single or multiple, what it is about, its number. Clients are Windows programs: case does not count.
_REQUEST: Final = re.compile(
    r"(?P<prefix>(?:OQS|YZK|TKK|CIP|EPS|CIS|PMH)(?:si|mu)[A-Za-z]{1,8}[0-9]{2}req)_(?P<free>[0-9A-Za-z_-]{1,100})"
    r"\.(?P<ending>xml|zip)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class RequestName:
    """The name of a request file. `text` is it as it stands; `kind` is None for a message that is not served."""

    text: str
    prefix: str
    free: str
    ending: str
    kind: MessageKind | None

    @property
    def base(self) -> str:
        """The name without its ending."""
        return self.text[: -len(self.ending) - 1]

    @property
    def answer_base(self) -> str:
        """The name of the answer without its ending: `req` is `res` there and nothing else changes."""
        return f"{self.prefix[:-3]}res_{self.free}"


def parse_request_name(text: str) -> RequestName | None:
    """The parts of a name in the folder of requests; None for what is no request (yet) and is left alone."""
    found = _REQUEST.fullmatch(text)
    if found is None:
        return None
    return RequestName(text, found["prefix"], found["free"], found["ending"].lower(), _by_prefix(found["prefix"]))


def face_name(institution: str, middle: str, moment: str) -> str:
    """The name of the file that is pushed after a card was read: `middle` has 20 signs, `moment` 14 digits."""
    return f"OQSsiquc01res_face_{institution}{middle}_{moment}"


def _by_prefix(prefix: str) -> MessageKind | None:
    wanted = prefix.lower()
    return next((kind for name, kind in message_kinds().items() if name.lower() == wanted), None)
