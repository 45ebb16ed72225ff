"""The programme's pages, open to everybody: are we on course, where not, since when, what next; and its papers."""

from onshi.web.programme.papers_print import papers_pdf
from onshi.web.programme.report import monthly_report
from onshi.web.programme.routes import routes

__all__ = ["monthly_report", "papers_pdf", "routes"]
