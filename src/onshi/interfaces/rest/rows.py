"""Many questions in one body: each is answered, or refused, for itself."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import msgspec

from onshi.eligibility import Checked, Query
from onshi.interfaces.rest.problems import BadRequest, problem
from onshi.interfaces.rest.shapes import as_query, read_check, write_checked
from onshi.kernel import Moment, OnshiError

Check = Callable[[Sequence[Query]], Sequence[Checked]]


class _Rows(msgspec.Struct, forbid_unknown_fields=True):
    checks: list[msgspec.Raw]
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Rows:
    """The questions of `{"checks": […]}`, each as it was sent, and the caller's name for them, where it has one."""

    checks: list[bytes]
    key: str | None


class _Referred(msgspec.Struct):
    reference: str | None = None


_KEY = re.compile(r"[0-9A-Za-z-]{1,64}")
_decode_rows = msgspec.json.Decoder(_Rows).decode
_decode_list = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_reference = msgspec.json.Decoder(_Referred).decode
_encode = msgspec.json.Encoder().encode


def read_rows(body: bytes) -> Rows:
    """The body of a bulk check. BadRequest when the frame is wrong."""
    try:
        found = _decode_rows(body)
    except msgspec.MsgspecError as error:
        raise BadRequest(why=str(error)) from None
    except UnicodeDecodeError:
        raise BadRequest(why="not UTF-8") from None
    if found.key is not None and _KEY.fullmatch(found.key) is None:
        raise BadRequest(why="`key` has 1 to 64 letters, digits or hyphens")
    return Rows([bytes(row) for row in found.checks], found.key)


def join_rows(rows: Sequence[bytes]) -> bytes:
    """Questions as one text that `split_rows` takes apart again."""
    return b"[" + b",".join(rows) + b"]"


def split_rows(joined: bytes) -> list[bytes]:
    """The questions that `join_rows` put together."""
    return [bytes(row) for row in _decode_list(joined)]


def answer_rows(rows: Sequence[bytes], check: Check, *, now: Moment) -> list[bytes]:
    """For each question, in order, the JSON of its answer or of its refusal.

    `now` decides what "today" is. All questions that can be read go to `check` together.
    """
    results: list[bytes] = [b""] * len(rows)
    asked: list[tuple[int, Query, str | None]] = []
    for place, row in enumerate(rows):
        try:
            given = read_check(row)
            asked.append((place, as_query(given, now), given.reference))
        except OnshiError as error:
            results[place] = write_error(error, _reference(row))
    checked = check([query for _, query, _ in asked]) if asked else []
    for (place, _, reference), one in zip(asked, checked, strict=True):
        results[place] = write_checked(one, reference)
    return results


def _reference(row: bytes) -> str | None:
    try:
        return _decode_reference(row).reference
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def write_error(error: OnshiError, reference: str | None = None) -> bytes:
    """The result of a row that was refused."""
    tail = b"" if reference is None else b',"reference":' + _encode(reference)
    return b'{"error":' + problem(error) + tail + b"}"
