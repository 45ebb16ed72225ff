"""The pages of measures in a real browser: no barrier, a phone is wide enough, no script is needed."""

from collections.abc import Callable, Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from onshi.app import App
from onshi.demo import outreach

from . import bodies, country
from .served import serving
from .test_browser import browser, overflow, violations  # noqa: F401 - a fixture, and the same measures

pytestmark = pytest.mark.browser

OWNER = f"insurer:{country.SOCIETY}"
PAGES = {
    "insurer": [
        "/practices/own",
        "/insurer/measures",
        "/insurer/measures/plan",
        "/insurer/measures/report?as_of=2026-06-30",
        "/insurer/measures/report?as_of=2026-09-30",
        "/practices",
        "/publicity?on=2019-09-03",
        "/publicity/2019/screens-hospitals",
    ],
    "ministry": [
        "/ministry/measures",
        f"/ministry/measures/of/{OWNER}",
        f"/ministry/measures/of/{OWNER}/report?as_of=2026-06-30",
        "/ministry/measures/summary?as_of=2026-06-30",
        "/ministry/measures/own/plan",
    ],
    "office": [
        "/office/measures",
        "/office/measures/plans",
        "/office/measures/catalogue",
        "/office/publicity",
        "/office/practices",
        "/office/publicity/item",
        "/office/publicity/item?campaign=2019&code=screens-malls",
    ],
}
EVERY_PAGE = [(name, path) for name, paths in PAGES.items() for path in paths]
Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """The country with plans and reports, behind a real server on the loopback."""
    app = bodies.open_programme(country.build(tmp_path_factory.mktemp("measures")))
    outreach.fill(app, date(2026, 11, 1), ministry=bodies.HEALTH.id, first=OWNER)
    with serving(app) as address:
        yield app, address
    app.db.close()


@pytest.fixture
def opened(browser: Browser, served: tuple[App, str]) -> Iterator[Opened]:  # noqa: F811 - the fixture of that name
    """`opened("insurer", "/insurer/measures")`: a page with somebody signed in."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, path: str, *, width: int = 1280, **options: object) -> Page:
        context = browser.new_context(
            base_url=served[1],
            viewport={"width": width, "height": 900},
            **options,  # type: ignore[arg-type]  # passed on as given
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.locator(f'form:has(input[value="s-demo-{name}"]) button').click()
        answer = page.goto(path)
        assert answer is not None and answer.status == 200
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (360, "dark")])
def test_no_page_has_a_barrier_and_none_is_too_wide(
    opened: Opened, name: str, path: str, width: int, scheme: str
) -> None:
    page = opened(name, path, width=width, color_scheme=scheme)
    assert violations(page) == []
    assert overflow(page) == 0


def test_a_plan_is_sent_without_script(opened: Opened) -> None:
    page = opened("ministry", "/ministry/measures/own/plan", java_script_enabled=False, locale="en-GB")
    page.get_by_role("button", name="Begin the plan").click()
    page.get_by_label("Responsible post").fill("Head of section")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Nov 2026", exact=True).check()
    page.get_by_role("button", name="Put it in").click()
    page.get_by_role("button", name="Send the plan").click()
    assert page.get_by_role("status").inner_text().strip() == "Sent."
