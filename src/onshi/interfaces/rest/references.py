"""照会番号: an institution gives its own patient numbers to the centre."""

from collections.abc import Sequence

import msgspec

from onshi import references
from onshi.interfaces.rest.dispatch import take
from onshi.interfaces.rest.printed import as_printed
from onshi.interfaces.rest.problems import BadRequest
from onshi.interfaces.rest.replies import Call, Reply
from onshi.interfaces.rest.rows import write_error
from onshi.interfaces.rest.shapes import reason_of
from onshi.kernel import OnshiError
from onshi.references import Registration, State

PATH = "/v1/reference-numbers"
BODY_LIMIT = 1024 * 1024


class ReferenceIn(msgspec.Struct, forbid_unknown_fields=True):
    """One number for whom the printed one names; the national message has no birth date."""

    reference_number: str
    insurer_number: str
    number: str
    symbol: str | None = None
    branch: str | None = None


class ReferenceOut(msgspec.Struct, frozen=True):
    """What came of it. `not_found`: nobody whom you can be told of; `more_than_one`: a branch would tell them apart."""

    state: State


class _Frame(msgspec.Struct, forbid_unknown_fields=True):
    registrations: list[msgspec.Raw]


_decode_frame = msgspec.json.Decoder(_Frame).decode
_decode = msgspec.json.Decoder(ReferenceIn).decode
_encode = msgspec.json.Encoder().encode


def post_references(call: Call) -> Reply:
    """Registers the numbers, after it is durably in the log; a wrong row is a result of its own."""
    rows = _rows(call.body)
    caller = call.known_caller
    take(call.app, caller.client_id, len(rows) - 1, call.now)
    read = [_read(bytes(row)) for row in rows]
    good = [one for one in read if isinstance(one, Registration)]
    states = iter(_registered(call, good))
    results = [
        _encode(ReferenceOut(next(states))) if isinstance(one, Registration) else write_error(one) for one in read
    ]
    return Reply(200, b'{"results":[' + b",".join(results) + b"]}")


def _registered(call: Call, good: Sequence[Registration]) -> list[State]:
    app, party = call.app, call.known_caller.party_id
    return app.run(lambda tx: references.register(tx, party, good, at=app.now(), batch=app.draw()))


def _rows(body: bytes) -> list[msgspec.Raw]:
    try:
        rows = _decode_frame(body).registrations
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadRequest(why=reason_of(error)) from None
    if len(rows) > references.LIMIT:
        raise BadRequest(why=f"`registrations` has more than {references.LIMIT} rows")
    return rows


def _read(row: bytes) -> Registration | OnshiError:
    try:
        given = _decode(row)
        if not references.is_reference_number(given.reference_number):
            raise BadRequest(
                why=f"`reference_number` has 1 to {references.LENGTH_MAX} characters, and no control characters"
            )
        asked = as_printed(given.insurer_number, given.number, given.symbol, given.branch)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return BadRequest(why=reason_of(error))
    except OnshiError as error:
        return error
    return Registration(given.reference_number, asked)
