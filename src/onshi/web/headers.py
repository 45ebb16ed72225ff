"""What every response says to the browser: what may run, who may frame it, what is told to other sites."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'; "
    "img-src 'self' data:"
)
_ALWAYS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}
_TWO_YEARS = "max-age=63072000"
_FOR_A_YEAR = "public, max-age=31536000, immutable"


def security_headers(*, is_https: bool) -> dict[str, str]:
    """The headers that every response carries."""
    return _ALWAYS | ({"Strict-Transport-Security": _TWO_YEARS} if is_https else {})


class SecurityHeaders:
    """Adds them to every response, errors included. Static files carry their version in the address."""

    def __init__(self, app: ASGIApp, *, is_https: bool) -> None:
        self._app = app
        self._headers = security_headers(is_https=is_https)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Passes the request on and dresses the response."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_static = scope["path"].startswith("/static/") and scope["query_string"].startswith(b"v=")

        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if is_static and message["status"] == 200:
                    headers["Cache-Control"] = _FOR_A_YEAR
            await send(message)

        await self._app(scope, receive, dressed)
