"""The tutorial in a browser: a plan is made, handed in, given back and revised; by keyboard, without script."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onshi.app import App
from onshi.plans import PlanState, workbook
from onshi.plans.model import Content
from plans.make import content, months, site

from . import country, planners, served
from .planners import CHIYODA, CHUO, OSAKA, PLAN, YEAR
from .test_browser import browser, overflow, violations  # noqa: F401 - the fixture is found by its name

pytestmark = pytest.mark.browser

MONTHS = f"{PLAN}/part/months"
TOWNS = f"/prefecture/plans/{YEAR}/towns"
PAGES = {
    "municipality": [
        PLAN,
        *(
            f"{PLAN}/part/{name}"
            for name in ("assumed", "months", "sites", "receptions", "publicity", "costs", "mykey", "occasions")
        ),
        f"{PLAN}/check",
        f"{PLAN}/results",
        f"{PLAN}/results/2020-09",
        f"{PLAN}/upload",
        f"{PLAN}/versions/2",
        "/municipality/plan/2021",
    ],
    "prefecture": [
        "/prefecture/plans",
        f"{TOWNS}/{CHIYODA}",
        f"{TOWNS}/{CHUO}",
        f"/prefecture/plans/{YEAR}/compilation",
    ],
    "office": [
        "/office/plans",
        f"/office/plans/{YEAR}/prefectures/13",
        f"/office/plans/{YEAR}/towns/{CHIYODA}",
        f"/office/plans/{YEAR}/compilation",
    ],
    "": ["/windows", "/windows?prefecture=13", "/about-the-card"],
}
EVERY_PAGE = [(name, path) for name, paths in PAGES.items() for path in paths]
SHORT = content(sites=(site(windows=2, staff=2, terminals=4),), months=months(issued=900))
"""A plan whose windows do not suffice."""

Opened = Callable[..., Page]


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """A country in which every page has something to show."""
    app = planners.open_offices(country.build(tmp_path_factory.mktemp("plans")))
    planners.hand_in(app, plan=SHORT)
    planners.advise(app)
    planners.save(app, plan=content(sites=(site(staff=2), site(name="駅前臨時窓口", windows=1))), reason="助言を受けて")
    planners.hand_in(app, OSAKA)
    with served.serving(app) as address:
        yield app, address
    app.db.close()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[tuple[App, str]]:
    """A country of its own, for a story."""
    app = planners.open_offices(country.build(tmp_path))
    with served.serving(app) as address:
        yield app, address
    app.db.close()


@pytest.fixture
def contexts() -> Iterator[list[BrowserContext]]:
    """What is to be closed at the end."""
    found: list[BrowserContext] = []
    yield found
    for one in found:
        one.close()


@pytest.fixture
def opened(browser: Browser, contexts: list[BrowserContext]) -> Opened:  # noqa: F811 - the fixture of that name
    """`opened(address, "municipality", path)`: a page with somebody signed in, or nobody."""

    def open_page(
        address: str, name: str, path: str, *, width: int = 1280, locale: str = "ja-JP", **options: object
    ) -> Page:
        context = browser.new_context(
            base_url=address,
            viewport={"width": width, "height": 900},
            locale=locale,
            **options,  # type: ignore[arg-type]  # passed on as given
        )
        contexts.append(context)
        page = context.new_page()
        if name:
            page.goto("/")
            page.locator(f'form:has(input[value="s-demo-{name}"]) button').click()
        page.goto(path)
        return page

    return open_page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_no_page_has_a_barrier(full: tuple[App, str], opened: Opened, name: str, path: str, scheme: str) -> None:
    page = opened(full[1], name, path, color_scheme=scheme)
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_every_page_fits_a_phone(full: tuple[App, str], opened: Opened, name: str, path: str, locale: str) -> None:
    page = opened(full[1], name, path, width=360, locale=locale)
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("has_script", [True, False])
def test_a_plan_from_the_first_number_to_the_second_version(
    fresh: tuple[App, str], opened: Opened, has_script: bool
) -> None:
    app, address = fresh
    page = opened(address, "municipality", "/municipality/plan", java_script_enabled=has_script)
    page.get_by_role("link", name="窓口と体制").click()
    for field, value in {"windows": "2", "staff": "2", "terminals": "4"}.items():
        page.get_by_label({"windows": "窓口数", "staff": "職員数", "terminals": "統合端末数"}[field]).first.fill(value)
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("status")).to_have_text("保存しました。")
    page.goto(MONTHS)
    fill_months(page, issued="900")
    page.goto(f"{PLAN}/check")
    assert "足りない月が" in page.locator(".alert").first.inner_text()
    hand_in(page)
    assert planners.told(app) == (1, PlanState.SUBMITTED)

    above = opened(address, "prefecture", f"{TOWNS}/{CHIYODA}", java_script_enabled=has_script)
    above.get_by_label("助言").fill("窓口を増やせませんか。")
    above.get_by_role("button", name="助言を付けて差し戻す").click()
    assert planners.told(app) == (1, PlanState.RETURNED)

    page.goto(PLAN)
    page.get_by_label("回答").fill("5つに増やします。")
    page.get_by_role("button", name="回答する").click()
    page.goto(f"{PLAN}/part/sites")
    page.get_by_label("窓口数").first.fill("5")
    page.get_by_label("計画を変える理由").fill("助言を受けて")
    page.get_by_role("button", name="保存する").click()
    hand_in(page)
    assert planners.told(app) == (2, PlanState.SUBMITTED)
    page.goto(f"{PLAN}/versions/2")
    assert "窓口数\t2\t5" in page.locator(".compare").inner_text()


def fill_months(page: Page, *, issued: str) -> None:
    """From field to field with the keyboard, twelve months of four numbers, and away with Enter."""
    page.locator("[id='months.0.received']").focus()
    for _ in range(12):
        for value in ("1000", "1000", "1000", issued):
            page.keyboard.type(value)
            page.keyboard.press("Tab")
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("保存しました。")


def hand_in(page: Page) -> None:
    """With the keyboard alone."""
    page.goto(PLAN)
    page.locator("#confirmed").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("計画を提出しました。")


def test_a_wrong_number_puts_the_reader_at_its_field(fresh: tuple[App, str], opened: Opened) -> None:
    page = opened(fresh[1], "municipality", MONTHS)
    for name, value in {"received": "10", "notified": "10", "issued": "10", "preset": "多い"}.items():
        page.locator(f"[id='months.3.{name}']").fill(value)
    page.keyboard.press("Enter")
    expect(page.locator("[id='months.0.preset']")).to_be_focused()
    assert page.locator("[id='months.0.preset']").input_value() == "多い"
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 1280])
def test_a_filled_in_workbook_is_sent_without_a_barrier(
    fresh: tuple[App, str], opened: Opened, tmp_path: Path, width: int
) -> None:
    app, address = fresh
    page = opened(address, "municipality", f"{PLAN}/upload", width=width)
    for plan, is_taken in ((content(sites=()), False), (content(sites=(site(staff=2),)), True)):
        send(page, tmp_path, plan)
        assert violations(page) == []
        assert overflow(page) == 0
        assert page.get_by_role("button", name="下書きにする").is_visible() is is_taken
    page.get_by_label("内容を確かめました").check()
    page.get_by_role("button", name="下書きにする").click()
    expect(page.get_by_role("status")).to_have_text("ファイルの内容を下書きにしました。")
    assert planners.told(app) == (1, PlanState.DRAFT)


def send(page: Page, folder: Path, plan: Content) -> None:
    path = folder / "plan.xlsx"
    path.write_bytes(workbook.workbook(plan, CHIYODA, YEAR))
    page.goto(f"{PLAN}/upload")
    page.set_input_files("#file", path)
    page.get_by_role("button", name="読み取る").click()


def test_windows_near_home_are_found_on_a_phone_without_script(full: tuple[App, str], opened: Opened) -> None:
    page = opened(full[1], "", "/", width=360, java_script_enabled=False)
    page.get_by_role("link", name="近くの窓口を探す").click()
    page.select_option("#prefecture", label="東京都")
    page.get_by_role("button", name="探す").click()
    page.select_option("#town", label="千代田区")
    page.get_by_role("button", name="探す").click()
    assert page.locator(".visits .who").all_inner_texts() == ["麹町区民館", "千代田区役所"]


def test_no_policy_is_broken(full: tuple[App, str], opened: Opened) -> None:
    page = opened(full[1], "municipality", PLAN)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    for path in (f"{PLAN}/part/sites", f"{PLAN}/check", "/windows?prefecture=13"):
        page.goto(path)
    assert said == []


def test_a_check_prints_without_what_is_for_the_screen(full: tuple[App, str], opened: Opened) -> None:
    page = opened(full[1], "municipality", PLAN)
    page.emulate_media(media="print")
    for hidden in (".top", ".crumbs", ".foot", "#submit", ".actions"):
        assert not page.locator(hidden).first.is_visible()
    assert overflow(page) == 0
