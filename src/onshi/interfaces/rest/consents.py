"""閲覧同意: withdrawn, and everybody who gave one checked again."""

import re
from datetime import date

import msgspec
from msgspec import UNSET, UnsetType

from onshi import consents, flows
from onshi.consents import LIMIT, Care, Consent, Given, Kind, Span, Withdrawal, WithdrawnState
from onshi.eligibility import Asker
from onshi.flows import ConsentedCheck
from onshi.interfaces.rest.dispatch import take
from onshi.interfaces.rest.printed import as_printed
from onshi.interfaces.rest.problems import BadRequest
from onshi.interfaces.rest.replies import Call, Reply, json_reply, shown_moment
from onshi.interfaces.rest.schemas import CheckOut
from onshi.interfaces.rest.shapes import day_of, reason_of, write_checked
from onshi.kernel import Moment

WITHDRAWALS_PATH = "/v1/consents/withdraw"
CHECKS_PATH = "/v1/consents/checks"
BODY_LIMIT = 16_384
_AFTER = re.compile(r"([0-9]{1,16})-([0-9A-Z]{13}-[0-9A-Z]{4,10})")


class ConsentOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What may be seen, from when, and until when; `withdrawn`: until then only because it was taken back."""

    kind: Kind
    given_at: str
    until: str
    withdrawn: bool = False


class WithdrawalIn(msgspec.Struct, forbid_unknown_fields=True):
    """Whose consents of which kinds end."""

    insurer_number: str
    number: str
    birth_on: str
    kinds: list[Kind]
    symbol: str | None = None
    branch: str | None = None


class WithdrawalOut(msgspec.Struct, frozen=True):
    """What came of it; `no_consent`: nothing of these kinds could be seen."""

    state: WithdrawnState


class ConsentedIn(msgspec.Struct, forbid_unknown_fields=True):
    """Which consents: of which form of care, given or for an examination on which days, both ends inside.

    `after` is `next` of the page before.
    """

    care: Care
    consented_from: str | UnsetType = UNSET
    consented_to: str | UnsetType = UNSET
    examined_from: str | UnsetType = UNSET
    examined_to: str | UnsetType = UNSET
    after: str | UnsetType = UNSET
    limit: float = float(LIMIT)  # 20.0 is a whole number to JSON Schema


class ConsentedCheckOut(CheckOut, frozen=True, omit_defaults=True):
    """A check by card of today, and what its person lets you see; none where the answer shows nobody."""

    consents: list[ConsentOut] = []


class ConsentedChecksOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page, in the order the consents were given; `next` is the `after` of the following one, absent on the last."""

    results: list[ConsentedCheckOut]
    next: str | None = None


_decode_withdrawal = msgspec.json.Decoder(WithdrawalIn).decode
_decode_consented = msgspec.json.Decoder(ConsentedIn).decode
_encode = msgspec.json.Encoder().encode


def post_withdrawal(call: Call) -> Reply:
    """Ends what somebody let the caller see, after it is durably in the log."""
    try:
        given = _decode_withdrawal(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadRequest(why=reason_of(error)) from None
    if not given.kinds:
        raise BadRequest(why="`kinds` names none")
    asked = as_printed(given.insurer_number, given.number, given.symbol, given.branch, given.birth_on)
    app, party = call.app, call.known_caller.party_id
    withdrawal = Withdrawal(tuple(given.kinds), asked)
    state = app.run(lambda tx: consents.withdraw(tx, party, withdrawal, at=app.now(), batch=app.draw()))
    return json_reply(WithdrawalOut(state))


def post_consented_checks(call: Call) -> Reply:
    """Everybody who gave the caller a consent in a span of days, checked, after that is durably in the log."""
    try:
        given = _decode_consented(call.body)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise BadRequest(why=reason_of(error)) from None
    span, after, limit = _span(given), _after(given), _limit(given)
    app, caller = call.app, call.known_caller
    with app.db.transaction(reading=True) as tx:
        page, is_more = consents.given_in(tx, caller.party_id, given.care, span, after=after, limit=limit)
    take(app, caller.client_id, len(page) - 1, call.now)
    asker = Asker(caller.party_id, caller.party_code)
    checks = app.db.run(
        lambda tx: flows.check_consented(tx, page, at=app.now(), batch=app.draw(), asker=asker, signer=app.signer),
        appending=True,
    )
    return Reply(200, _written(checks, page[-1] if is_more else None))


def shown_consent(one: Consent) -> ConsentOut:
    """The consent as it is told."""
    return ConsentOut(one.kind, shown_moment(one.given_at), shown_moment(one.until), one.withdrawn)


def _written(checks: list[ConsentedCheck], last: Given | None) -> bytes:
    results = [_written_check(one) for one in checks]
    following = b"" if last is None else b',"next":' + _encode(f"{last.given_at}-{last.check_id}")
    return b'{"results":[' + b",".join(results) + b"]" + following + b"}"


def _written_check(one: ConsentedCheck) -> bytes:
    written = write_checked(one.checked, None)
    if not one.consents:
        return written
    return written[:-1] + b',"consents":' + _encode([shown_consent(each) for each in one.consents]) + b"}"


def _span(given: ConsentedIn) -> Span:
    consented = _days(given.consented_from, given.consented_to, "consented")
    examined = _days(given.examined_from, given.examined_to, "examined")
    if examined is not None and consented is None:
        return Span(*examined, is_of_examination=True)
    if consented is None or examined is not None:
        raise BadRequest(
            why="either `consented_from` and `consented_to` are needed, or `examined_from` and `examined_to`"
        )
    return Span(*consented)


def _days(first: str | UnsetType, last: str | UnsetType, name: str) -> tuple[date, date] | None:
    if first is UNSET and last is UNSET:
        return None
    if first is UNSET or last is UNSET:
        raise BadRequest(why=f"`{name}_from` and `{name}_to` go together")
    return day_of(first, f"{name}_from"), day_of(last, f"{name}_to")


def _after(given: ConsentedIn) -> tuple[Moment, str] | None:
    if given.after is UNSET:
        return None
    found = _AFTER.fullmatch(given.after)
    if found is None:
        raise BadRequest(why="`after` is no `next` of a page")
    return Moment(int(found[1])), found[2]


def _limit(given: ConsentedIn) -> int:
    if not (1 <= given.limit <= LIMIT and given.limit.is_integer()):
        raise BadRequest(why=f"`limit` is a whole number from 1 to {LIMIT}")
    return int(given.limit)
