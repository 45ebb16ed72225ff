"""The baseline of the HTTP rows: constant JSON from Starlette, one route, written by msgspec."""

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

_CONSTANT = {"kind": "in_force", "validity": "1"}
_encode = msgspec.json.Encoder().encode


async def constant(_: Request) -> Response:
    """The same answer whatever is asked."""
    return Response(_encode(_CONSTANT), media_type="application/json")


app = Starlette(routes=[Route("/v1/checks", constant, methods=["POST"])])
