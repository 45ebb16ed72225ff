"""A reader without JavaScript: opens pages, fills in forms as they stand on the page, follows redirects."""

import asyncio
import re
from html import unescape
from typing import Any

import httpx

from onshi import web
from onshi.app import App
from onshi.interfaces import oqs

_TOKEN = re.compile(r'name="form_token" value="([0-9a-f]+)"')
_TAG = re.compile(r"<[^>]+>")


class Reader:
    """One browser with its cookies, in front of one site. `answer` is the last response.

    A fault of ours fails the test at once, unless the reader shall see the page for it.
    """

    def __init__(
        self, app: App, *, language: str = "ja", base_url: str = "http://testserver", sees_faults: bool = True
    ) -> None:
        transport = httpx.ASGITransport(web.site(app, oqs.history_zip), raise_app_exceptions=sees_faults)
        self._client = httpx.AsyncClient(
            transport=transport, base_url=base_url, follow_redirects=True, headers={"Accept-Language": language}
        )
        self.answer = httpx.Response(0)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Opens a page."""
        return self._send("GET", path, headers=headers)

    def post(self, path: str, *, token: str | None = None, files: Any = None, **fields: str) -> httpx.Response:
        """Sends a form with the token of the page last seen, or with another one."""
        data = {"form_token": self.token if token is None else token} | fields
        return self._send("POST", path, data=data, files=files)

    def enter(self, name: str) -> "Reader":
        """Comes in through the demo's door."""
        self.get("/")
        self.post("/demo/enter", staff=f"s-demo-{name}")
        assert self.answer.status_code == 200, self.answer.text
        return self

    @property
    def token(self) -> str:
        """The form token of the page last seen; empty when it has no form."""
        found = _TOKEN.search(self.answer.text)
        return found[1] if found else ""

    @property
    def heading(self) -> str:
        """The first heading of the page."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.answer.text, re.DOTALL)
        return text_of(found[1]) if found else ""

    @property
    def text(self) -> str:
        """What stands on the page, without markup."""
        return text_of(self.answer.text)

    @property
    def cookies(self) -> httpx.Cookies:
        """What the browser keeps."""
        return self._client.cookies

    def _send(self, method: str, path: str, **given: Any) -> httpx.Response:
        self.answer = asyncio.run(self._client.request(method, path, **given))
        return self.answer


def text_of(html: str) -> str:
    """Words only, white space made one."""
    return re.sub(r"\s+", " ", unescape(_TAG.sub(" ", html))).strip()


def value_of(html: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"the page has no field {name}"
    return unescape(found[1])
