"""The figures the country is drawn from, read once from `figures.toml`."""

import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def figures() -> dict[str, Any]:
    """The whole file; its tables are described in it."""
    return tomllib.loads(files("onshi.demo").joinpath("figures.toml").read_text(encoding="utf-8"))


def largest_remainder(weights: Sequence[int], total: int) -> list[int]:
    """`total` shared out in proportion to `weights`, in whole numbers that add up to it exactly.

    Each gets the whole part of its share; what is left goes to the largest remainders, the earlier first.
    """
    whole = sum(weights)
    shares = [weight * total // whole for weight in weights]
    rest = [weight * total % whole for weight in weights]
    for place in sorted(range(len(weights)), key=lambda at: (-rest[at], at))[: total - sum(shares)]:
        shares[place] += 1
    return shares
