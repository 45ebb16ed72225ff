"""Papers as PDF: what stands on them can be read again, and no value is ever markup."""

import io
from importlib.resources import files

import pytest
from pypdf import PdfReader

from onshi.outside import FontsMissing, pdf, pdf_of

TEMPLATE = """
#let given = json(bytes(sys.inputs.values))
#set page(paper: "a6")
#set text(font: "Noto Sans CJK JP", cjk-latin-spacing: none)
#given.name
#list(..given.papers)
"""
VALUES = {"name": "見本　花子", "papers": ["令和8年11月2日", "旅券"]}


def text_of(made: bytes) -> str:
    return "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages).replace(" ", "")


def test_japanese_names_and_days_can_be_read_again() -> None:
    text = text_of(pdf_of(TEMPLATE, VALUES))
    assert [one for one in ("見本　花子", "令和8年11月2日", "旅券") if one not in text] == []


def test_the_same_values_make_the_same_bytes() -> None:
    assert pdf_of(TEMPLATE, VALUES) == pdf_of(TEMPLATE, VALUES)
    assert pdf_of(TEMPLATE, VALUES) != pdf_of(TEMPLATE, VALUES | {"name": "見本　太郎"})


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x")',
        "*bold* _thin_ $x$ `code`",
        '"); #read("/etc/passwd")',
        "\\u{41} // comment",
        '#include "x.typ"',
        "<label> @reference",
    ],
)
def test_a_value_is_never_read_as_markup(name: str) -> None:
    text = text_of(pdf_of(TEMPLATE, VALUES | {"name": name}))
    assert name.replace(" ", "") in text


def test_a_broken_template_is_a_bug_and_crashes() -> None:
    with pytest.raises(RuntimeError):
        pdf_of("#given.name", VALUES)


def test_without_the_fonts_nothing_is_printed(monkeypatch: pytest.MonkeyPatch, tmp_path: object) -> None:
    monkeypatch.setattr(pdf, "_FOLDER", tmp_path)
    pdf._fonts.cache_clear()
    with pytest.raises(FontsMissing):
        pdf_of(TEMPLATE, VALUES)
    pdf._fonts.cache_clear()


def test_every_letter_of_the_papers_is_in_a_font() -> None:
    """A letter without a shape comes out as the character that stands for none."""
    for path in (files("onshi.web") / "prints").iterdir():
        shown = "".join(sorted(set(path.read_text(encoding="utf-8")) - set("#\n")))
        made = text_of(pdf_of(TEMPLATE, {"name": shown, "papers": []}))
        assert "\ufffd" not in made
        assert {one for one in shown if ord(one) > 127 and one != "　"} - set(made) == set(), path.name
