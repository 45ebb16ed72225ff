"""The pictures of docs/tutorial/a-plan.*.md: the tutorial's own way, walked in Chromium in front of a fresh demo.

    .venv/bin/onshi demo --fresh            # in one terminal
    .venv/bin/python tools/make_pictures.py http://localhost:8200

It hands in, gives back and revises the plan of the demo's town, so it wants a demo nobody has touched.
"""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import openpyxl
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, sync_playwright

FOLDER = Path(__file__).parent.parent / "docs" / "tutorial" / "pictures"
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser")
CHROMIUM = next(filter(None, map(shutil.which, _NAMES)), "/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
LOCALES = {"ja": "ja-JP", "en": "en-GB"}
WIDTH, HEIGHT, PHONE = 1000, 760, 390
COLOURS, MARGIN = 96, 16
ADVICE = {"ja": "夜間の窓口を増やせないか、検討してください。", "en": "夜間の窓口を増やせないか、検討してください。"}
REASON = "都道府県の助言を受けて、夜間開庁を増やす"
ANSWER = "夜間開庁を月に2回増やします。"


class Readers:
    """One member of staff in front of two browsers, one for each language; `ja` is the one that acts."""

    def __init__(self, browser: Browser, base: str, staff: str) -> None:
        self.pages: dict[str, Page] = {}
        for language, locale in LOCALES.items():
            width = WIDTH if staff else PHONE
            context = browser.new_context(
                base_url=base, locale=locale, color_scheme="light", viewport={"width": width, "height": HEIGHT}
            )
            page = context.new_page()
            if staff:
                page.goto("/")
                page.locator(f'form:has(input[value="s-demo-{staff}"]) button').click()
            self.pages[language] = page

    @property
    def ja(self) -> Page:
        """The browser that acts."""
        return self.pages["ja"]

    def picture(self, name: str, path: str, *, at: str = "h1") -> None:
        """The part of a page from `at` on, in both languages."""
        for language, page in self.pages.items():
            page.goto(path)
            keep(page, page.locator(at).first, f"{name}-{language}.png")


def keep(page: Page, start: Locator, name: str) -> None:
    """A picture from where something begins on, as high as a window, in few colours."""
    size = page.viewport_size
    assert size is not None
    whole = page.evaluate("document.documentElement.scrollHeight")
    top = max(0, start.evaluate("one => one.getBoundingClientRect().top + window.scrollY") - MARGIN)
    clip = {"x": 0, "y": top, "width": size["width"], "height": min(HEIGHT, whole - top)}
    data = page.screenshot(full_page=True, clip=clip)  # type: ignore[arg-type]  # as Playwright names it
    Image.open(BytesIO(data)).convert("RGB").quantize(COLOURS).save(FOLDER / name, optimize=True)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's."""
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield opened
        opened.close()


def hand_in(page: Page, plan: str) -> None:
    """The draft is handed in."""
    page.goto(plan)
    page.check("#confirmed")
    page.locator("#submit ~ form button").click()


def wrong_workbook(page: Page, plan: str, folder: Path) -> Path:
    """The plan as Excel, with a number written as a word."""
    page.goto(plan)
    with page.expect_download() as saved:
        page.locator(f'a[href="{plan}/plan.xlsx"]').click()
    path = folder / "plan.xlsx"
    saved.value.save_as(path)
    book = openpyxl.load_workbook(path)
    book["窓口"]["C6"] = "二つ"
    book.save(path)
    return path


def look_at(page: Page, plan: str, path: Path) -> None:
    """Sends a workbook and stands before what was read."""
    page.goto(f"{plan}/upload")
    page.set_input_files("#file", path)
    page.locator("main form button").click()


def walk(browser: Browser, base: str) -> None:
    """The tutorial, from the first page to the last."""
    clerk, above = Readers(browser, base, "municipality"), Readers(browser, base, "prefecture")
    clerk.ja.goto("/municipality/plan")
    plan = clerk.ja.url.removeprefix(base)
    clerk.picture("plan-overview", plan)
    clerk.picture("plan-check", f"{plan}/check")
    clerk.picture("plan-sites", f"{plan}/part/sites")
    clerk.ja.goto(f"{plan}/part/sites")
    clerk.ja.locator("[id='sites.0.evenings']").fill("2")
    clerk.ja.locator('button[value="save"]').click()
    clerk.picture("plan-submit", plan, at="#submit")
    hand_in(clerk.ja, plan)

    above.picture("plan-prefecture", "/prefecture/plans")
    above.ja.goto("/prefecture/plans")
    town = clerk.ja.locator(".party").inner_text()
    address = next(
        link.get_attribute("href") or ""
        for link in above.ja.locator('th a[href*="/towns/"]').all()
        if town.endswith(link.inner_text())
    )
    for language, page in above.pages.items():
        page.goto(address)
        page.fill("#text", ADVICE[language])
        keep(page, page.locator("#decide"), f"plan-decide-{language}.png")
    above.ja.locator(f'button[formaction="{address}/return"]').click()

    clerk.ja.goto(plan)
    clerk.ja.fill("textarea", ANSWER)
    clerk.ja.locator("article button").click()
    clerk.ja.goto(f"{plan}/part/sites")
    clerk.ja.locator("[id='sites.0.evenings']").fill("4")
    clerk.ja.fill("#reason", REASON)
    clerk.ja.locator('button[value="save"]').click()
    hand_in(clerk.ja, plan)
    clerk.picture("plan-version", f"{plan}/versions/2")
    with tempfile.TemporaryDirectory() as folder:
        path = wrong_workbook(clerk.ja, plan, Path(folder))
        for language, page in clerk.pages.items():
            look_at(page, plan, path)
            keep(page, page.locator("h1"), f"plan-upload-{language}.png")
    clerk.picture("plan-results", f"{plan}/results")
    prefecture = address.rpartition("/")[2][:2]
    Readers(browser, base, "").picture("plan-windows", f"/windows?prefecture={prefecture}", at="body")


def main() -> None:
    """Makes every picture anew."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8200"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        walk(browser, base.rstrip("/"))


if __name__ == "__main__":
    main()
