"""The site: every page with its address."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from onshi.app import App
from onshi.web import (
    citizen,
    facilities,
    facility,
    front,
    fund,
    insurer,
    mailings,
    measures,
    municipality,
    operator,
    plans,
    programme,
    reception,
    requests,
    signing,
    surveys,
    tallies,
    vendor,
)
from onshi.web.headers import SecurityHeaders, security_headers
from onshi.web.reader import registering
from onshi.web.serving import Pages, as_refusal

_UPLOAD_BYTES_MAX = 2 << 30


def site(app: App, history_zip: reception.HistoryZip) -> Starlette:
    """Every page of onshi as an ASGI application, to be mounted at `/`. Works without JavaScript.

    `history_zip` is the form in which an institution takes its history away: another edge knows it.
    """
    pages = Pages(app)
    is_https = app.settings.base_url.startswith("https:")

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "registered for HTTPException only"
        return pages.refuse(request, as_refusal(error))

    def failed(request: Request, _error: Exception) -> Response:
        # This response is made outside every middleware, so it is dressed here.
        response = pages.fail(request)
        response.headers.update(security_headers(is_https=is_https))
        return response

    return Starlette(
        routes=[
            *front.routes(pages),
            *signing.routes(pages),
            *reception.routes(pages, history_zip),
            *insurer.routes(pages),
            *operator.routes(pages),
            *tallies.routes(pages),
            *programme.routes(pages),
            *plans.routes(pages),
            *facilities.routes(pages),
            *facility.routes(pages),
            *vendor.routes(pages),
            *fund.routes(pages),
            *surveys.routes(pages),
            *requests.routes(pages),
            *measures.routes(pages),
            *mailings.routes(pages),
            # Before the citizen's and the town's: one way for all three.
            *registering.routes(pages),
            *citizen.routes(pages),
            *municipality.routes(pages),
            Mount("/static", StaticFiles(packages=[("onshi.web", "static")]), name="static"),
        ],
        middleware=[Middleware(SecurityHeaders, is_https=is_https)],
        exception_handlers={HTTPException: refused, Exception: failed},
        max_body_size=_UPLOAD_BYTES_MAX,
    )
