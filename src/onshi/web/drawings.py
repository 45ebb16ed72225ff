"""A chart of a page as a picture of its own: SVG with its styles inside, and PNG made of it."""

import re
from functools import cache
from importlib.resources import files

_RULE = re.compile(r"^(\.chart[^{]*)\{([^}]*)\}$", re.MULTILINE)
_TOKEN = re.compile(r"^\s*(--[\w-]+):\s*([^;]+);", re.MULTILINE)
_USE = re.compile(r"var\((--[\w-]+)\)")
_MIX = re.compile(r"color-mix\(in srgb, #([0-9a-f]{6}) ([0-9]+)%, #([0-9a-f]{6})\)")
_FONTS = '"Noto Sans JP", "Noto Sans CJK JP", sans-serif'


def standalone(svg: str) -> bytes:
    """A drawing of our pages as a file: it brings the same colours along, those of a light page."""
    opening, rest = svg.strip().split(">", 1)
    root = opening.replace("<svg", '<svg xmlns="http://www.w3.org/2000/svg" class="chart"', 1)
    width, height = re.findall(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', opening)[0]
    sized = f'{root} width="{width}" height="{height}"'
    return f'{sized}><style>{styles()}</style><rect width="100%" height="100%" fill="#ffffff"/>{rest}'.encode()


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
