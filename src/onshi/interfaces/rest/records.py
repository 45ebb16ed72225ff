"""What an institution is told of somebody's records, under a consent of theirs."""

import re
from datetime import date
from typing import Any, Literal

import msgspec
from msgspec import UNSET, UnsetType

from onshi import consents
from onshi.consents import Care, Disclosed, Kind, RecordsAsked, RecordsState
from onshi.interfaces.rest.printed import as_printed
from onshi.interfaces.rest.problems import BadRequest
from onshi.interfaces.rest.replies import Call, Reply, json_reply, shown_moment
from onshi.interfaces.rest.shapes import reason_of

PATH = "/v1/records"
BODY_LIMIT = 16_384
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


class RecordsIn(msgspec.Struct, forbid_unknown_fields=True):
    """Whose records of which kind; the national message has no birth date. `from` and `to` are months."""

    kind: Literal["drugs", "checkups"]
    insurer_number: str
    number: str
    symbol: str | None = None
    branch: str | None = None
    care: Care = Care.OUTPATIENT
    from_: str | UnsetType = msgspec.field(default=UNSET, name="from")
    to: str | UnsetType = UNSET


class PersonOut(msgspec.Struct, frozen=True):
    """Whose records they are."""

    name: str
    kana: str
    birth_on: date
    sex: str


class RecordsOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may be said. `none`: a consent is in force until `until`, and there is no record. Otherwise nothing is said
    of the person: `no_consent`, `consent_over`, `not_found` (nobody whom you can be told of, or several)."""

    state: RecordsState
    records: list[Any]
    until: str | None = None
    person: PersonOut | None = None


_decode = msgspec.json.Decoder(RecordsIn).decode


def post_records(call: Call) -> Reply:
    """What may be said, after it is durably in the log."""
    try:
        given = _decode(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadRequest(why=reason_of(error)) from None
    for name, month in (("from", given.from_), ("to", given.to)):
        if month is not UNSET and not _MONTH.fullmatch(month):
            raise BadRequest(why=f"`{name}` is no month like 2025-01")
    printed = as_printed(given.insurer_number, given.number, given.symbol, given.branch)
    asked = RecordsAsked(Kind(given.kind), given.care, printed)
    app, party = call.app, call.known_caller.party_id
    told = app.db.run(lambda tx: consents.disclose(tx, party, asked, at=app.now(), batch=app.draw()), appending=True)
    return json_reply(_shown(told))


def _shown(told: Disclosed) -> RecordsOut:
    person, until = told.person, told.until
    return RecordsOut(
        told.state,
        [],
        None if until is None else shown_moment(until),
        None if person is None else PersonOut(person.name, person.kana, person.birth_on, person.sex),
    )
