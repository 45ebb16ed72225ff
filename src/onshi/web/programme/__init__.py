"""The programme's pages, open to everybody: are we on course, where not, since when, what next."""

from onshi.web.programme.routes import routes

__all__ = ["routes"]
