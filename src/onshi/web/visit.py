"""One request: who asks, in which language, with what form; and the pages it can be answered with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from onshi import access, audit
from onshi.access import Party, PartyKind, Permission, Session
from onshi.app import App
from onshi.audit import Entry
from onshi.db import Tx
from onshi.kernel import InsurerNumber, Moment, has_twelve_digits
from onshi.web.errors import PageNotAllowed
from onshi.web.rendering import render
from onshi.web.texts import text

# Whose pages, under which permission, at which address; and which of them only a demo has.
_DEMO_ONLY = frozenset({"reader", "register_card"})
_PROGRAMME: tuple[tuple[PartyKind, Permission], ...] = (
    (PartyKind.MINISTRY, "programme.read"),
    (PartyKind.PREFECTURE, "programme.read"),
    (PartyKind.OFFICE, "programme.read"),
)
_SENDERS: tuple[tuple[PartyKind, Permission], ...] = (
    *_PROGRAMME,
    (PartyKind.BODY, "body.read"),
    (PartyKind.INSURER, "measures.write"),
    (PartyKind.OPERATOR, "fund.write"),
)
_RECEIVERS: tuple[tuple[PartyKind, Permission], ...] = (
    *_PROGRAMME,
    (PartyKind.MUNICIPALITY, "municipality.read"),
    (PartyKind.BODY, "body.read"),
    (PartyKind.INSURER, "measures.write"),
)
_LENDERS: tuple[tuple[PartyKind, Permission], ...] = (
    (PartyKind.MINISTRY, "measures.write"),
    (PartyKind.INSURER, "measures.write"),
    (PartyKind.MUNICIPALITY, "municipality.read"),
)
_MENU: tuple[tuple[PartyKind | None, Permission, str, str], ...] = (
    (PartyKind.INSTITUTION, "check", "/reception", "reception"),
    (PartyKind.INSTITUTION, "check", "/reception/reader", "reader"),
    (PartyKind.INSTITUTION, "check", "/reception/help", "help"),
    (PartyKind.INSTITUTION, "facility.write", "/facility", "facility"),
    (PartyKind.INSURER, "insurer.read", "/insurer", "insurer"),
    (PartyKind.INSURER, "feeds.load", "/insurer/send", "upload"),
    (PartyKind.INSURER, "feeds.review", "/insurer/held", "held"),
    (PartyKind.INSURER, "feeds.review", "/insurer/registrations", "registrations"),
    (PartyKind.INSURER, "insurer.read", "/insurer/overlaps", "overlaps"),
    (PartyKind.INSURER, "insurer.read", "/insurer/papers", "papers"),
    (PartyKind.INSURER, "measures.write", "/insurer/measures", "measures"),
    (PartyKind.MINISTRY, "measures.write", "/ministry/measures", "measures_below"),
    (PartyKind.MINISTRY, "measures.write", "/ministry/measures/own", "measures"),
    (PartyKind.PREFECTURE, "measures.write", "/prefecture/measures", "measures"),
    (PartyKind.OFFICE, "measures.write", "/office/measures", "measures_office"),
    (PartyKind.OFFICE, "measures.write", "/office/publicity", "publicity"),
    (PartyKind.OFFICE, "measures.write", "/office/practices", "practices"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality", "municipality"),
    (PartyKind.MUNICIPALITY, "municipality.write", "/municipality/take", "take"),
    (PartyKind.MUNICIPALITY, "municipality.write", "/municipality/people", "people"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/custody", "custody"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/reminders", "reminders"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/renewals", "renewals"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/running-out", "running_out"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/slots", "slots"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/stages", "stages"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/mailings", "mailings"),
    *((kind, permission, "/mailings", "mailings") for kind, permission in _PROGRAMME),
    (PartyKind.MUNICIPALITY, "municipality.write", "/municipality/register", "register_card"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/plan", "plan"),
    (PartyKind.PREFECTURE, "programme.read", "/prefecture/plans", "prefecture_plans"),
    (PartyKind.OFFICE, "programme.read", "/office/plans", "office_plans"),
    (PartyKind.PREFECTURE, "programme.read", "/facilities/stuck", "facilities"),
    (PartyKind.MINISTRY, "programme.read", "/facilities/stuck", "facilities"),
    (PartyKind.OFFICE, "programme.read", "/facilities/stuck", "facilities"),
    (PartyKind.VENDOR, "vendor.write", "/vendor", "vendor"),
    (PartyKind.OPERATOR, "fund.write", "/fund", "fund"),
    (PartyKind.OPERATOR, "fund.write", "/fund/registration-counts", "counts"),
    (PartyKind.MINISTRY, "programme.write", "/ministry/registration-counts", "counts"),
    (PartyKind.OFFICE, "programme.write", "/ministry/registration-counts", "counts"),
    (PartyKind.INSURER, "insurer.read", "/insurer/registration-counts", "counts"),
    (None, "measures.write", "/surveys/manage", "surveys"),
    (PartyKind.BODY, "body.read", "/body/surveys", "surveys_received"),
    (PartyKind.INSURER, "insurer.read", "/surveys/received", "surveys_received"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/surveys/received", "surveys_received"),
    (PartyKind.MINISTRY, "programme.read", "/surveys/received", "surveys_received"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/municipality/visits", "visits"),
    (PartyKind.MUNICIPALITY, "municipality.read", "/practices", "practices"),
    (PartyKind.BODY, "body.read", "/body", "body"),
    (PartyKind.BODY, "body.read", "/practices", "practices"),
    *((kind, permission, "/requests/inbox", "inbox") for kind, permission in _RECEIVERS),
    *((kind, permission, "/requests", "requests") for kind, permission in _SENDERS),
    *((kind, permission, "/requests/materials", "materials") for kind, permission in _SENDERS),
    (PartyKind.MINISTRY, "programme.read", "/ministry/timetable", "timetable"),
    (PartyKind.OFFICE, "programme.read", "/ministry/timetable", "timetable"),
    (PartyKind.OFFICE, "programme.read", "/office/timetables", "timetables"),
    *((kind, permission, "/loans", "loans") for kind, permission in _LENDERS),
    (None, "metrics.read", "/operator", "operator"),
    (None, "audit.read", "/operator/audit", "audit"),
    (None, "parties.write", "/operator/parties", "parties"),
)


@dataclass(frozen=True, slots=True)
class Form:
    """What was typed, trimmed; and the file, where one was sent, already on disk."""

    fields: Mapping[str, str] = field(default_factory=dict)
    file: Path | None = None
    file_name: str = ""

    def get(self, name: str) -> str:
        """The text of a field, empty when it was not sent."""
        # Nobody can type a NUL, and PostgreSQL takes none into a text.
        return self.fields.get(name, "").replace("\0", "").strip()

    def has(self, name: str) -> bool:
        """Whether a box is ticked."""
        return bool(self.fields.get(name))

    def again(self, *names: str) -> dict[str, str]:
        """What was typed, for a form that is to be put right: these fields, empty where nothing was sent, or all that
        were sent. What may be somebody's 個人番号 is not shown again."""
        typed = {name: self.get(name) for name in names or self.fields}
        return {name: "" if has_twelve_digits(text) else text for name, text in typed.items()}


