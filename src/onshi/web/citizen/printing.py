"""The application form on paper: as a page to print and as a PDF. The field for the personal number is an empty box."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import places
from onshi.cards import Form, FormId, Holder
from onshi.kernel import era_date
from onshi.outside import pdf_of
from onshi.web.citizen.session import ENTRY, Case, case_of, gate
from onshi.web.papers import PDF, post_number, template_of
from onshi.web.serving import Pages
from onshi.web.texts import code_text
from onshi.web.visit import Visit, download, go


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show(f"{ENTRY}/form", page, gate=gate),
        pages.show(f"{ENTRY}/form.pdf", file, gate=gate),
    ]


def page(visit: Visit) -> Response:
    """The form to print from the browser."""
    case = _case(visit)
    if case.form.ended_on is not None:
        return go(f"{ENTRY}/case")
    return visit.page("citizen/form.html", given=form_values(case.form, case.holder))


def file(visit: Visit) -> Response:
    """The form as a PDF."""
    case = _case(visit)
    if case.form.ended_on is not None:
        return go(f"{ENTRY}/case")
    return download(pdf_of(template_of("form"), form_values(case.form, case.holder)), "application-form.pdf", PDF)


def form_values(form: Form, holder: Holder) -> dict[str, str]:
    """What is printed on the form already; everything else is written by hand."""
    place = places.municipality(form.municipality)
    return {
        "form_id": grouped(form.id),
        "municipality": f"{place.prefecture}{place.name}",
        "printed_on": era_date(form.printed_on),
        "name": holder.name,
        "kana": holder.kana,
        "birth_on": era_date(holder.birth_on),
        "sex": code_text("sex", holder.sex.value, "ja"),
        "post_number": post_number(holder.post_number),
        "address": holder.address,
    }


def grouped(form_id: FormId) -> str:
    """The 23 digits in groups of four, as they are read out."""
    return " ".join(form_id[place : place + 4] for place in range(0, len(form_id), 4))


def _case(visit: Visit) -> Case:
    with visit.app.db.transaction(reading=True) as tx:
        return case_of(tx, visit)
