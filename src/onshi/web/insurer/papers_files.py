"""A print run to take away: CSV for a printer, or the papers themselves as one PDF. Taking it is logged."""

from collections.abc import Callable, Sequence

from starlette.responses import Response
from starlette.routing import Route

from onshi import papers, registry
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import era_date
from onshi.outside import pdf_of
from onshi.papers import BatchId, Line, PaperId, Sorting
from onshi.registry import Coverage, Insurer
from onshi.web.acts import act
from onshi.web.errors import PageNotFound, TooManyForOnePdf
from onshi.web.formats import insurer_number, printed_number, share
from onshi.web.insurer.papers import person_in
from onshi.web.papers import PDF, post_number, template_of
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, sheet
from onshi.web.texts import code_text
from onshi.web.visit import Visit, download

# What one PDF holds at most; it is set within the request.
_PDF_MOST = 2_000
COLUMNS = (
    "paper", "kind", "insurer_number", "insurer_name", "symbol", "number", "branch", "name", "kana", "birth", "sex",
    "relation", "holder", "acquired_on", "starts_on", "issued_on", "valid_to", "share", "post_number", "address",
    "municipality", "handed",
)  # fmt: skip


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer/papers/batches/{batch:str}.{form:str}", batch_file),
        pages.show("/insurer/papers/member/{person:str}/{paper:str}.pdf", paper_file),
    ]


def batch_file(visit: Visit) -> Response:
    """A batch, sorted as asked for."""
    visit.require("feeds.load")
    form = visit.request.path_params["form"]
    if form not in ("csv", "pdf"):
        raise PageNotFound
    batch = BatchId(_id(visit.request.path_params["batch"]))
    asked = visit.query("sort")
    sorting = Sorting(asked) if asked in set(Sorting) else Sorting.PLACE
    insurer, lines = _taken(
        visit, f"papers-{form}", lambda tx: papers.print_run(tx, visit.own_insurer, batch, sorting=sorting)
    )
    name = f"papers-{papers.shown_paper_id(batch)}.{form}"
    if form == "csv":
        header = [visit.say("insurer.papers.column." + column) for column in COLUMNS]
        return download(sheet(header, [_cells(insurer, line) for line in lines]), name, CSV)
    return download(pdf(insurer, lines), name, PDF)


def paper_file(visit: Visit) -> Response:
    """One paper."""
    visit.require("feeds.load")
    person = person_in(visit.request.path_params["person"])
    paper = PaperId(_id(visit.request.path_params["paper"]))
    insurer, lines = _taken(visit, "paper-pdf", lambda tx: papers.print_one(tx, visit.own_insurer, person, paper))
    return download(pdf(insurer, lines), f"paper-{papers.shown_paper_id(paper)}.pdf", PDF)


def _taken(visit: Visit, what: str, work: Callable[[Tx], Sequence[Line]]) -> tuple[Insurer, Sequence[Line]]:
    """The lines, with one entry in the log for each member whose address leaves."""

    def logged(tx: Tx) -> tuple[Insurer, Sequence[Line]]:
        lines = work(tx)
        if what.endswith("pdf") and len(lines) > _PDF_MOST:
            raise TooManyForOnePdf(limit=_PDF_MOST)
        things = ((one.person.id, f"paper:{papers.shown_paper_id(one.paper.id)}") for one in lines)
        visit.log(tx, *(act(visit.actor, Action.EXPORT, what, subject=one, thing=thing) for one, thing in things))
        return registry.insurer_book(tx)[visit.own_insurer], lines

    return visit.app.run(logged)


def _id(text: str) -> int:
    try:
        return papers.parse_paper_id(text)
    except ValueError:
        raise papers.errors.UnknownPaper from None


def _cells(insurer: Insurer, line: Line) -> list[str]:
    paper, person, coverage = line.paper, line.person, line.coverage
    return [
        papers.shown_paper_id(paper.id),
        paper.kind.value,
        insurer_number(insurer.number),
        insurer.name,
        coverage.symbol or "",
        coverage.number,
        coverage.branch or "",
        person.name,
        person.kana,
        person.birth_on.isoformat(),
        person.sex_printed or code_text("sex", person.sex, "ja"),
        code_text("relation", coverage.relation, "ja"),
        coverage.details.holder_name or "",
        coverage.acquired_on.isoformat(),
        coverage.starts_on.isoformat(),
        paper.issued_on.isoformat(),
        paper.valid_to.isoformat() if paper.valid_to else "",
        _share(line),
        post_number(person.post_number or ""),
        person.address or "",
        person.municipality or "",
        paper.handed.value,
    ]


def _share(line: Line) -> str:
    """一部負担金の割合 where the coverage names one: of the elderly scheme, or from 70 on."""
    percent = _percent(line.coverage, line)
    return "" if percent is None else share(percent, "ja")


def _percent(coverage: Coverage, line: Line) -> int | None:
    certificate, on = coverage.details.elderly, line.paper.issued_on
    if certificate is not None and certificate.valid_from <= on:
        return certificate.share if certificate.valid_to is None or on <= certificate.valid_to else None
    return coverage.details.share


def pdf(insurer: Insurer, lines: Sequence[Line]) -> bytes:
    """One page for each paper. Always in Japanese: it is shown to Japanese desks."""
    return pdf_of(template_of("paper"), values_of(insurer, lines))


def values_of(insurer: Insurer, lines: Sequence[Line]) -> dict[str, str | list[list[str]]]:
    """What the template takes: the insurer, and for each paper its cells in the order the template names them."""
    return {
        "insurer_number": insurer_number(insurer.number),
        "insurer_name": insurer.name,
        "papers": [_page(line) for line in lines],
    }


def _page(line: Line) -> list[str]:
    paper, person, coverage = line.paper, line.person, line.coverage
    return [
        paper.kind.value,
        post_number(person.post_number or ""),
        person.address or "",
        person.name,
        person.kana,
        era_date(person.birth_on),
        person.sex_printed or code_text("sex", person.sex, "ja"),
        code_text("relation", coverage.relation, "ja"),
        coverage.details.holder_name or "",
        printed_number(coverage.symbol, coverage.number, coverage.branch),
        era_date(coverage.acquired_on),
        era_date(coverage.starts_on),
        era_date(paper.issued_on),
        era_date(paper.valid_to) if paper.valid_to else "",
        _share(line),
        papers.shown_paper_id(paper.id),
    ]
