"""Papers that pages print: their templates and how values look on them."""

from functools import cache
from importlib.resources import files

PDF = "application/pdf"


@cache
def template_of(name: str) -> str:
    """The text of a paper's template, `prints/<name>.typ`."""
    return (files("onshi.web") / "prints" / f"{name}.typ").read_text(encoding="utf-8")


def post_number(digits: str) -> str:
    """100-0001; anything but seven digits stands as it is."""
    return f"{digits[:3]}-{digits[3:]}" if len(digits) == 7 and digits.isdigit() else digits
