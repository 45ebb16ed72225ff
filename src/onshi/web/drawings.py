"""A chart of a page as a picture of its own: SVG with its styles inside, and PNG made of it."""

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from xml.sax.saxutils import escape

_RULE = re.compile(r"^(\.chart[^{]*)\{([^}]*)\}$", re.MULTILINE)
_TOKEN = re.compile(r"^\s*(--[\w-]+):\s*([^;]+);", re.MULTILINE)
_USE = re.compile(r"var\((--[\w-]+)\)")
_MIX = re.compile(r"color-mix\(in srgb, #([0-9a-f]{6}) ([0-9]+)%, #([0-9a-f]{6})\)")
_BOX = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')
_HEADING, _GAP, _LINE, _KEY = 40, 8, 20, 100
_FONTS = '"Noto Sans JP", "Noto Sans CJK JP", sans-serif'


def standalone(svg: str, heading: str = "", note: str = "", steps: Sequence[str] = ()) -> bytes:
    """A drawing of our pages as a file of its own: the colours of a light page, its heading above, below it what the
    steps of colour mean and a note."""
    opening, rest = svg.strip().split(">", 1)
    width, height = (float(one) for one in _BOX.findall(opening)[0])
    top = _HEADING if heading else 0
    keys = _keys(steps, top + height + _GAP)
    below = (_GAP + _LINE if steps else 0) + (_GAP + _LINE if note else 0)
    whole = f'width="{width:g}" height="{top + height + below:g}"'
    inner = f'{opening} y="{top}" width="{width:g}" height="{height:g}">{rest}'
    heads = f'<text y="24" font-size="18" font-weight="700">{escape(heading)}</text>' if heading else ""
    notes = f'<text y="{top + height + below - 6:g}" font-size="12">{escape(note)}</text>' if note else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" {whole}><style>{styles()}</style>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{heads}{inner}{keys}{notes}</svg>'
    ).encode()


def _keys(steps: Sequence[str], y: float) -> str:
    return "".join(
        f'<rect class="step{place}" x="{place * _KEY}" y="{y:g}" width="18" height="18"/>'
        f'<text x="{place * _KEY + 24}" y="{y + 14:g}" font-size="12">{escape(step)}</text>'
        for place, step in enumerate(steps)
    )


@cache
def styles() -> str:
    """The rules that pages have for charts, with every colour written out."""
    tokens = dict(_TOKEN.findall(_text("tokens.css").split("@media")[0]))
    rules = _RULE.findall(_text("site.css"))
    own = {name: value for _, body in rules for name, value in _TOKEN.findall(body.replace("; ", ";\n"))}
    known = {**tokens, **own}
    # Of the figure itself pages say where it stands; only what lies in the drawing goes along.
    inside = [(place.strip(), body.strip()) for place, body in rules if " " in place.strip() and ">" not in place]
    text = "".join(f"{place}{{{body}}}" for place, body in inside)
    for _ in range(3):  # a colour of a step is a mix of tokens
        text = _USE.sub(lambda found: known[found[1]].partition("/*")[0].strip(), text)
    return f"text{{font-family:{_FONTS}}}" + _MIX.sub(_mixed, text)


def _mixed(found: re.Match[str]) -> str:
    share = int(found[2]) / 100
    pairs = [(int(found[1][at : at + 2], 16), int(found[3][at : at + 2], 16)) for at in (0, 2, 4)]
    return "#" + "".join(f"{round(one * share + other * (1 - share)):02x}" for one, other in pairs)


def _text(name: str) -> str:
    return (files("onshi.web") / "static" / name).read_text(encoding="utf-8")
