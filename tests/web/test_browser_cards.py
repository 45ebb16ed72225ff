"""The card pages in a real browser: no barrier, a phone is wide enough, the keyboard and no script are enough."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from onshi import cards
from onshi.app import App
from onshi.kernel import Moment

from . import country, towns
from .served import serving
from .test_browser import browser, overflow, sheets, violations  # noqa: F401 - a fixture, and the same measures

pytestmark = pytest.mark.browser

TOWN_PAGES = (
    "",
    "/take",
    "/custody",
    "/reminders",
    "/renewals",
    "/running-out?days=90",
    "/slots",
    "/stages",
    "/mailings",
    "/waiting/notified",
    "/waiting/in_custody",
    "/register",
    "/people",
    "/people/register",
    f"/people/{cards.shown_holder_id(towns.HANAKO)}",
    f"/people/{cards.shown_holder_id(towns.HANAKO)}/details",
)


@pytest.fixture(scope="module")
def desks(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """The towns with a case in every list, behind a real server on the loopback."""
    app = towns.open_desks(country.build(tmp_path_factory.mktemp("desks")))
    towns.walk(app, towns.apply(app, towns.HANAKO_FORM, days=140), towns.TO_NOTICE, days=110)
    towns.walk(app, towns.apply(app, towns.CHILD_FORM, days=5), "order ship arrive")
    (slot, *_) = towns.open_slots(app, "09:00", "09:30", "10:00", capacity=2)
    towns.open_slots(app, "13:00", days=0)
    towns.book(app, towns.HANAKO, slot)
    with serving(app) as address:
        yield app, address
    app.db.close()


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, desks: tuple[App, str]) -> Iterator[Opened]:  # noqa: F811 - the fixture of that name
    """`opened("/citizen", locale="en-GB")`: a page of nobody in particular."""
    contexts: list[BrowserContext] = []
    # Nobody comes in with one form more often than every two minutes.
    country.move_clock(desks[0], Moment(desks[0].now() + 3 * 60 * 1_000_000))

    def open_page(path: str, *, width: int = 360, locale: str = "ja-JP", **options: object) -> Page:
        context = browser.new_context(
            base_url=desks[1],
            viewport={"width": width, "height": 800},
            locale=locale,
            **options,  # type: ignore[arg-type]  # passed on as given
        )
        contexts.append(context)
        page = context.new_page()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def come_in(page: Page, form_id: str, birth: str) -> Page:
    page.goto("/citizen")
    page.fill("#form_id", form_id)
    page.fill("#birth", birth)
    page.locator("main form button").first.click()
    page.wait_for_url("**/citizen/case")
    return page


def clerk(page: Page) -> Page:
    page.goto("/")
    page.locator('form:has(input[value="s-demo-municipality"]) button').click()
    page.wait_for_url("**/municipality")
    return page


def is_fine(page: Page) -> bool:
    assert violations(page) == [], page.url
    assert overflow(page) == 0, page.url
    return True


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A photo of nobody."""
    path = tmp_path / "photo.jpg"
    path.write_bytes(towns.photo())
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_a_citizens_pages_have_no_barrier_on_a_phone(opened: Opened, file: Path, locale: str, scheme: str) -> None:
    page = opened("/citizen", locale=locale, color_scheme=scheme)
    assert is_fine(page)
    come_in(page, towns.HANAKO_FORM, "1989-03-31")
    assert is_fine(page)
    for path in ("booking", "cancel"):
        page.goto(f"/citizen/{path}")
        assert is_fine(page)
    page.context.clear_cookies(name="onshi_citizen")
    come_in(page, towns.TARO_FORM, "1985-12-24")
    for path in ("apply", "form"):
        page.goto(f"/citizen/{path}")
        assert page.url.endswith(f"/citizen/{path}")
        assert is_fine(page)
    page.goto("/citizen/apply")
    page.set_input_files("#photo", file)
    page.locator("form.panel button").click()
    page.wait_for_url("**/apply/check")
    expect(page.locator(".framed svg")).to_be_visible()
    assert is_fine(page)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("path", TOWN_PAGES)
def test_a_towns_pages_have_no_barrier(opened: Opened, path: str, width: int) -> None:
    page = clerk(opened("/", width=width, locale="en-GB" if width == 360 else "ja-JP"))
    page.goto(f"/municipality{path}")
    assert is_fine(page)


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("state", ["notified", "in_custody"])
def test_an_application_has_no_barrier(opened: Opened, state: str, width: int) -> None:
    page = clerk(opened("/", width=width))
    page.goto(f"/municipality/waiting/{state}")
    page.locator("td a").first.click()
    page.wait_for_url("**/applications/*")
    assert is_fine(page)


def test_papers_that_are_not_enough_have_no_barrier(opened: Opened) -> None:
    page = clerk(opened("/"))
    page.goto("/municipality/waiting/notified")
    page.locator("td a").first.click()
    page.get_by_role("button", name="書類を判定する").click()
    page.wait_for_url("**/identify")
    assert is_fine(page)


