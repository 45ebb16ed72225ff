"""Papers as PDF: a template of Typst and values, set in Debian's Noto CJK fonts."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TypeAlias

import typst

from onshi.outside.errors import FontsMissing

_FOLDER = Path("/usr/share/fonts/opentype/noto")
_FAMILIES = frozenset({"Noto Sans CJK JP", "Noto Serif CJK JP"})

# What JSON has: texts, numbers, and lists and tables of them.
PdfValue: TypeAlias = "str | int | float | bool | Sequence[PdfValue] | Mapping[str, PdfValue]"
_PICTURE = b"""#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg")"""
_DOTS_PER_INCH = 144


def pdf_of(template: str, values: Mapping[str, PdfValue]) -> bytes:
    """The paper that `template`, text of Typst, makes of `values`.

    The values reach it as data only, `json(bytes(sys.inputs.values))`: whatever a name holds, it is never read as
    markup. Raises `FontsMissing` where the Japanese fonts are not installed, because empty boxes are no paper.
    """
    compiler = typst.Compiler(
        template.encode(),
        font_paths=_fonts(),
        ignore_system_fonts=True,
        sys_inputs={"values": json.dumps(values, ensure_ascii=False)},
    )
    # No day of making in the file: the same values make the same bytes.
    made = compiler.compile(format="pdf", timestamp=0)
    assert isinstance(made, bytes), "without a path the file comes back"
    return made


def png_of(svg: bytes) -> bytes:
    """A drawing as a picture of two dots a pixel, its texts in the same fonts. `FontsMissing` as above."""
    compiler = typst.Compiler(_PICTURE, font_paths=_fonts(), ignore_system_fonts=True, sys_inputs={"svg": svg.decode()})
    made = compiler.compile(format="png", ppi=_DOTS_PER_INCH)
    assert isinstance(made, bytes), "one page comes back as one file"
    return made


@cache
def _fonts() -> typst.Fonts:
    # Looked up once: the files are large, and of no other font of the machine is anything wanted.
    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[_FOLDER])
    if not set(found.families()) >= _FAMILIES:
        raise FontsMissing(folder=_FOLDER)
    return found
