"""Sending a file: checked and taken at once, as a rehearsal, or all or nothing."""

from starlette.responses import Response
from starlette.routing import Route

from onshi import flows
from onshi.kernel import OnshiError
from onshi.registry import AtomicFeedRefused, TooManyAbsent, feeds
from onshi.web.serving import Pages
from onshi.web.visit import Visit, go

_SHOWN = 200


def routes(pages: Pages) -> list[Route]:
    """The addresses of this module."""
    return [
        pages.show("/insurer/send", ask),
        pages.take("/insurer/send", send, takes_file=True),
    ]


def ask(visit: Visit) -> Response:
    """The form."""
    visit.require("feeds.load")
    assert visit.own_insurer
    return _form(visit)


def send(visit: Visit) -> Response:
    """Loads the file; afterwards its page with the findings, or what was refused and why."""
    visit.require("feeds.load")
    own, form = visit.own_insurer, visit.form
    mode: feeds.Mode | None = next((one for one in feeds.MODES if one == form.get("mode")), None)
    if form.file is None or mode is None:
        return _form(visit, problem=visit.say("insurer.send.no_file"))
    try:
        loaded = flows.load_feed(
            visit.app.db,
            form.file,
            insurer=own,
            mode=mode,
            now=visit.app.now,
            draw=visit.app.draw_many,
            actor=visit.actor,
            file_name=form.file_name,
            atomic=form.has("atomic"),
            dry_run=form.has("dry_run"),
            lose_absent=form.has("lose_absent"),
        )
    except (feeds.FeedRefused, AtomicFeedRefused, TooManyAbsent) as error:
        return _form(visit, refusal=error)
    if form.has("dry_run"):
        return visit.page(
            "insurer/rehearsal.html",
            feed=loaded.feed,
            findings=loaded.findings.head(_SHOWN).rows(named=True),
            count=loaded.findings.height,
            kinds=feeds.FINDINGS,
        )
    return go(f"/insurer/feeds/{loaded.feed.id}?sent={'before' if loaded.was_done else 'now'}")


def _form(visit: Visit, *, problem: str = "", refusal: OnshiError | None = None) -> Response:
    return visit.page(
        "insurer/send.html",
        status=422 if problem or refusal else 200,
        modes=feeds.MODES,
        given=visit.form,
        problem=refusal.text(visit.language) if refusal else problem,
    )
