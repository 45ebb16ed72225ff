"""Somebody's own data, asked for by the portal at which they stand."""

import re

import msgspec

from onshi import eligibility, flows
from onshi.eligibility import Answer, AnswerKind, ByCard, ShownCoverage
from onshi.flows import History, Look, OwnView
from onshi.interfaces.rest.facts import TextOut
from onshi.interfaces.rest.problems import BadRequest
from onshi.interfaces.rest.replies import Call, Reply, json_reply, shown_moment
from onshi.interfaces.rest.schemas import HISTORY_PAGE, HISTORY_PAGE_MAX, AdviceOut
from onshi.interfaces.rest.shapes import CardIn, CheckIn, as_query
from onshi.kernel import Moment

PATH = "/v1/own-view"
BODY_LIMIT = 16_384
_BEFORE = re.compile(r"[0-9]{1,16}")
# One text whatever the reason, so that it gives none away.
_NOT_SHOWN = TextOut(
    ja="照会の記録は、ここでは表示していません。お尋ねは、加入している保険者へお願いします。",
    en="The record of who asked is not shown here. Please ask your insurer.",
)


class OwnViewIn(msgspec.Struct, forbid_unknown_fields=True):
    """Whose data, and which page of the history."""

    card: CardIn
    limit: float = float(HISTORY_PAGE)  # 20.0 is a whole number to JSON Schema
    before: str | None = None


class LookerOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asked: the kind of organisation, its code (医療機関コード of an institution), its name if registered."""

    kind: str
    code: str
    name: str | None = None


class LookOut(msgspec.Struct, frozen=True):
    """One line of the history: `act` is `check`, or `own_view` for a look at this page; `kind` is what was answered."""

    at: str
    act: str
    by: LookerOut
    kind: AnswerKind


class HistoryOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asked about the person, the newest first. `shown` false: none of it is, and `text` says so.

    `next` is the `before` of the following page, absent on the last.
    """

    shown: bool
    looks: list[LookOut] = []
    next: str | None = None
    text: TextOut | None = None


class OwnViewOut(msgspec.Struct, frozen=True, omit_defaults=True):
    """What somebody may see of themselves, in the words of the check; no address, whoever asks.

    `view_id` names it in the log. `answer` is what a desk is told by this card today, `advice` is for its holder.
    `coverages` are those known, the newest first. `under_review`: some are left out while it is in doubt whose they
    are.
    """

    view_id: str
    answer: Answer
    advice: AdviceOut
    history: HistoryOut
    coverages: tuple[ShownCoverage, ...] = ()
    under_review: bool = False


_decode = msgspec.json.Decoder(OwnViewIn).decode


def post_own_view(call: Call) -> Reply:
    """The view, after it is durably in the log."""
    given = _read(call.body)
    asked = as_query(CheckIn(card=given.card), call.now).asked
    assert isinstance(asked, ByCard), "asked with a card"
    app, before = call.app, None if given.before is None else Moment(int(given.before))
    view = app.db.run(
        lambda tx: flows.own_view(
            tx,
            asked,
            at=app.now(),
            batch=app.draw(),
            actor=call.known_caller.party_id,
            limit=int(given.limit),
            before=before,
        ),
        appending=True,
    )
    return json_reply(_shown(view))


def _read(body: bytes) -> OwnViewIn:
    try:
        given = _decode(body)
    except msgspec.MsgspecError as error:
        raise BadRequest(why=str(error)) from None
    except UnicodeDecodeError:
        raise BadRequest(why="not UTF-8") from None
    if not (1 <= given.limit <= HISTORY_PAGE_MAX and given.limit.is_integer()):
        raise BadRequest(why=f"`limit` is a whole number from 1 to {HISTORY_PAGE_MAX}")
    if given.before is not None and not _BEFORE.fullmatch(given.before):
        raise BadRequest(why="`before` is no `next` of a page")
    return given


def _shown(view: OwnView) -> OwnViewOut:
    return OwnViewOut(
        view.view_id,
        view.answer,
        AdviceOut(**eligibility.advice_for(view.answer, "citizen")),
        _shown_history(view.history),
        view.coverages,
        view.under_review,
    )


def _shown_history(history: History) -> HistoryOut:
    if not history.shown:
        return HistoryOut(shown=False, text=_NOT_SHOWN)
    following = None if history.before is None else str(history.before)
    return HistoryOut(shown=True, looks=[_shown_look(one) for one in history.looks], next=following)


def _shown_look(look: Look) -> LookOut:
    kind, _, code = look.party.partition(":")
    return LookOut(shown_moment(look.at), look.act.value, LookerOut(kind, code, look.party_name), AnswerKind(look.kind))
