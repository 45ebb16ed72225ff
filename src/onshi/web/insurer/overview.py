"""How fresh the insurer's data are, the files it sent, and what was found in each."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import registry
from onshi.audit import Action
from onshi.db import Tx
from onshi.kernel import Severity
from onshi.registry import Feed, UnknownFeed, feeds
from onshi.web.acts import act
from onshi.web.errors import PageNotFound
from onshi.web.serving import Pages
from onshi.web.sheets import CSV, XLSX
from onshi.web.visit import Visit, download

FINDINGS_PAGE = 100


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer", overview),
        pages.show("/insurer/template.{form:str}", template),
        pages.show("/insurer/feeds/{feed:int}", feed_page),
        pages.show("/insurer/feeds/{feed:int}/findings.{form:str}", findings_file),
    ]


def overview(visit: Visit) -> Response:
    """The state of things at one look."""
    visit.require("insurer.read")
    own = visit.own_insurer
    with visit.app.db.transaction(reading=True) as tx:
        insurer = registry.insurer_book(tx).get(own)
        recent = registry.feeds_of(tx, own, limit=30)
        held = len(registry.held_rows(tx, own, limit=1_000))
        suspended = len(registry.suspended_links(tx, own))
    return visit.page("insurer/overview.html", insurer=insurer, feeds=recent, held=held, suspended=suspended)


def template(visit: Visit) -> Response:
    """An empty feed to fill in."""
    visit.require("insurer.read")
    match visit.request.path_params["form"]:
        case "csv":
            return download(feeds.template(visit.language, "csv"), "onshi-feed.csv", CSV)
        case "xlsx":
            return download(feeds.template(visit.language, "xlsx"), "onshi-feed.xlsx", XLSX)
        case _:
            raise PageNotFound


def feed_page(visit: Visit) -> Response:
    """One file: its counts, and its findings page by page."""
    severity = visit.query("severity")
    wanted = severity if severity in set(Severity) else None
    with visit.app.db.transaction(reading=True) as tx:
        feed = own_feed(tx, visit)
        after = visit.number("after", -1)
        found = registry.findings_of(tx, feed.id, after=after, limit=FINDINGS_PAGE + 1, severity=wanted)
        book = registry.insurer_book(tx)
    return visit.page(
        "insurer/feed.html",
        feed=feed,
        findings=found[:FINDINGS_PAGE],
        more=found[FINDINGS_PAGE - 1].place if len(found) > FINDINGS_PAGE else None,
        is_first=after < 0,
        severity=wanted or "",
        severities=list(Severity),
        kinds=feeds.FINDINGS,
        book=book,
        sent=visit.query("sent"),
    )


def findings_file(visit: Visit) -> Response:
    """All findings of a file, as CSV or Excel; they hold places and codes, never values."""
    form = visit.request.path_params["form"]
    if form not in ("csv", "xlsx"):
        raise PageNotFound

    def work(tx: Tx) -> Feed:
        feed = own_feed(tx, visit)
        visit.log(tx, act(visit.actor, Action.EXPORT, f"findings-{form}", thing=f"feed:{feed.id}"))
        return feed

    feed = visit.app.run(work)
    with visit.app.db.transaction(reading=True) as tx:
        frame = registry.findings_frame(tx, feed.id)
    if form == "csv":
        return download(feeds.findings_csv(frame, visit.language), f"findings-{feed.id}.csv", CSV)
    return download(feeds.findings_xlsx(frame, visit.language), f"findings-{feed.id}.xlsx", XLSX)


def own_feed(tx: Tx, visit: Visit) -> Feed:
    """The feed in the address. Another insurer's looks just like one that does not exist."""
    visit.require("insurer.read")
    own = visit.own_insurer
    feed = registry.feed_of(tx, visit.request.path_params["feed"])
    if feed.insurer != own:
        raise UnknownFeed(feed=feed.id)
    return feed
