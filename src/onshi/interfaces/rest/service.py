"""The REST application: a path for each row of the table, and the description of the whole."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
from starlette.routing import Route, Router

from onshi.app import App
from onshi.interfaces.rest import openapi, reading
from onshi.interfaces.rest.dispatch import Door, PathEndpoint
from onshi.interfaces.rest.metrics import Metrics
from onshi.interfaces.rest.operations import HTML, Gives, Operation
from onshi.interfaces.rest.replies import Call, Reply, tagged
from onshi.interfaces.rest.table import OPERATIONS

# More would only wait for the one writer of SQLite, or for each other's turn on the interpreter.
_THREADS = 8
_CACHE = "public, max-age=300"

PATHS = ("/v1/", "/oauth2/", "/.well-known/")
"""What begins with one of these belongs to REST, and so do `/openapi.json`, `/docs` and the operator's paths."""


def api(app: App, metrics: Metrics | None = None) -> Router:
    """The ASGI application for everything of REST but the check lane."""
    described = msgspec.json.encode(openapi.document(OPERATIONS, app.settings.base_url))
    page = reading.page(OPERATIONS)
    own = (
        _static("getOpenApi", "/openapi.json", described, "application/json"),
        _static("getDocs", "/docs", page, HTML + "; charset=utf-8"),
    )
    by_path: dict[str, dict[str, Operation]] = {}
    for row in (*OPERATIONS, *own):
        by_path.setdefault(row.path, {})[row.method] = row
    threads = ThreadPoolExecutor(_THREADS, thread_name_prefix="rest")
    door = Door(app, metrics or Metrics(), threads)
    # More text before the first variable comes first: /v1/checks/bulk is no check id.
    paths = sorted(by_path, key=lambda path: ("{" in path, path))
    routes = [Route(path, PathEndpoint(path, by_path[path], door)) for path in paths]
    return Router(routes, redirect_slashes=False, default=door.not_found)


def is_rest(path: str) -> bool:
    """Whether a path is served here and not by the pages."""
    return path.startswith(PATHS) or path in _SINGLE


def _static(name: str, path: str, body: bytes, media: str) -> Operation:
    def give(call: Call) -> Reply:
        return tagged(call, body, cache=_CACHE, media=media)

    return Operation(
        name=name,
        method="GET",
        path=path,
        summary="This description",
        summary_ja="この説明",
        handler=give,
        gives={200: Gives("It.", None, media)},
        bucket="anonymous:public",
    )


_SINGLE = frozenset({"/openapi.json", "/docs", *(row.path for row in OPERATIONS)})
