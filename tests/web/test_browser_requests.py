"""The pages of requests in a real browser: no barrier, a phone is wide enough, no script is needed."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onshi.app import App
from onshi.demo import requests as demo_requests

from . import country, offices
from .served import serving
from .test_browser import browser, overflow, sheets, violations  # noqa: F401 - a fixture, and the same measures

pytestmark = pytest.mark.browser

PAGES = [
    ("ministry", "/requests"),
    ("ministry", "/requests/trees"),
    ("ministry", "/requests/materials"),
    ("ministry", "/ministry/timetable"),
    ("office", "/office/timetables"),
    ("municipality", "/requests/inbox"),
    ("municipality", "/municipality/visits"),
    ("municipality", "/loans"),
    ("insurer", "/loans"),
    ("body", "/body"),
]
# What is reached through a link of a page.
LINKED = [
    ("ministry", "/requests", "/requests/at/"),
    ("prefecture", "/requests/inbox", "/requests/at/"),
    ("ministry", "/ministry/timetable", "/ministry/timetable/"),
    ("municipality", "/municipality/visits", "/municipality/visits/"),
]


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The demo's requests in the small country, behind a real server on the loopback."""
    app: App = offices.open_offices(country.build(tmp_path_factory.mktemp("asked")))
    demo_requests.fill(app, app.today(), offices.TOWN)
    with serving(app) as address:
        yield address
    app.db.close()


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, asked: str) -> Iterator[Opened]:  # noqa: F811 - the fixture of the other module
    """A page with somebody signed in."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, path: str, *, width: int = 1280, **options: object) -> Page:
        context = browser.new_context(base_url=asked, viewport={"width": width, "height": 900}, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.locator(f'form:has(input[value="s-demo-{name}"]) button').click()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "path"), PAGES)
def test_no_page_has_a_barrier(opened: Opened, name: str, path: str, scheme: str) -> None:
    page = opened(name, path, color_scheme=scheme, locale="ja-JP")
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("name", "path", "link"), LINKED)
def test_no_linked_page_has_a_barrier_folds_open(opened: Opened, name: str, path: str, link: str) -> None:
    page = opened(name, path, locale="en-GB")
    page.locator(f'main a[href^="{link}"]').last.click()
    for fold in page.locator("main details summary").all():
        fold.click()
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("name", "path"), PAGES)
def test_a_phone_is_wide_enough(opened: Opened, name: str, path: str) -> None:
    assert overflow(opened(name, path, width=360, locale="ja-JP")) == 0


def test_a_request_is_acknowledged_and_passed_on_without_script(opened: Opened) -> None:
    page = opened("prefecture", "/requests/inbox", java_script_enabled=False, locale="ja-JP")
    page.get_by_role("link", name="出張申請受付の説明会").click()
    page.get_by_role("button", name="受領を確認する").click()
    expect(page.get_by_role("status")).to_have_text("受領を確認しました。")
    page.get_by_role("button", name="未到達の組織すべてに渡す").click()
    expect(page.get_by_role("status")).to_have_text("62か所に渡したことを記録しました。")


def test_how_far_a_request_came_prints(opened: Opened, tmp_path: Path) -> None:
    page = opened("ministry", "/requests", locale="ja-JP")
    page.get_by_role("link", name="学校での申請の受付への協力について").click()
    assert sheets(page, tmp_path) == 1
