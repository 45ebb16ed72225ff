"""The pages of the desk."""

import msgspec
from starlette.responses import Response
from starlette.routing import Route

from onshi import eligibility
from onshi.access import Party, PartyKind
from onshi.eligibility import Asker, Query, Verdict
from onshi.web.errors import ProofNotOurs
from onshi.web.problems import Problem
from onshi.web.reception import history, reader
from onshi.web.reception.answering import TONES, told
from onshi.web.reception.form import FIELDS, TICKS, read_form
from onshi.web.reception.today import lines_of
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download, go


def routes(pages: Pages, history_zip: history.HistoryZip) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/reception", desk),
        pages.show("/reception/check", back),
        pages.take("/reception/check", check),
        pages.show("/reception/edit", back),
        pages.take("/reception/edit", edit),
        pages.show("/reception/proof", back),
        pages.take("/reception/proof", proof),
        pages.show("/reception/history.zip", history.download_as(history_zip)),
        pages.show("/reception/help", guide, is_public=True),
        pages.show("/reception/help/statement", statement, is_public=True),
        *reader.routes(pages),
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
    return visit.page(
        "reception/answer.html",
        **told(visit, party, reading.query, checked),
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
    claimed = msgspec.json.decode(sent, type=_Document).proof
    if claimed.institution != party.code:
        raise ProofNotOurs
    return download(sent, f"onshi-{claimed.check_id}.json", "application/json")


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


def _again(visit: Visit, query: Query) -> dict[str, str]:
    """What was asked, for the form that asks again (a number may have been mistyped)."""
    names = (*FIELDS, *TICKS)
    kept = {name: visit.form.get(name) for name in names if visit.form.get(name)}
    return kept if isinstance(query.asked, eligibility.ByNumber) else {}
