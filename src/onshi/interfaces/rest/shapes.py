"""The JSON of the check: requests read into queries, answers written out."""

import re
from datetime import date
from functools import lru_cache

import msgspec

from onshi import eligibility
from onshi.eligibility import Answer, AnswerKind, ByCard, ByNumber, Checked, KnownLater, Notice, Query
from onshi.interfaces.rest.problems import BadRequest
from onshi.kernel import Moment, japan_day, parse_day, parse_insurer_number, parse_moment

TEXT_LIMIT = 100
# Not `isprintable`: an ideographic space inside a 記号 is lawful.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


class CardIn(msgspec.Struct, forbid_unknown_fields=True):
    """The authentication certificate of a card: who issued it and its serial number."""

    issuer: str
    serial: str


class CheckIn(msgspec.Struct, forbid_unknown_fields=True):
    """One question, by `card` or by `insurer_number`, `number` and `birth_on`.

    `on`: the day asked about (default: today in Japan). `known_at`: as known at that moment (ISO 8601).
    `reference`: free text of the caller, echoed. `want_reference_number`: the result tells your own 照会番号 for the
    person, if you have registered one.
    """

    card: CardIn | None = None
    insurer_number: str | None = None
    symbol: str | None = None
    number: str | None = None
    branch: str | None = None
    birth_on: str | None = None
    on: str | None = None
    known_at: str | None = None
    limit_consent: bool = False
    disease_consent: bool = False
    reference: str | None = None
    want_reference_number: bool = False


_decode_check = msgspec.json.Decoder(CheckIn).decode
_encode = msgspec.json.Encoder().encode
_parse_day = lru_cache(maxsize=65536)(parse_day)


def read_check(body: bytes) -> CheckIn:
    """The body of a single check. BadRequest names the place, never the value."""
    try:
        return _decode_check(body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadRequest(why=reason_of(error)) from None


def reason_of(error: Exception) -> str:
    """Why a body could not be read, naming the place."""
    # msgspec's texts name places and types; only a JSON syntax error could quote input, and it does not.
    return str(error) if isinstance(error, msgspec.MsgspecError) else "not UTF-8"


def as_query(given: CheckIn, now: Moment) -> Query:
    """The question behind a request. BadRequest names the member at fault; KnownLater a moment still to come."""
    on = japan_day(now) if given.on is None else day_of(given.on, "on")
    known_at = None
    if given.known_at is not None:
        try:
            known_at = parse_moment(given.known_at)
        except (ValueError, OverflowError):
            raise BadRequest(why="`known_at` is not a moment in ISO 8601") from None
        if known_at > now:
            raise KnownLater
    return Query(
        _asked(given),
        on,
        known_at,
        given.limit_consent,
        given.disease_consent,
        "card" if given.card else "number",
        given.want_reference_number,
    )


def _asked(given: CheckIn) -> ByCard | ByNumber:
    numbers = (given.insurer_number, given.number, given.birth_on)
    if given.card is not None:
        if any(part is not None for part in (*numbers, given.symbol, given.branch)):
            raise BadRequest(why="ask either by `card` or by number, not both")
        return ByCard(text_of(given.card.issuer, "card.issuer"), text_of(given.card.serial, "card.serial"))
    if given.insurer_number is None or given.number is None or given.birth_on is None:
        raise BadRequest(why="`insurer_number`, `number` and `birth_on` are needed, or `card`")
    try:
        insurer = parse_insurer_number(given.insurer_number)
    except ValueError:
        raise BadRequest(why="`insurer_number` has 6 or 8 digits") from None
    return ByNumber(
        insurer,
        text_of(given.number, "number"),
        day_of(given.birth_on, "birth_on"),
        text_of(given.symbol, "symbol") if given.symbol else None,
        text_of(given.branch, "branch") if given.branch else None,
    )


def text_of(value: str, name: str) -> str:
    """A text that a database can hold. BadRequest names the member, never the value."""
    if not value or len(value) > TEXT_LIMIT or _CONTROL.search(value):
        raise BadRequest(why=f"`{name}` is empty, longer than {TEXT_LIMIT} characters or holds control characters")
    return value


def day_of(value: str, name: str) -> date:
    """A day in any spelling. BadRequest names the member."""
    try:
        return _parse_day(value)
    except ValueError:
        raise BadRequest(why=f"`{name}` is not a day") from None


@lru_cache(maxsize=4096)
def _advice(kind: AnswerKind, notices: tuple[Notice, ...]) -> bytes:
    answer = Answer(kind, date.min, "", notices=notices)
    return _encode(eligibility.advice_for(answer, "reception"))


def write_checked(checked: Checked, reference: str | None) -> bytes:
    """One answer as it leaves: advice, the answer itself, the check's id, its proof, what no proof covers."""
    answer = checked.answer
    parts = [
        b'{"check_id":"',
        checked.check_id.encode(),
        b'","answer":',
        checked.answer_json,
        b',"advice":',
        _advice(answer.kind, answer.notices),
        b',"proof":',
        _encode(checked.proof),
    ]
    if checked.reference_number is not None:
        parts += [b',"reference_number":', _encode(checked.reference_number)]
    if reference is not None:
        parts += [b',"reference":', _encode(reference)]
    parts.append(b"}")
    return b"".join(parts)
