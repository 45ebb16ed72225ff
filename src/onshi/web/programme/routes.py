"""Every address of the programme."""

from starlette.responses import Response
from starlette.routing import Route

from onshi.kernel import parse_month
from onshi.web.errors import MonthUnreadable
from onshi.web.papers import PDF
from onshi.web.programme import exports, here, levels, pages, papers
from onshi.web.programme.report import monthly_report
from onshi.web.serving import Pages
from onshi.web.visit import Visit, download


def routes(served: Pages) -> list[Route]:
    """The pages, and what can be taken away."""
    return [
        *pages.routes(served),
        *exports.routes(served),
        *here.routes(served),
        *levels.routes(served),
        *papers.routes(served),
        served.show("/programme/report", report_file, is_public=True),
    ]


def report_file(visit: Visit) -> Response:
    """The report for a month. MonthUnreadable, BeforeRecord."""
    try:
        month = parse_month(visit.query("month"))
    except ValueError:
        raise MonthUnreadable from None
    return download(monthly_report(month, visit.language), f"roll-out-{month}.pdf", PDF)
