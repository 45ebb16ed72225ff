"""Facts fixed by law as dated, sourced tables: kinds of insurers, days of loss, ages and shares."""

from onshi.law.ages import elderly_certificate_from, is_elderly_certificate_age, is_preschool, turned_75_on
from onshi.law.insurers import FAMILIES, GROUPS, InsurerKind, insurer_kind, insurer_kinds, kind_of_number
from onshi.law.loss import LossRule, NoLossRule, is_lawful_overlap, loss_day, loss_rules
from onshi.law.shares import derived_share, share_rules

__all__ = [
    "FAMILIES",
    "GROUPS",
    "InsurerKind",
    "LossRule",
    "NoLossRule",
    "derived_share",
    "elderly_certificate_from",
    "insurer_kind",
    "insurer_kinds",
    "is_elderly_certificate_age",
    "is_lawful_overlap",
    "is_preschool",
    "kind_of_number",
    "loss_day",
    "loss_rules",
    "share_rules",
    "turned_75_on",
]
