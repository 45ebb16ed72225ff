"""One design: every figure is a token, the tokens are those of the Digital Agency, and what is written can be read."""

import re
from importlib.resources import files
from itertools import product

import pytest

STATIC = files("onshi.web") / "static"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
SITE = (STATIC / "site.css").read_text(encoding="utf-8")
# デジタル庁デザインシステム, design tokens: the figures that we use of them.
COLOURS = {
    "White": "#ffffff",
    "Black": "#000000",
    "Solid Gray 50": "#f2f2f2",
    "Solid Gray 200": "#cccccc",
    "Solid Gray 300": "#b3b3b3",
    "Solid Gray 420": "#949494",
    "Solid Gray 536": "#767676",
    "Solid Gray 600": "#666666",
    "Solid Gray 700": "#4d4d4d",
    "Solid Gray 800": "#333333",
    "Solid Gray 900": "#1a1a1a",
    "Blue 50": "#e8f1fe",
    "Blue 200": "#c5d7fb",
    "Blue 300": "#9db7f9",
    "Blue 900": "#0017c1",
    "Blue 1000": "#00118f",
    "Blue 1200": "#000060",
    "Light Blue 50": "#f0f9ff",
    "Light Blue 300": "#97d3ff",
    "Light Blue 1000": "#00428c",
    "Light Blue 1200": "#00234b",
    "Green 50": "#e6f5ec",
    "Green 300": "#71c598",
    "Green 800": "#197a4b",
    "Green 1200": "#032213",
    "Yellow 300": "#ffd43d",
    "Orange 50": "#ffeee2",
    "Orange 300": "#ffa66d",
    "Orange 900": "#ac3e00",
    "Orange 1200": "#541e00",
    "Red 50": "#fdeeee",
    "Red 300": "#ff9696",
    "Red 900": "#ce0000",
    "Red 1200": "#620000",
}
FONT_SIZES = {14, 16, 17, 18, 20, 22, 24, 26, 28, 32, 36, 45, 48, 57, 64}
RADII = {4, 8, 16, 24, 32, 9999}
TEXTS = ("ink", "ink-soft", "key", "key-deep", "good", "care", "bad", "open")
GROUNDS = ("paper", "wash", "key-wash", "good-wash", "care-wash", "bad-wash", "open-wash")
# What is no text but has to be seen: borders of fields and the ring of the focus.
SHAPES = ("edge", "focus-edge")
DECORATION = ("line",)
AA_TEXT, AA_SHAPE = 4.5, 3.0
REM = 16
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|rgba|hsl|hsla|hwb|lab|lch|oklab|oklch|color)\(")
_LENGTH = re.compile(r"(?<![\w-])-?[0-9.]+(?:px|r?em|pt|ch|%|v[wh])")
_SIZED = re.compile(
    r"^(?:font|font-size|gap|row-gap|column-gap|border-radius|box-shadow|outline.*|(?:margin|padding).*)$"
)
# In the words of CSS, not of a design. `Canvas` and its like belong to forced colours.
_NAMED = re.compile(r"^(?:color|background(?:-color)?|border.*|fill|stroke|outline.*|box-shadow|accent-color)$")
_WORDS = {
    "transparent", "currentcolor", "inherit", "none", "auto", "solid", "dashed", "left", "right", "top", "bottom",
    "style", "width", "collapse",
}  # fmt: skip


def declarations(css: str) -> list[tuple[str, str]]:
    """Every `property: value` of a style sheet."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    bodies = re.findall(r"{([^{}]*)}", plain)
    pairs = [one.split(":", 1) for body in bodies for one in body.split(";") if ":" in one]
    return [(name.strip(), value.strip()) for name, value in pairs]


def on_screen(css: str) -> str:
    """The style sheet without what is for paper, which has its own units."""
    return css.split("@page", 1)[0]


def scheme(name: str) -> dict[str, str]:
    """The colours of a scheme by their token."""
    light, dark = TOKENS.split("@media", 1)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", light))
    return found if name == "light" else found | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", dark))


def pixels(value: str) -> list[float]:
    """A size, or the smallest and the largest of one that grows with the window."""
    parts = value.removeprefix("clamp(").removesuffix(")").split(", ")
    return [float(one.removesuffix("rem")) * REM for one in (parts[0], parts[-1])]


def luminance(colour: str) -> float:
    """WCAG 2: relative luminance."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2: the ratio of the lighter to the darker."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def test_every_colour_is_the_agencys_under_its_own_name() -> None:
    named = re.findall(r"--[\w-]+: (#[0-9a-f]+); /\* ([\w ]+) \*/", TOKENS)
    assert len(named) == len(_COLOUR.findall(TOKENS))
    assert [(name, COLOURS.get(name)) for _, name in named] == [(name, colour) for colour, name in named]
    assert {name for _, name in named} == set(COLOURS)


def test_type_corners_and_spacing_are_of_the_scale() -> None:
    tokens = dict(re.findall(r"--([\w-]+): ([^;]+);", TOKENS))
    ends = {name: pixels(value) for name, value in tokens.items() if name.startswith("text")}
    ends["text-share"].remove(6.5 * REM)  # our own: read across a desk
    assert {size for sizes in ends.values() for size in sizes} - FONT_SIZES == set()
    assert {pixels(tokens[name])[0] for name in ("radius", "radius-big", "radius-full")} <= RADII
    steps = [pixels(value)[0] for name, value in tokens.items() if re.fullmatch(r"s\d", name)]
    assert [step % 4 for step in steps] == [0] * 7


def test_no_colour_stands_outside_the_tokens() -> None:
    assert _COLOUR.findall(SITE) == []
    words = {
        (name, word)
        for name, value in declarations(SITE)
        if _NAMED.match(name)
        for word in re.findall(r"[a-z]+", re.sub(r"var\([^)]*\)|calc\([^)]*\)|[0-9.]+[a-z]*", "", value))
        if word not in _WORDS
    }
    assert words == set()


def test_no_size_of_type_space_or_corner_stands_outside_the_tokens() -> None:
    sized = [(name, value) for name, value in declarations(on_screen(SITE)) if _SIZED.match(name)]
    literal = [(name, value) for name, value in sized if _LENGTH.search(value.replace("0%", ""))]
    assert literal == []
    assert len(sized) > 100


def test_every_token_is_used_and_every_used_one_is_there() -> None:
    defined = set(re.findall(r"^\s*--([\w-]+):", TOKENS, re.MULTILINE))
    # The tones of an answer are handed on under one name.
    own = set(re.findall(r"--([\w-]+):", SITE))
    used = set(re.findall(r"var\(--([\w-]+)\)", SITE))
    assert used - own == defined - {"color-scheme"}


def test_templates_and_scripts_name_no_colour() -> None:
    found = {
        path.name: _COLOUR.findall(path.read_text(encoding="utf-8"))
        for path in STATIC.iterdir()
        if path.name.endswith(".js")
    }
    assert found == {"site.js": []}


@pytest.mark.parametrize("name", ["light", "dark"])
def test_every_text_can_be_read_on_every_ground(name: str) -> None:
    colours = scheme(name)
    weak = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in product(TEXTS, GROUNDS)}
    weak |= {(key, "on-key"): contrast(colours[key], colours["on-key"]) for key in ("key", "key-deep")}
    assert {pair: ratio for pair, ratio in weak.items() if ratio < AA_TEXT} == {}
    faint = {pair: contrast(colours[pair[0]], colours[pair[1]]) for pair in product(SHAPES, GROUNDS)}
    assert {pair: ratio for pair, ratio in faint.items() if ratio < AA_SHAPE} == {}
    # Nothing is left out: `focus` lies between the ring and what it rings, and a line only parts.
    assert set(colours) == {*TEXTS, *GROUNDS, *SHAPES, *DECORATION, "on-key", "focus"}


def test_the_ratio_is_the_known_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert round(contrast("#767676", "#ffffff"), 2) == 4.54
