"""What an insurer number tells about its insurer."""

import pytest

from onshi.kernel import check_digit, parse_insurer_number
from onshi.law import FAMILIES, GROUPS, insurer_kind, insurer_kinds, kind_of_number


@pytest.mark.parametrize(
    ("digits", "kind", "family", "group", "has_branch"),
    [
        ("0113001", "kyokai", "employees", "kyokai", True),
        ("0213001", "seamen", "employees", "kyokai", True),
        ("0313001", "day_labour", "employees", "kyokai", True),
        ("0413001", "day_labour_special", "employees", "kyokai", True),
        ("0613201", "society", "employees", "society", True),
        ("0713001", "sdf", "employees", "national_mutual", True),
        ("1213001", "medical_aid", "aid", None, False),
        ("3113001", "national_mutual", "employees", "national_mutual", True),
        ("3213001", "local_mutual", "employees", "local_mutual", True),
        ("3312001", "police_mutual", "employees", "police_mutual", True),
        ("3413001", "school_mutual", "employees", "school_mutual", True),
        ("3413160", "private_school", "employees", "private_school", True),
        ("3913001", "elderly", "elderly", "elderly", False),
        ("6313001", "retired_society", "employees", "society", True),
        ("6713001", "retired_nhi", "municipal_nhi", "municipal_nhi", True),
        ("7213001", "retired_mutual", "employees", "national_mutual", True),
        ("7313001", "retired_mutual", "employees", "national_mutual", True),
        ("7413001", "retired_mutual", "employees", "national_mutual", True),
        ("7513001", "retired_mutual", "employees", "national_mutual", True),
        ("13805", "municipal_nhi", "municipal_nhi", "municipal_nhi", True),  # 国保: six digits
        ("13306", "nhi_society", "nhi_society", "nhi_society", True),  # the third a 3: 国保組合
    ],
)
def test_kind_of_a_number(digits: str, kind: str, family: str, group: str | None, has_branch: bool) -> None:
    found = kind_of_number(parse_insurer_number(digits + check_digit(digits)))
    assert found == insurer_kind(kind)
    assert (found.family, found.group, found.has_branch) == (family, group, has_branch)


@pytest.mark.parametrize("digits", ["0513001", "1013001", "2113001", "9913001"])
def test_a_number_that_no_insurer_carries(digits: str) -> None:
    assert kind_of_number(parse_insurer_number(digits + check_digit(digits))) is None


def test_no_kind_of_that_name() -> None:
    with pytest.raises(KeyError):
        insurer_kind("moon_base")


def test_the_tables_fit_together() -> None:
    slugs = [kind.slug for kind in insurer_kinds()]
    assert len(slugs) == len(set(slugs))
    assert {kind.family for kind in insurer_kinds()} == set(FAMILIES)
    assert {kind.group for kind in insurer_kinds()} - {None} == set(GROUPS)
    assert len(GROUPS) == 10
