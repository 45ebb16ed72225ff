"""The pages about facilities in a real browser: no barrier, and a phone is wide enough."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from facilities.make import outlay
from onshi import facilities
from onshi.app import App
from onshi.facilities import Step
from onshi.facilities.deferrals import ApplicationId, DeferralKind
from onshi.facilities.subsidies import Receipts
from onshi.kernel import ProviderCode

from . import country
from .served import serving
from .test_browser import browser, overflow, violations  # noqa: F401 - a fixture, and the same measures
from .test_facilities_page import APRIL, CODE, FAR, OTHER, describe, package, people_it

pytestmark = pytest.mark.browser

PAGES = {
    "": ["/facilities", "/facilities?prefecture=13", "/facilities/progress", "/facilities/progress?prefecture=13"],
    "reception": ["/facility", "/facility/subsidy", "/facility/deferral"],
    "pharmacy": ["/facility"],
    "vendor": ["/vendor"],
    "fund": ["/fund"],
    "office": ["/facilities/stuck"],
}
_ANSWERS = (
    "cost=500000&applied_on=2022-07-01",
    "cost=500000&applied_on=2023-01-01",
    "cost=500000&applied_on=2021-01-01",
    "cost=x",
)
EVERY_PAGE = [
    *((who, path) for who, paths in PAGES.items() for path in paths),
    *(("reception", f"/facility/subsidy?{asked}") for asked in _ANSWERS),
]
PHONE, DESK = 360, 1280
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def ways(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """Institutions at several steps with something to decide about each, behind a real server on the loopback."""
    app = people_it(country.build(tmp_path_factory.mktemp("ways")))
    describe(app, vendor="vendor:sample-soft")
    describe(app, OTHER, last=Step.READER_APPLIED, vendor="vendor:sample-soft")
    describe(app, ProviderCode(FAR.code), last=Step.READY)
    package(app)
    papers = Receipts(receipt=True, itemised=True, completion_report=True)
    with app.db.transaction() as tx:
        facilities.subsidies.apply(tx, CODE, outlay(), papers, number=ApplicationId(6), at=app.now())
    country.move_clock(app, APRIL)
    with app.db.transaction() as tx:
        facilities.deferrals.ask(tx, OTHER, DeferralKind.NO_LINE, number=ApplicationId(7), at=app.now())
    with serving(app) as address:
        yield app, address
    app.db.close()


@pytest.fixture
def opened(browser: Browser, ways: tuple[App, str]) -> Iterator[Opened]:  # noqa: F811 - the fixture of that name
    """`opened("vendor", "/vendor", width=360)`: a page with somebody signed in, or nobody."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, path: str, *, width: int = DESK, locale: str = "ja-JP", **options: object) -> Page:
        context = browser.new_context(
            base_url=ways[1],
            viewport={"width": width, "height": 900},
            locale=locale,
            **options,  # type: ignore[arg-type]  # passed on as given
        )
        contexts.append(context)
        page = context.new_page()
        if name:
            page.goto("/")
            page.locator(f'form:has(input[value="s-demo-{name}"]) button').click()
            page.wait_for_load_state()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_no_page_has_a_barrier_at_a_desk_in_the_dark(opened: Opened, name: str, path: str) -> None:
    page = opened(name, path, color_scheme="dark", locale="en-GB")
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_no_page_has_a_barrier_on_a_phone(opened: Opened, name: str, path: str) -> None:
    page = opened(name, path, width=PHONE)
    assert violations(page) == []
    assert overflow(page) == 0


def test_a_step_is_entered_by_keyboard_and_without_script(opened: Opened) -> None:
    page = opened("pharmacy", "/facility", java_script_enabled=False)
    field = page.get_by_label("カードリーダーの到着の日付")
    field.fill("2023-03-01")
    field.press("Enter")
    page.wait_for_url("**/facility?done=step")
    assert page.get_by_label("カードリーダーの到着の日付").input_value() == "2023-03-01"


def test_a_place_is_chosen_by_keyboard(opened: Opened) -> None:
    page = opened("", "/facilities", java_script_enabled=False)
    page.get_by_label("都道府県").select_option("13")
    page.get_by_role("button", name="探す").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/facilities?prefecture=13*")
    assert page.get_by_label("市区町村").count() == 1
    assert page.locator("tbody tr").count() == 1