@dataclass(frozen=True, slots=True)
class Visit:
    """One request as the pages see it. `secret` is what form tokens are made from."""

    app: App
    request: Request
    form: Form
    language: str
    now: Moment
    secret: str
    session: Session | None = None
    party: Party | None = None

    def query(self, name: str) -> str:
        """A parameter of the address, empty when absent."""
        return self.request.query_params.get(name, "").strip()

    def number(self, name: str, default: int = 0) -> int:
        """A whole number from the address; anything else is the default."""
        given = self.query(name)
        return int(given) if given.isascii() and given.isdigit() and len(given) < 19 else default

    def may(self, permission: Permission) -> bool:
        """Whether a role of the reader has `permission`."""
        return self.session is not None and access.may(self.session.staff.roles, permission)

    def require(self, *permissions: Permission) -> None:
        """PageNotAllowed unless the reader has one of `permissions`."""
        if not any(self.may(permission) for permission in permissions):
            raise PageNotAllowed

    @property
    def menu(self) -> list[tuple[str, str]]:
        """The pages the reader's roles open, as address and name in the catalogue (`base.nav`)."""
        if self.party is None:
            return []
        return [
            (address, name)
            for kind, permission, address, name in _MENU
            if (kind is None or kind is self.party.kind) and self.may(permission)
            if self.app.settings.demo or name not in _DEMO_ONLY
        ]

    @property
    def actor(self) -> str:
        """The member of staff as the log names them."""
        assert self.session is not None, "only signed-in pages ask who acts"
        return f"staff:{self.session.staff.staff_id}"

    def own_party(self, kind: PartyKind) -> Party:
        """The reader's organisation; PageNotAllowed when it is of another kind."""
        if self.party is None or self.party.kind is not kind:
            raise PageNotAllowed
        return self.party

    @property
    def own_insurer(self) -> InsurerNumber:
        """The number of the insurer the reader works at; PageNotAllowed for everybody else."""
        return InsurerNumber(self.own_party(PartyKind.INSURER).code)

    def log(self, tx: Tx, *entries: Entry) -> None:
        """Writes what somebody does on a page, in the transaction in which it happens."""
        audit.append(tx, self.app.draw(), entries, at=self.now)

    def say(self, name: str, /, **facts: object) -> str:
        """A text of the catalogue in the reader's language."""
        return text(name, self.language, **facts)

    def page(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """A page made from a template."""
        common = {
            "visit": self,
            "form_token": access.form_token(self.secret),
            "other_language": self._in_other_language(),
            "today": self.app.today(),
        }
        return Response(render(template, self.language, common | values), status, media_type="text/html")

    def _in_other_language(self) -> str:
        """The same page in the other language; after a form, the page the form stands on."""
        url = self.request.url.include_query_params(lang="en" if self.language == "ja" else "ja")
        is_form = self.request.method not in ("GET", "HEAD")
        path = url.path.rpartition("/")[0] or "/" if is_form else url.path
        return f"{path}?{url.query}"


def go(address: str) -> Response:
    """See the other page (after a form, or to sign in)."""
    return RedirectResponse(address, 303)


def download(data: bytes, name: str, media_type: str) -> Response:
    """A file to keep; `name` is ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, headers=headers, media_type=media_type)
