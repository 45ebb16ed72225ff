"""Coming in and going out; who may open what; what every response carries."""

import base64
from urllib.parse import parse_qs, urlsplit

import pytest

from onshi import access, audit
from onshi.access.totp import code_of, step_of
from onshi.app import App
from onshi.audit import Action
from onshi.kernel import Moment

from . import country
from .browse import Reader


@pytest.fixture
def secret(app: App) -> bytes:
    """An account with a password; its second factor."""
    with app.db.transaction() as tx:
        enrolled = access.register_staff(
            tx,
            country.CLINIC.id,
            login="uketsuke",
            roles=[access.Role.RECEPTION],
            password=country.PASSWORD,
            key=app.staff_key,
            at=app.now(),
            by=country.BY,
        )
    return base64.b32decode(parse_qs(urlsplit(enrolled.totp_uri).query)["secret"][0])


def signed_in(reader: Reader, secret: bytes, **changes: str) -> Reader:
    reader.get("/sign-in")
    code = code_of(secret, step_of(country.NOW))
    reader.post("/sign-in", **({"login": "uketsuke", "password": country.PASSWORD, "code": code} | changes))
    return reader


def test_password_and_code_open_the_desk(reader: Reader, secret: bytes, app: App) -> None:
    assert signed_in(reader, secret).heading == "資格確認"
    with app.db.transaction(reading=True) as tx:
        (entry,) = audit.entries_of(tx, action=Action.LOGIN)
    assert entry.entry.outcome == "done"


def test_a_missing_code_is_asked_for(reader: Reader, secret: bytes) -> None:
    signed_in(reader, secret, code="")
    assert reader.answer.status_code == 403
    assert "確認コードも入力してください。" in reader.text
    assert country.PASSWORD not in reader.answer.text


@pytest.mark.parametrize("wrong", [{"login": "nobody"}, {"password": "wrong"}, {"code": "000000"}])
def test_every_refusal_reads_the_same(reader: Reader, secret: bytes, app: App, wrong: dict[str, str]) -> None:
    signed_in(reader, secret, **wrong)
    assert reader.answer.status_code == 403
    assert access.errors.SignInRefused().text("ja") in reader.text
    with app.db.transaction(reading=True) as tx:
        (entry,) = audit.entries_of(tx, action=Action.LOGIN_FAILED)
    assert "nobody" not in (entry.entry.actor, entry.entry.object)


@pytest.mark.parametrize(
    ("wanted", "landed"),
    [
        ("/reception/help", "カードが使えないとき"),
        ("//elsewhere.example/", "資格確認"),
        ("https://elsewhere.example/", "資格確認"),
        ("/\\elsewhere.example", "資格確認"),
        ("/\r\nX: y", "資格確認"),
    ],
)
def test_after_signing_in_only_our_own_pages_follow(reader: Reader, secret: bytes, wanted: str, landed: str) -> None:
    assert signed_in(reader, secret, next=wanted).heading == landed
    assert reader.answer.url.host == "testserver"


def test_a_closed_page_leads_to_the_door_and_back(reader: Reader, secret: bytes) -> None:
    reader.get("/reception")
    assert reader.answer.url.path == "/sign-in"
    assert 'name="next" value="/reception"' in reader.answer.text
    reader.get("/municipality/stages?first=2026-04&last=2026-06")
    assert 'name="next" value="/municipality/stages?first=2026-04&amp;last=2026-06"' in reader.answer.text


def test_signing_out_ends_the_session(desk: Reader, app: App) -> None:
    kept = dict(desk.cookies)
    desk.post("/sign-out")
    assert desk.heading == "この方の保険は、いま有効ですか。"
    thief = Reader(app)
    thief.cookies.set("onshi_session", kept["onshi_session"])
    assert thief.get("/reception").url.path == "/sign-in"


def test_an_idle_session_ends_and_says_so(desk: Reader, app: App) -> None:
    country.move_clock(app, Moment(country.NOW + 31 * 60 * 1_000_000))
    desk.get("/reception")
    assert desk.answer.url.path == "/sign-in"
    assert "しばらく操作がなかったため" in desk.text


def test_the_demo_door_is_shut_outside_the_demo(app: App) -> None:
    object.__setattr__(app.settings, "demo", False)
    reader = Reader(app)
    reader.get("/")
    assert "デモで試す" not in reader.text
    reader.get("/sign-in")
    reader.post("/demo/enter", staff="s-demo-operator")
    assert reader.answer.status_code == 404
    assert "onshi_session" not in reader.cookies


def test_the_demo_door_opens_for_demo_accounts_only(reader: Reader, secret: bytes, app: App) -> None:
    with app.db.transaction(reading=True) as tx:
        (other,) = [one for one in access.staff_at(tx, country.CLINIC.id) if one.login == "uketsuke"]
    reader.get("/")
    reader.post("/demo/enter", staff=other.staff_id)
    assert reader.answer.status_code == 404


