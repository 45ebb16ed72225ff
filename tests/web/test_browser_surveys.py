"""Surveys and counts in a real browser: no barrier, nothing off a phone, and answering without script."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from onshi import access
from onshi.surveys import service

from . import country, test_surveys_page, test_tallies_page
from .served import serving
from .test_browser import browser, overflow, violations  # noqa: F401 - a fixture, and the same measures

pytestmark = pytest.mark.browser

MINISTRY = "s-survey-ministry"
PAGES = [
    (MINISTRY, "/surveys/manage"),
    (MINISTRY, "/surveys/manage/new"),
    (MINISTRY, "{open}"),
    (MINISTRY, "{closed}"),
    (MINISTRY, "{closed}/results"),
    (MINISTRY, "{closed}/results?area=body:works"),
    (MINISTRY, "{totals}/results"),
    ("s-survey-body", "/body/surveys"),
    ("", "{link}"),
    ("", "{totals_link}"),
    (MINISTRY, "/ministry/registration-counts"),
    (MINISTRY, "/ministry/registration-counts/2026-10-31"),
    ("s-tally-fund", "/fund/registration-counts"),
    ("s-demo-insurer", "/insurer/registration-counts"),
    ("", "/programme/registrations"),
]


class Served:
    """The country with a survey of each state, and a count that was shared; `places` are addresses by name."""

    def __init__(self, folder: Path) -> None:
        self.app = app = country.build(folder)
        self.base = ""
        test_surveys_page.register(app)
        test_tallies_page.register(app)
        test_tallies_page.load_members(app, folder)
        self.places = {"closed": test_surveys_page.closed_survey(app)}
        test_surveys_page.on(app, "2026-11-02")
        ministry = test_surveys_page.staff(app, "ministry")
        for name, link, sort in (("open", "link", "people"), ("totals", "totals_link", "organisations")):
            self.places[name] = test_surveys_page.make_one(ministry, sort=sort)
            self.places[link] = test_surveys_page.send(ministry, self.places[name])["body:works"]
        test_tallies_page.record(app)
        test_tallies_page.step(app, "take")
        test_tallies_page.step(app, "share")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """All of it behind a real server on the loopback."""
    found = Served(tmp_path_factory.mktemp("browser-surveys"))
    with serving(found.app) as address:
        found.base = address
        yield found
    found.app.db.close()


def opened(browser: Browser, served: Served, staff: str, path: str, **options: object) -> Page:  # noqa: F811
    """A page with somebody signed in, or nobody."""
    given = {"viewport": {"width": 360, "height": 900}, "locale": "ja-JP"} | options
    context = browser.new_context(base_url=served.base, **given)  # type: ignore[arg-type]  # passed on as given
    if staff:
        token = served.app.run(lambda tx: access.open_session(tx, staff, at=served.app.now())).token
        context.add_cookies([{"name": "onshi_session", "value": token, "url": served.base}])
    page = context.new_page()
    page.goto(path.format(**served.places))
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("staff", "path"), PAGES)
def test_no_page_has_a_barrier_or_runs_off_a_phone(
    served: Served,  # before the browser, whose loop would not let it ask
    browser: Browser,  # noqa: F811
    staff: str,
    path: str,
    scheme: str,
) -> None:
    page = opened(browser, served, staff, path, color_scheme=scheme)
    assert page.locator("h1").count() == 1
    assert violations(page) == []
    assert overflow(page) == 0
    page.context.close()


@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_somebody_answers_without_script_by_labels_alone(served: Served, browser: Browser, locale: str) -> None:  # noqa: F811
    def answers() -> int:
        with served.app.db.transaction(reading=True) as tx:
            found = service.surveys_of(tx, test_surveys_page.make.OFFICE)
            (running,) = (one for one in found if one.closed_on is None and one.draft.sort == "people")
            return sum(one.answers for one in service.addressees_of(tx, running))

    before = answers()
    page = opened(browser, served, "", "{link}", java_script_enabled=False, locale=locale)
    page.get_by_label("はい" if locale == "ja-JP" else "Yes", exact=True).check()
    page.get_by_label("受け取りまでの日数" if locale == "ja-JP" else "Days until it came").fill("12")
    page.get_by_role("button", name="回答を送る" if locale == "ja-JP" else "Send the answer").click()
    assert page.locator("h1").inner_text() == ("ありがとうございました" if locale == "ja-JP" else "Thank you")
    assert answers() == before + 1
    page.context.close()
