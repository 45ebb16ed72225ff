"""What can be wrong with a list that somebody brings, in words: `findings.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files

FINDINGS: Mapping[str, Mapping[str, str]] = tomllib.loads(
    (files("onshi.requests") / "findings.toml").read_text(encoding="utf-8")
)
"""By code: `ja`, `en` say what it is, `remedy_ja`, `remedy_en` what to do."""
