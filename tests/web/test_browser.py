"""In a real browser: nothing a screen reader stumbles over, the keyboard alone is enough, nothing runs off the page."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from onshi.app import App
from onshi.outside import Drawer

from . import country, drawer
from .served import serving
from .test_insurer import hold_a_row, hold_a_third
from .test_registrations import register

pytestmark = pytest.mark.browser

_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]
IN_DOUBT = 4711
PAGES = {
    "reception": [
        "/",
        "/reception",
        "/reception/reader",
        "/reception/reader/register",
        "/reception/help",
        "/reception/help/statement",
        "/citizen/register",
        "/programme",
        "/programme?on=2017-03-08",
        "/programme/areas/13?on=2021-04-01",
        "/programme/areas/452025?on=2020-08-01",
        "/programme/papers",
        "/programme/papers/ministries",
        "/programme/papers/publicity",
        "/programme/roadmap",
        "/nowhere",
    ],
    "reviewer": [
        "/insurer",
        "/insurer/send",
        "/insurer/held",
        "/insurer/registrations",
        f"/insurer/registrations/{IN_DOUBT:016x}",
        "/insurer/links",
        "/insurer/overlaps?month=2026-11",
        "/insurer/papers?month=2024-12",
    ],
    "operator": ["/operator", "/operator/audit", "/operator/audit/verify", "/operator/parties"],
}
EVERY_PAGE = [(name, path) for name, paths in PAGES.items() for path in paths]
LOCKED_OUT = "隠田　静"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[App, str]]:
    """The country behind a real server on the loopback."""
    folder = tmp_path_factory.mktemp("browser")
    app = country.build(folder)
    hold_a_row(app, folder)
    hold_a_third(app, folder)
    register(app, IN_DOUBT, name="見本　華子")
    twin = country.MEMBERS[1] | {"insurer_number": country.CITY, "symbol": "", "acquired_on": "2026-10-15"}
    country.load(app, [twin], folder, mode="first", insurer=country.CITY)
    drawer.lay(app, {name: drawer.PEOPLE[name] for name in ("good", "unregistered", "child")} | {"locked": LOCKED_OUT})
    with serving(app) as address:
        yield app, address
    app.db.close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


Opened = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, served: tuple[App, str]) -> Iterator[Opened]:
    """`opened("reception", "/reception", locale="en")`: a page with somebody signed in."""
    contexts: list[BrowserContext] = []

    def open_page(name: str, path: str, *, width: int = 1280, locale: str = "ja-JP", **options: object) -> Page:
        context = browser.new_context(
            base_url=served[1],
            viewport={"width": width, "height": 900},
            locale=locale,
            **options,  # type: ignore[arg-type]  # passed on as given
        )
        contexts.append(context)
        page = context.new_page()
        page.goto("/")
        page.locator(f'form:has(input[value="s-demo-{name}"]) button').click()
        page.goto(path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def ask(page: Page, **fields: str) -> None:
    page.goto("/reception")
    for field, value in fields.items():
        page.fill(f"#{field}", value)
    page.get_by_role("button", name=re.compile("照会する|Check")).click()


# A style of the page can reach into a drawing by a name that both use, and there set how long a bar is.
_RESHAPED = """() => [...document.querySelectorAll("svg rect, svg circle")].filter(shape =>
    ["width", "height", "x", "y", "r"].some(name => !isNaN(parseFloat(shape.getAttribute(name)))
        && Math.abs(parseFloat(getComputedStyle(shape)[name]) - parseFloat(shape.getAttribute(name))) > 0.01))
    .map(shape => ["reshaped", shape.outerHTML])"""


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe finds, and shapes of drawings that are not as they were drawn."""
    # A busy browser is still putting the document there when the page's address has changed already.
    page.wait_for_load_state()
    found = Axe().run(page).response["violations"]
    return [(one["id"], node["html"]) for one in found for node in one["nodes"]] + page.evaluate(_RESHAPED)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert isinstance(wide, int)
    return wide


HANAKO = {"insurer": "06139992", "symbol": "12", "number": "345", "birth": "S60.4.1"}
LOST = {"insurer": "06139992", "symbol": "12", "number": "349", "birth": "1960-01-15"}
UNKNOWN = {"insurer": "06139992", "symbol": "12", "number": "999", "birth": "1960-01-15"}
SILENT = {"insurer": country.SILENT, "number": "1", "birth": "1960-01-15"}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_no_page_has_a_barrier(opened: Opened, name: str, path: str, scheme: str) -> None:
    page = opened(name, path, color_scheme=scheme)
    assert violations(page) == []
    assert overflow(page) == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("fields", [HANAKO, LOST, UNKNOWN, SILENT, {"insurer": "1"}])
def test_no_answer_has_a_barrier(opened: Opened, fields: dict[str, str], scheme: str) -> None:
    page = opened("reception", "/reception", color_scheme=scheme, locale="en-GB")
    ask(page, **fields)
    assert violations(page) == []


