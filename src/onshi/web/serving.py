"""From a request to a page: forms, sessions, permissions, refusals, headers."""

import re
import secrets
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from onshi import access
from onshi.access import Party, Session
from onshi.app import App
from onshi.kernel import OnshiError
from onshi.web.errors import FormUnreadable, NotForThisMethod, PageNotFound, status_of
from onshi.web.texts import LANGUAGES, chosen_language
from onshi.web.visit import Form, Visit, go

SESSION = "onshi_session"
VISITOR = "onshi_visitor"
LANGUAGE = "onshi_lang"
_YEAR_S = 365 * 24 * 3600
_VISITOR_LENGTH_MAX = 100
_FIELDS_MAX = 60
_FORM_BYTES_MAX = 64 * 1024
_NAME_LENGTH_MAX = 200
_COPY = 1 << 20
_ENDING = re.compile(r"\.(?:csv|tsv|txt|parquet|gz|zip)\b")

Handler: TypeAlias = Callable[[Visit], Response]
Gate: TypeAlias = Callable[[Visit], Response | None]
"""Looks at a visit before its form is read: None lets it pass, a response turns it away."""


class Pages:
    """Makes routes out of handlers: plain functions from a visit to a response, run in a thread of their own."""

    def __init__(self, app: App) -> None:
        self._app = app

    def show(self, path: str, handler: Handler, *, is_public: bool = False, gate: Gate | None = None) -> Route:
        """A page that is read. `gate` stands in place of a session of staff."""
        return self._route(path, handler, "GET", gate or _gate(is_public=is_public), None, takes_file=False)

    def take(
        self,
        path: str,
        handler: Handler,
        *,
        is_public: bool = False,
        gate: Gate | None = None,
        takes_file: bool = False,
        bytes_max: int | None = None,
        fields_max: int = _FIELDS_MAX,
    ) -> Route:
        """Where a form is sent; the form must carry the token of this reader.

        A form with a file may have `bytes_max`, any size if absent; one without a file is small, and has few fields,
        unless said otherwise.
        """
        most = bytes_max if bytes_max or takes_file else _FORM_BYTES_MAX
        passes = gate or _gate(is_public=is_public)
        return self._route(path, handler, "POST", passes, most, takes_file=takes_file, fields_max=fields_max)

    def _route(
        self,
        path: str,
        handler: Handler,
        method: str,
        gate: Gate,
        bytes_max: int | None,
        *,
        takes_file: bool,
        fields_max: int = _FIELDS_MAX,
    ) -> Route:
        async def endpoint(request: Request) -> Response:
            visit = await run_in_threadpool(self._open, request)
            # Before the body is read: nobody unknown makes us keep a file.
            turned_away = await run_in_threadpool(gate, visit)
            if turned_away is not None:
                return self._closed(visit, turned_away)
            if method == "GET":
                return await run_in_threadpool(self._answer, visit, handler)
            if bytes_max is not None and not _fits(request, bytes_max):
                return self.refuse(request, FormUnreadable())
            field_max = bytes_max or _FORM_BYTES_MAX
            files_max = 1 if takes_file else 0
            async with request.form(max_files=files_max, max_fields=fields_max, max_part_size=field_max) as sent:
                return await run_in_threadpool(self._answer_form, visit, handler, sent)

        return Route(path, endpoint, methods=[method])

    def _answer_form(self, visit: Visit, handler: Handler, sent: FormData) -> Response:
        with tempfile.TemporaryDirectory(prefix="onshi-") as folder:
            return self._answer(replace(visit, form=_read_form(sent, Path(folder))), handler)

    def _answer(self, visit: Visit, handler: Handler) -> Response:
        try:
            if visit.request.method == "POST":
                access.check_form_token(visit.secret, visit.form.get("form_token"))
            response = handler(visit)
        except OnshiError as error:
            response = _refusal(visit, error)
        return self._closed(visit, response)

    def refuse(self, request: Request, error: OnshiError) -> Response:
        """The page for a refusal that no handler met: no such address, wrong method, broken form."""
        visit = self._open(request)
        return self._closed(visit, _refusal(visit, error))

    def fail(self, request: Request) -> Response:
        """The page after a fault of ours; it must not need the database."""
        visit = self._anonymous(request)
        return self._closed(visit, visit.page("error.html", status=500, status_code=500, error=None))

    def _anonymous(self, request: Request) -> Visit:
        cookies = request.cookies
        language = chosen_language(
            request.query_params.get("lang"), cookies.get(LANGUAGE), request.headers.get("accept-language", "")
        )
        kept = cookies.get(VISITOR, "")
        secret = kept if 0 < len(kept) <= _VISITOR_LENGTH_MAX else secrets.token_urlsafe(32)
        return Visit(self._app, request, Form(), language, self._app.now(), secret)

    def _open(self, request: Request) -> Visit:
        visit = self._anonymous(request)
        token = request.cookies.get(SESSION)
        found = self._session(token, visit) if token else None
        if token is None or found is None:
            return visit
        session, party = found
        return replace(visit, secret=token, session=session, party=party)

    def _session(self, token: str, visit: Visit) -> tuple[Session, Party] | None:
        with self._app.db.transaction(reading=True) as tx:
            try:
                session = access.session_of(tx, token, at=visit.now)
            except (access.errors.NoSession, access.errors.SessionExpired):
                return None
            party = access.party_by_id(tx, session.staff.party_id)
        if access.touch_due(session, visit.now):
            self._app.run(lambda tx: access.touch(tx, session, at=visit.now))
        return session, party

    def _closed(self, visit: Visit, response: Response) -> Response:
        is_secure = self._app.settings.base_url.startswith("https:")
        if visit.session is None and visit.request.cookies.get(VISITOR) != visit.secret:
            response.set_cookie(VISITOR, visit.secret, httponly=True, samesite="lax", secure=is_secure)
        if visit.request.query_params.get("lang") in LANGUAGES:
            response.set_cookie(
                LANGUAGE, visit.language, max_age=_YEAR_S, httponly=True, samesite="lax", secure=is_secure
            )
        # Pages are about people: neither the browser's nor any other cache may keep one.
        response.headers.setdefault("Cache-Control", "no-store")
        return response


