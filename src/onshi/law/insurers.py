"""Kinds of insurers and what their numbers tell."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from onshi.kernel import InsurerNumber

_TABLE = tomllib.loads((files("onshi.law") / "insurers.toml").read_text(encoding="utf-8"))

GROUPS: dict[str, dict[str, str]] = _TABLE["groups"]
"""The ten groups of the 2019 programme: slug → names in ja and en."""

FAMILIES = ("employees", "municipal_nhi", "nhi_society", "elderly", "aid")
"""What the loss rules tell apart."""

# 国保組合 carry a 3 as the third of their six digits (claims facts §2).
_NHI_SOCIETY_DIGIT = "3"
# 法別34: 私学事業団 is one body with its seat in Tokyo; its numbers have 16 after the prefecture in our country,
# every other 34 is 公立学校共済. The real split is not public, so it is ours (known limits).
_PRIVATE_SCHOOL_DIGITS = "16"


@dataclass(frozen=True, slots=True)
class InsurerKind:
    """One kind of insurer; `group` is None where the 2019 programme named none."""

    slug: str
    law_codes: tuple[str, ...]
    family: str
    group: str | None
    ja: str
    en: str

    @property
    def has_branch(self) -> bool:
        """Whether its members carry a 枝番 (since 2021; never for 後期高齢者医療 and medical aid)."""
        return self.family not in ("elderly", "aid")


@cache
def insurer_kinds() -> tuple[InsurerKind, ...]:
    """Every kind, in the order of the table."""
    return tuple(
        InsurerKind(
            slug=row["slug"],
            law_codes=tuple(row.get("law_codes", [row["law_code"]])),
            family=row["family"],
            group=row.get("group"),
            ja=row["ja"],
            en=row["en"],
        )
        for row in _TABLE["kind"]
    )


@cache
def insurer_kind(slug: str) -> InsurerKind:
    """The kind by its slug; KeyError when there is none."""
    return {kind.slug: kind for kind in insurer_kinds()}[slug]


def kind_of_number(number: InsurerNumber) -> InsurerKind | None:
    """What kind of insurer carries this number, or None for a 法別番号 that no insurer has."""
    law_code = number[:2]
    if law_code == "00":
        return insurer_kind("nhi_society" if number[4] == _NHI_SOCIETY_DIGIT else "municipal_nhi")
    if law_code == "34":
        return insurer_kind("private_school" if number[2:6] == "13" + _PRIVATE_SCHOOL_DIGITS else "school_mutual")
    for kind in insurer_kinds():
        if law_code in kind.law_codes:
            return kind
    return None