def test_the_sign_in_form_has_no_barrier(browser: Browser, served: tuple[App, str]) -> None:
    context = browser.new_context(base_url=served[1], locale="en-GB")
    page = context.new_page()
    page.goto("/sign-in?ended=1")
    assert violations(page) == []
    context.close()


def test_the_review_page_has_no_barrier(opened: Opened) -> None:
    page = opened("reviewer", "/insurer/held")
    page.locator('a[href^="/insurer/held/"]').first.click()
    assert page.locator(".mark-differs").count() == 4
    assert violations(page) == []


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
@pytest.mark.parametrize("has_script", [True, False])
def test_another_person_is_chosen_by_keyboard(opened: Opened, locale: str, has_script: bool) -> None:
    page = opened("reviewer", "/insurer/held", locale=locale, java_script_enabled=has_script)
    page.locator('a[href^="/insurer/held/"]').last.click()
    other = page.get_by_role("link", name=re.compile("星子"))
    other.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/insurer/held/*?person=*")
    assert page.locator(".mark-differs").count() == 2
    page.locator('input[value="accept"]').focus()
    page.keyboard.press("Space")
    assert page.locator('input[value="accept"]').is_checked()
    if has_script:
        assert violations(page) == []


def test_papers_are_issued_and_replaced_without_a_barrier_or_a_script(opened: Opened) -> None:
    page = opened("reviewer", "/insurer/papers?month=2024-12", java_script_enabled=False)
    page.check("#issue-confirmed")
    page.get_by_role("button", name=re.compile("人に交付する")).click()
    page.locator('a[href^="/insurer/papers/member/"]').first.click()
    page.get_by_role("button", name=re.compile("再交付する")).click()
    member = page.url
    for path in ("/insurer/papers?month=2024-12", member):
        page = opened("reviewer", path, width=360)
        assert violations(page) == []
        assert overflow(page) == 0


def test_the_file_page_has_no_barrier(opened: Opened) -> None:
    page = opened("reviewer", "/insurer")
    page.locator('a[href^="/insurer/feeds/"]').first.click()
    assert violations(page) == []


@pytest.mark.parametrize("width", [360, 640])  # a phone; a laptop at 200 %
@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_nothing_runs_off_a_narrow_page(opened: Opened, name: str, path: str, width: int) -> None:
    assert overflow(opened(name, path, width=width)) == 0


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_an_answer_fits_a_phone(opened: Opened, locale: str) -> None:
    page = opened("reception", "/reception", width=360, locale=locale)
    ask(page, **HANAKO)
    assert overflow(page) == 0
    assert violations(page) == []


def test_the_keyboard_alone_is_enough(browser: Browser, served: tuple[App, str]) -> None:
    context = browser.new_context(base_url=served[1], locale="ja-JP")
    page = context.new_page()
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(20):
        page.keyboard.press("Tab")
        if "見本内科クリニック" in str(page.evaluate("document.activeElement.innerText")):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/reception")
    expect(page.locator("#scan")).to_be_focused()
    page.keyboard.type("06139992,12,345,00,19850401")
    page.keyboard.press("Enter")
    page.wait_for_url("**/reception/check")
    assert page.locator("h1").inner_text() == "有効"
    context.close()


def test_focus_is_always_visible(opened: Opened) -> None:
    page = opened("reception", "/reception")
    if page.evaluate("document.activeElement === document.body"):
        page.keyboard.press("Tab")  # a busy browser has not followed `autofocus` yet
    seen = 0
    while page.evaluate("document.activeElement !== document.body") and seen < 50:
        style = page.evaluate(
            "(() => { const s = getComputedStyle(document.activeElement); return [s.outlineStyle, s.outlineWidth]; })()"
        )
        assert style == ["solid", "4px"]
        seen += 1
        page.keyboard.press("Tab")
    assert seen > 10


def test_the_whole_journey_works_without_script(opened: Opened) -> None:
    page = opened("reception", "/reception", java_script_enabled=False)
    ask(page, **HANAKO)
    assert page.locator("h1").inner_text() == "有効"
    with page.expect_download() as saved:
        page.get_by_role("button", name="証明を保存").click()
    assert saved.value.suggested_filename.startswith("onshi-")
    assert page.locator("[data-print]").is_hidden()
    page.get_by_role("link", name="次の方").click()
    assert "見本　花子" in page.locator(".visits").inner_text()


def test_a_wrong_form_puts_the_reader_at_what_is_wrong(opened: Opened) -> None:
    page = opened("reception", "/reception")
    ask(page, **(HANAKO | {"birth": "S60.13.1"}))
    expect(page.locator("#birth")).to_be_focused()