def give_session(visit: Visit, response: Response, token: str) -> None:
    """Puts the session token into its cookie; it ends with the browser."""
    is_secure = visit.app.settings.base_url.startswith("https:")
    response.set_cookie(SESSION, token, httponly=True, samesite="lax", secure=is_secure)


def take_session(response: Response) -> None:
    """Forgets the session token."""
    response.delete_cookie(SESSION, httponly=True, samesite="lax")


def _refusal(visit: Visit, error: OnshiError) -> Response:
    status = status_of(error)
    return visit.page("error.html", status=status, status_code=status, error=error)


def as_refusal(error: HTTPException) -> OnshiError:
    """What Starlette itself refuses, as one of our refusals."""
    if error.status_code == 405:
        return NotForThisMethod()
    return PageNotFound() if error.status_code == 404 else FormUnreadable()


def _sign_in_address(request: Request) -> str:
    url = request.url
    # After a form the page it stood on is opened, never the form's own address: that takes no reading.
    path = url.path if request.method in ("GET", "HEAD") else url.path.rsplit("/", 1)[0]
    if request.method == "GET" and url.query:
        path += f"?{url.query}"
    had_session = "&ended=1" if request.cookies.get(SESSION) else ""
    return f"/sign-in?next={quote(path or '/')}{had_session}"


def _gate(*, is_public: bool) -> Gate:
    """Lets everybody pass, or whoever is signed in."""

    def passes(visit: Visit) -> Response | None:
        return None if is_public or visit.session is not None else go(_sign_in_address(visit.request))

    return passes


def _fits(request: Request, bytes_max: int) -> bool:
    """Whether the form says it fits; browsers always say."""
    length = request.headers.get("content-length", "")
    return length.isascii() and length.isdigit() and len(length) < 12 and int(length) <= bytes_max


def _read_form(sent: FormData, folder: Path) -> Form:
    fields = {name: value for name, value in sent.multi_items() if isinstance(value, str)}
    for value in sent.values():
        if isinstance(value, UploadFile) and value.filename:
            name = Path(value.filename.replace("\\", "/")).name[:_NAME_LENGTH_MAX]
            # Its ending tells the reader what it is; nothing else of the sender's name reaches our disk.
            kept = folder / f"feed{''.join(_ENDING.findall(name.lower()))}"
            with kept.open("wb") as file:
                shutil.copyfileobj(value.file, file, _COPY)
            return Form(fields, kept, name)
    return Form(fields)
