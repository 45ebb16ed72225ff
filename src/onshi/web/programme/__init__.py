"""The programme's pages, open to everybody: are we on course, where not, since when, what next."""

from onshi.web.programme.pages import routes
from onshi.web.programme.papers import routes as papers_routes
from onshi.web.programme.papers_print import papers_pdf

__all__ = ["papers_pdf", "papers_routes", "routes"]