@pytest.mark.parametrize("token", ["", "0" * 64, "é"])
def test_a_form_without_the_readers_own_token_does_nothing(desk: Reader, app: App, token: str) -> None:
    desk.get("/reception")
    desk.post("/reception/check", token=token, insurer="06139992", symbol="12", number="345", birth="1985-04-01")
    assert (desk.answer.status_code, "form-token-wrong" in desk.text) == (403, True)
    with app.db.transaction(reading=True) as tx:
        assert audit.entries_of(tx, action=Action.CHECK) == []


def test_the_token_of_another_reader_is_no_good(desk: Reader, app: App) -> None:
    other = Reader(app).enter("pharmacy")
    desk.post("/reception/check", token=other.token, card=country.CARD)
    assert desk.answer.status_code == 403


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("reception", "/insurer"),
        ("reception", "/operator"),
        ("reception", "/operator/audit"),
        ("insurer", "/reception"),
        ("insurer", "/insurer/held"),
        ("insurer", "/insurer/registrations"),
        ("insurer", "/operator"),
        ("operator", "/reception"),
        ("operator", "/insurer"),
        ("auditor", "/operator/parties"),
    ],
)
def test_a_role_opens_its_own_pages_only(app: App, name: str, path: str) -> None:
    reader = Reader(app).enter(name)
    reader.get(path)
    assert (reader.answer.status_code, "page-not-allowed" in reader.text) == (403, True)


@pytest.mark.parametrize(
    ("language", "heading", "words"),
    [
        ("ja", "ページが見つかりません", "別の機関のページかもしれません"),
        ("en", "Page not found", "another organisation"),
    ],
)
def test_a_page_that_is_not_there_says_so_in_both_languages(app: App, language: str, heading: str, words: str) -> None:
    reader = Reader(app, language=language)
    reader.get("/nowhere")
    assert (reader.answer.status_code, reader.heading) == (404, heading)
    assert words in reader.text


@pytest.mark.parametrize(
    ("language", "heading"), [("ja", "こちらの不具合です"), ("en", "Something went wrong on our side")]
)
def test_a_fault_of_ours_shows_a_page_and_no_trace(
    app: App, monkeypatch: pytest.MonkeyPatch, language: str, heading: str
) -> None:
    reader = Reader(app, language=language, sees_faults=False).enter("reception")
    monkeypatch.setattr("onshi.web.serving.Pages._open", lambda self, request: 1 // 0)
    reader.get("/reception")
    assert (reader.answer.status_code, reader.heading) == (500, heading)
    assert "Traceback" not in reader.answer.text
    assert reader.answer.headers["content-security-policy"].startswith("default-src 'self'")


def test_a_form_sent_to_a_page_and_a_page_asked_of_a_form(desk: Reader) -> None:
    desk.post("/reception", card="a:b")
    assert desk.answer.status_code == 405
    desk.get("/sign-out")
    assert desk.answer.status_code == 405


def test_a_gigantic_form_is_refused(desk: Reader) -> None:
    desk.get("/reception")
    desk.post("/reception/check", symbol="x" * 70_000)
    assert (desk.answer.status_code, "form-unreadable" in desk.text) == (400, True)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/reception/help", "/nowhere", "/static/site.css"])
def test_every_response_is_dressed(reader: Reader, path: str) -> None:
    headers = reader.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'self'; ")
    assert "unsafe" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"] == "same-origin"


def test_static_files_with_a_version_are_kept_for_a_year(reader: Reader) -> None:
    assert reader.get("/static/site.css?v=1").headers["cache-control"] == "public, max-age=31536000, immutable"
    assert "cache-control" not in reader.get("/static/site.css").headers


def test_cookies_are_closed_to_scripts_and_secure_behind_https(app: App) -> None:
    object.__setattr__(app.settings, "base_url", "https://onshi.example")
    reader = Reader(app, base_url="https://onshi.example")
    reader.get("/?lang=en")
    cookies = reader.answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert [part for part in ("HttpOnly", "SameSite=lax", "Secure") if part not in cookie] == []
    assert reader.answer.headers["strict-transport-security"] == "max-age=63072000"
    reader.post("/demo/enter", staff="s-demo-reception")
    (session,) = [one for one in reader.answer.history[0].headers.get_list("set-cookie") if "onshi_session" in one]
    assert [part for part in ("HttpOnly", "SameSite=lax", "Secure") if part not in session] == []


def test_the_language_is_kept(reader: Reader) -> None:
    reader.get("/?lang=en")
    reader.get("/sign-in")
    assert reader.heading == "Sign in"
    assert 'href="/sign-in?lang=ja"' in reader.answer.text
