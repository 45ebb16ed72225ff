"""`onshi programme papers` and `servants`: the papers of 2019 made again, and public servants against their days."""

from pathlib import Path
from typing import Annotated

import typer

from onshi import web
from onshi.cli.options import day_of
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_table, worded
from onshi.programme import papers
from onshi.programme.papers import Section

_TEXTS = {
    "known": ("{title}\n{day}の時点で公表されていたこと", "{title}\nAs published by {day}"),
    "section": ("■ {title}（{place}）", "== {title} ({place})"),
    "written": ("{file}に保存しました。", "Written to {file}."),
}
OnOption = Annotated[str, typer.Option("--on", metavar="DATE", help="As published by: 2019-09-03 or 令和元年9月3日.")]


def papers_again(
    on: OnOption,
    section: Annotated[str | None, typer.Option(metavar="CODE", help="Only this section: roadmap, plan, ….")] = None,
    pdf: Annotated[Path | None, typer.Option(metavar="FILE", help="Write it as a PDF to this file.")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Make the papers of 2019-09-03 again from data: schedule, road map, insurers, publicity and the rest.

    Figures, days and names are those of the papers; what they do not give is said. Nothing published later is shown.
    """
    day = day_of(on)
    found = papers.document(day)
    if section is not None:
        found = papers.Document(day, found.title, (found.section(section),))
    if pdf is not None:
        pdf.write_bytes(web.papers_pdf(found, lang))
    if as_json:
        say_json(papers.as_json(found))
    elif pdf is not None:
        say(worded(_TEXTS, "written", lang, file=pdf))
    else:
        say(worded(_TEXTS, "known", lang, title=found.title.of(lang), day=papers.day_text(day, lang)))
        for one in found.sections:
            _tell(one, lang)


def servants(on: OnOption, as_json: AsJson = False, lang: Language = DEFAULT) -> None:
    """Show public servants against the days that are due: members and dependants apart, applied and issued.

    A figure that counts those who applied can show that a target was missed, and never that it was met.
    """
    found = papers.document(day_of(on)).section("servants")
    if as_json:
        say_json({one.code: papers.table_as_json(one) for one in found.tables})
    else:
        _tell(found, lang)


def _tell(section: Section, lang: str) -> None:
    say()
    say(worded(_TEXTS, "section", lang, title=section.title.of(lang), place=section.place))
    for line in section.about:
        say(line.of(lang))
    for table in section.tables:
        say()
        say(table.title.of(lang))
        rows = [[papers.shown(cell, lang) for cell in row] for row in table.rows]
        say_table([one.title.of(lang) for one in table.columns], rows)