@pytest.mark.parametrize("width", [360, 1280])
def test_every_fold_of_a_resident_and_a_refusal_have_no_barrier(opened: Opened, width: int) -> None:
    page = clerk(opened("/", width=width))
    page.goto(f"/municipality/people/{cards.shown_holder_id(towns.TARO)}")
    for fold in page.locator("summary").all():
        fold.click()
    assert is_fine(page)
    page.locator('input[name="died_on"]').fill("2026-11-01")
    page.get_by_role("button", name="死亡を記録する").click()
    page.wait_for_url("**/death")
    assert "確認の欄に印を付けてください。" in page.locator('[role="alert"]').inner_text()
    assert is_fine(page)


def test_the_keyboard_alone_takes_a_notice_of_moving_in(opened: Opened) -> None:
    page = clerk(opened("/", width=1280))
    page.goto("/municipality/people")
    page.locator("#wanted").focus()
    page.keyboard.type(towns.THERE_FORM)
    page.keyboard.press("Tab")
    page.keyboard.type("H1.3.31")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find")
    assert is_fine(page)
    page.locator("#moved_on").focus()
    for typed in ("2026-11-01", "1000001", "東京都千代田区見本町三丁目３－３"):
        page.keyboard.type(typed)
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**?done=move_in")
    assert page.locator("h1").inner_text() == "隣　町子"
    assert is_fine(page)


def test_a_resident_is_registered_without_script(opened: Opened) -> None:
    page = clerk(opened("/", width=1280, java_script_enabled=False))
    page.goto("/municipality/people/register")
    for name, typed in {
        "name": "新規 一郎",
        "kana": "シンキ イチロウ",
        "birth": "平成2年4月1日",
        "post_number": "100-0001",
        "address": "東京都千代田区見本町九丁目９－９",
    }.items():
        page.fill(f"#{name}", typed)
    page.check('input[name="sex"][value="1"]')
    page.get_by_role("button", name="登録する").click()
    page.wait_for_url("**?done=register")
    page.get_by_role("button", name="交付申請書を作る").click()
    page.wait_for_url("**?done=form")
    expect(page.get_by_role("link", name="交付申請書を印刷（PDF）")).to_be_visible()


def test_an_application_is_taken_in_without_script(opened: Opened, file: Path, desks: tuple[App, str]) -> None:
    """At the counter: form, wish, photo in its frame, and back out again before it is sent."""
    page = clerk(opened("/", width=1280, java_script_enabled=False))
    page.goto("/municipality/take")
    page.fill("#form_id", towns.TARO_FORM)
    page.get_by_role("button", name="次へ").click()
    page.set_input_files("#photo", file)
    page.get_by_role("button", name="写真を確かめる").click()
    expect(page.locator(".framed img")).to_be_visible()
    page.get_by_role("button", name="受け付ける").click()
    assert "顔を確かめた印" in page.locator("main").inner_text()


def test_the_keyboard_alone_books_a_place(opened: Opened) -> None:
    page = opened("/citizen", java_script_enabled=True)
    page.locator("#form_id").focus()
    page.keyboard.type(towns.HANAKO_FORM)
    page.keyboard.press("Tab")
    page.keyboard.type("H1.3.31")
    page.keyboard.press("Enter")
    page.wait_for_url("**/citizen/case")
    page.get_by_role("link", name=re.compile("予約を変える")).focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/citizen/booking")
    page.locator('input[name="slot"]').nth(1).focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/citizen/case?done=booked")
    assert "09:30" in page.locator("main").inner_text()


def test_a_citizens_whole_way_works_without_script(opened: Opened, file: Path) -> None:
    page = come_in(opened("/citizen", java_script_enabled=False), towns.TARO_FORM, "1985-12-24")
    page.get_by_role("link", name="申請する").click()
    page.set_input_files("#photo", file)
    page.get_by_role("button", name="写真を確かめる").click()
    page.check("#confirmed")
    page.get_by_role("button", name="この内容で送る").click()
    assert page.locator("h1").inner_text() == "受付"
    page.get_by_role("link", name="申請を取り下げる").click()
    page.check("#confirmed")
    page.get_by_role("button", name="取り下げる").click()
    assert page.locator("h1").inner_text() == "取下げ"


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_the_form_prints_on_one_sheet(opened: Opened, tmp_path: Path, locale: str) -> None:
    page = come_in(opened("/citizen", locale=locale), towns.TARO_FORM, "1985-12-24")
    page.goto("/citizen/form")
    assert sheets(page, tmp_path) == 1
    page.emulate_media(media="print")
    expect(page.locator(".blank-number")).to_be_visible()
    for hidden in (".top", ".crumbs", ".foot", ".actions"):
        assert not page.locator(hidden).first.is_visible()


def test_the_browser_reports_no_breach_of_the_policy(opened: Opened, file: Path) -> None:
    page = opened("/citizen")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    come_in(page, towns.TARO_FORM, "1985-12-24")
    page.goto("/citizen/apply")
    page.set_input_files("#photo", file)
    page.locator("form.panel button").click()
    page.wait_for_url("**/apply/check")
    assert said == []
