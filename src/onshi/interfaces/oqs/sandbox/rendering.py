"""Reports and lists as pages and paper: HTML that needs nothing beside it, and PDF."""

from collections.abc import Iterator, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from onshi.interfaces.oqs.sandbox.judging import Judged, Report, Verdict
from onshi.outside import pdf_of

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "met": ("適合", "met"),
    "broken": ("不適合", "broken"),
    "not_seen": ("対象なし", "not seen"),
    "must": ("必須", "must"),
    "advice": ("推奨", "advice"),
}
_SHOWN_MOST: Final = 12


@cache
def _environment() -> Environment:
    """Undefined names are bugs, and every value is escaped."""
    return Environment(
        loader=PackageLoader("onshi.interfaces.oqs.sandbox", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_of(template: str, values: Mapping[str, Any], *, lang: str = "ja") -> str:
    """A page of `pages/`."""
    return _environment().get_template(template).render(lang=lang, words=WORDS, **values)


def report_page(report: Report) -> str:
    """The report as a page in both languages."""
    return page_of("report.html", {"report": report, "verdicts": list(Verdict), "most": _SHOWN_MOST})


def report_pdf(report: Report) -> bytes:
    """The report on A4, in both languages."""
    return pdf_of(
        (files("onshi.interfaces.oqs") / "prints" / "conformance.typ").read_text(encoding="utf-8"),
        {
            "subject": report.subject,
            "at": report.at,
            "counts": [f"{report.requests}", f"{report.answers}", f"{report.answers_taken}"],
            "verdicts": [[*WORDS[verdict], str(report.count(verdict))] for verdict in Verdict],
            "broken": report.is_broken,
            "rules": [list(_cells(row)) for row in report.rules],
        },
    )


def _cells(row: Judged) -> Iterator[str]:
    yield row.verdict
    yield from WORDS[row.verdict]
    yield from (row.ja, row.en, row.code)
    yield WORDS[row.weight][0]
    yield row.mark
    yield str(row.seen)
    places = [f"{place.file} {place.where}".strip() for place in row.broken]
    more = [f"… {len(places)}"] if len(places) > _SHOWN_MOST else []
    yield "\n".join([*places[:_SHOWN_MOST], *more])