def test_one_goes_down_to_a_town_by_keyboard_and_without_script(opened: Opened) -> None:
    page = opened("reception", "/", java_script_enabled=False)
    page.get_by_role("link", name="マイナンバーカード普及の状況").click()
    page.fill("#on", "令和3年4月1日")
    page.keyboard.press("Enter")
    assert page.locator("h1").inner_text() == "遅れています"
    page.locator('svg a[href^="/programme/areas/45?"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/programme/areas/45?on=2021-04-01")
    page.get_by_role("link", name="都城市").click()
    assert page.locator("h1").inner_text() == "順調です"


def test_the_programme_breaks_no_policy_and_folds_hold_no_barrier(opened: Opened) -> None:
    page = opened("reception", "/reception", locale="en-GB", width=360)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/programme?on=2021-04-01")
    for fold in page.locator("summary").all()[:2]:
        fold.click()
    assert said == []
    assert violations(page) == []
    assert overflow(page) == 0


def test_the_browser_reports_no_breach_of_the_policy(opened: Opened) -> None:
    page = opened("reception", "/reception")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    ask(page, **HANAKO)
    page.goto("/reception/help")
    assert said == []


@pytest.mark.parametrize("fields", [HANAKO, LOST, UNKNOWN])
@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_an_answer_prints_on_one_sheet(opened: Opened, tmp_path: Path, fields: dict[str, str], locale: str) -> None:
    page = opened("reception", "/reception", locale=locale)
    ask(page, **fields)
    assert sheets(page, tmp_path) == 1
    page.emulate_media(media="print")
    for hidden in (".top", ".crumbs", ".foot", ".actions"):
        assert not page.locator(hidden).first.is_visible()


def present(page: Page, card: str, *, mode: str, pin: str = "") -> None:
    """Chooses a card on the page that is open, and shows it."""
    page.goto("/reception/reader")
    page.check(f"#card-{card}")
    page.check(f"#mode-{mode}")
    page.fill("#pin", pin)
    page.get_by_role("button", name=re.compile("カードをかざす|Present the card")).click()
    page.wait_for_url("**/reception/reader/present")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize(("card", "mode"), [("good", "face"), ("unregistered", "staff"), ("locked", "pin")])
def test_nothing_that_a_card_gives_has_a_barrier(opened: Opened, card: str, mode: str, width: int, scheme: str) -> None:
    page = opened("reception", "/reception/reader", width=width, color_scheme=scheme, locale="en-GB")
    present(page, card, mode=mode, pin="0000" if mode == "pin" else "")
    for one in page.locator(".passed summary").all():
        one.click()
    assert violations(page) == []
    assert overflow(page) == 0


def test_a_form_without_a_card_has_no_barrier_either(opened: Opened) -> None:
    page = opened("reception", "/reception/reader", width=360)
    page.get_by_role("button", name="カードをかざす").click()
    assert page.locator(".problem").all_inner_texts() == ["カードを選んでください。"]
    assert violations(page) == []
    assert overflow(page) == 0


def test_a_card_is_presented_by_keyboard_alone(opened: Opened, served: tuple[App, str]) -> None:
    page = opened("reception", "/reception/reader")
    lying = Drawer(served[0].settings.data).find("good")
    assert lying is not None
    page.locator("#card-unregistered").focus()
    page.keyboard.press("ArrowUp")
    assert page.locator("#card-good").is_checked()
    page.locator("#mode-pin").focus()
    page.keyboard.press("Tab")
    expect(page.locator("#pin")).to_be_focused()
    page.keyboard.type(str(lying.pin))
    page.keyboard.press("Enter")
    page.wait_for_url("**/reception/reader/present")
    assert page.locator("h1").inner_text() == "有効"


def test_the_reader_works_without_script(opened: Opened) -> None:
    page = opened("reception", "/reception/reader", java_script_enabled=False)
    present(page, "locked", mode="pin", pin="0000")
    assert page.locator("h1").inner_text() == "暗証番号が使えません"
    page.get_by_role("link", name="同じカードをもう一度").click()
    assert page.locator("#card-locked").is_checked()
    page.check("#mode-face")
    page.get_by_role("button", name="カードをかざす").click()
    assert page.locator("h1").inner_text() == "有効"
    page.locator(".passed summary").first.click()
    assert page.locator(".apdu").first.is_visible()
    page.get_by_role("link", name="ほかのカードを試す").click()
    page.get_by_role("button", name="すべて元に戻す").click()
    assert page.locator("h1").inner_text() == "カードリーダー（体験）"


def test_the_policy_of_the_browser_lets_the_faces_through(opened: Opened) -> None:
    page = opened("reception", "/reception")
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto("/reception/reader")
    assert page.evaluate("[...document.images].map((one) => one.naturalWidth)") == [120] * 4
    assert said == []


@pytest.mark.parametrize("path", ["/reception/help", "/reception/help/statement"])
def test_guide_and_statement_print_on_one_sheet(opened: Opened, tmp_path: Path, path: str) -> None:
    assert sheets(opened("reception", path), tmp_path) == 1


def pdf_of(page: Page, folder: Path) -> bytes:
    """The page as Chromium prints it. Its print service sometimes fails to start while the machine is busy."""
    for _ in range(4):
        try:
            return page.pdf(path=folder / "page.pdf", format="A4", prefer_css_page_size=True)
        except PlaywrightError as error:
            if "Printing failed" not in str(error):
                raise
            page.wait_for_timeout(1_000)
    pytest.fail("Chromium could not print")


def sheets(page: Page, folder: Path) -> int:
    """How many A4 sheets a page prints on."""
    printed = pdf_of(page, folder)
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", printed))
