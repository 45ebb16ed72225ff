"""The pages of the desk."""

from dataclasses import dataclass

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from onshi import audit, eligibility, registry
from onshi.access import Party, PartyKind
from onshi.audit import Action
from onshi.db import Tx
from onshi.eligibility import AnswerKind, Asker, Checked, Query, Verdict
from onshi.kernel import Moment, PersonId
from onshi.web.acts import act
from onshi.web.errors import ProofNotOurs
from onshi.web.reception.changes import Change, snapshot_of_answer
from onshi.web.reception.form import FIELDS, TICKS, Problem, read_form
from onshi.web.reception.today import SHOWED_COVERAGE, changes_since, last_visit, lines_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download, go

# What the eye takes in first. "Not registered" is not "not insured", so it never looks like a loss.
TONES: dict[AnswerKind, str] = {
    AnswerKind.IN_FORCE: "good",
    AnswerKind.LAWFUL_DOUBLE: "good",
    AnswerKind.LOST: "bad",
    AnswerKind.LOST_OTHER_IN_FORCE: "bad",
    AnswerKind.NOT_REGISTERED: "care",
    AnswerKind.MORE_THAN_ONE: "care",
    AnswerKind.NOT_YET_LOADED: "open",
    AnswerKind.UNDER_REVIEW: "open",
    AnswerKind.CANNOT_TELL: "open",
}


@dataclass(frozen=True, slots=True)
class Since:
    """The last visit of this person here, and what has changed since."""

    at: Moment
    changes: tuple[Change, ...]


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/reception", desk),
        pages.show("/reception/check", back),
        pages.take("/reception/check", check),
        pages.show("/reception/edit", back),
        pages.take("/reception/edit", edit),
        pages.show("/reception/proof", back),
        pages.take("/reception/proof", proof),
        pages.show("/reception/help", guide, is_public=True),
        pages.show("/reception/help/statement", statement, is_public=True),
    ]


def desk(visit: Visit) -> Response:
    """The form, and who was asked about today."""
    return _desk(visit, ())


def back(_visit: Visit) -> Response:
    """An answer is shown once; whoever comes back to its address asks again."""
    return go("/reception")


def check(visit: Visit) -> Response:
    """Asks, and shows the answer after it is in the log together with who asked."""
    party = _institution(visit)
    reading = read_form({name: visit.form.get(name) for name in (*FIELDS, *TICKS)}, visit.app.today())
    if reading.query is None:
        return _desk(visit, reading.problems)
    (checked,) = visit.app.check([reading.query], Asker(party.id, party.code))
    since = visit.app.run(lambda tx: _note(tx, visit, party, checked))
    return visit.page(
        "reception/answer.html",
        party=party,
        query=reading.query,
        is_number=isinstance(reading.query.asked, eligibility.ByNumber),
        answer=checked.answer,
        check_id=checked.check_id,
        at=checked.proof.at,
        tone=TONES[checked.answer.kind],
        advice=eligibility.advice_for(checked.answer, "reception")[visit.language],
        meaning=eligibility.meaning(checked.answer.kind, visit.language),
        since=since,
        document=document_of(checked).decode(),
        again=_again(visit, reading.query),
    )


def edit(visit: Visit) -> Response:
    """The form again as it was filled in, to correct a digit."""
    return _desk(visit, ())


def proof(visit: Visit) -> Response:
    """The answer with its proof as a file. It comes from the page, since we keep no answers; so it is verified."""
    party = _institution(visit)
    sent = visit.form.get("document").encode()
    if eligibility.verify(sent, visit.app.ring.public_jwks()) is not Verdict.GOOD:
        raise ProofNotOurs
    told = msgspec.json.decode(sent, type=_Document).proof
    if told.institution != party.code:
        raise ProofNotOurs
    return download(sent, f"onshi-{told.check_id}.json", "application/json")


def guide(visit: Visit) -> Response:
    """What to do, step by step, when the card cannot be used."""
    return visit.page("reception/help.html")


def statement(visit: Visit) -> Response:
    """被保険者資格申立書, to be printed and filled in by hand."""
    is_desk = visit.party is not None and visit.party.kind is PartyKind.INSTITUTION
    return visit.page("reception/statement.html", institution=visit.party if is_desk else None)


class _Told(msgspec.Struct, frozen=True):
    institution: str
    check_id: str


class _Document(msgspec.Struct, frozen=True):
    proof: _Told


def document_of(checked: Checked) -> bytes:
    """Answer and proof as `eligibility.verify` and every other verifier takes them."""
    return b'{"answer":' + checked.answer_json + b',"proof":' + msgspec.json.encode(checked.proof) + b"}"


def _desk(visit: Visit, problems: tuple[Problem, ...]) -> Response:
    party = _institution(visit)
    with visit.app.db.transaction(reading=True) as tx:
        lines = lines_of(tx, party, visit.app.today())
    return visit.page(
        "reception/desk.html",
        status=422 if problems else 200,
        party=party,
        lines=lines,
        tones=TONES,
        given={name: visit.form.get(name) for name in (*FIELDS, *TICKS)},
        problems=problems,
        wrong={problem.field: problem.text for problem in reversed(problems)},
    )


def _institution(visit: Visit) -> Party:
    visit.require("check")
    return visit.own_party(PartyKind.INSTITUTION)


def _note(tx: Tx, visit: Visit, party: Party, checked: Checked) -> Since | None:
    """Logs who at the desk asked, beside the entry of the institution, and finds the last visit."""
    kind = checked.answer.kind
    visit.log(tx, act(visit.actor, Action.CHECK, kind.value, thing=checked.check_id))
    recorded = audit.entry(tx, *audit.parse_check_id(checked.check_id))
    coverage = checked.answer.coverage
    if kind not in SHOWED_COVERAGE or coverage is None or recorded is None or recorded.entry.subject is None:
        return None
    person = registry.person_of(tx, PersonId(recorded.entry.subject))
    earlier = last_visit(tx, party, person.id, visit.app.today())
    if earlier is None:
        return None
    return Since(earlier.at, changes_since(tx, earlier, person, snapshot_of_answer(coverage)))


def _again(visit: Visit, query: Query) -> dict[str, str]:
    """What was asked, for the form that asks again (a number may have been mistyped)."""
    names = (*FIELDS, *TICKS)
    kept = {name: visit.form.get(name) for name in names if visit.form.get(name)}
    return kept if isinstance(query.asked, eligibility.ByNumber) else {}
