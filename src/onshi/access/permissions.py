"""What each role may do, as one table; a permission always speaks of the own organisation's data.

Only the operator and the auditor look beyond their organisation, and only where the table says so.
"""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias, get_args

from onshi.access.model import PartyKind, Role

Permission: TypeAlias = Literal[
    "check",
    "check.bulk",
    "disclose",
    "feeds.load",
    "feeds.review",
    "insurer.read",
    "claims.read",
    "municipality.read",
    "municipality.write",
    "programme.read",
    "programme.write",
    "body.read",
    "body.write",
    "measures.write",
    "facility.write",
    "vendor.write",
    "fund.write",
    "settlement.read",
    "audit.read",
    "audit.verify",
    "staff.write",
    "parties.write",
    "clients.write",
    "keys.rotate",
    "metrics.read",
]

PERMISSION_MEANINGS: Mapping[Permission, tuple[str, str]] = {
    "check": ("資格確認を行う", "check a patient's eligibility"),
    "check.bulk": ("予約者の一括照会を行う", "check a list of appointments"),
    "disclose": ("同意のある薬剤・健診・診療情報を閲覧する", "see consented drug, check-up and treatment information"),
    "feeds.load": ("加入者データを登録する", "load eligibility feeds"),
    "feeds.review": ("保留された行を確認し判断する", "decide on rows that were held"),
    "insurer.read": ("加入者の登録状況を見る", "follow the members' registration progress"),
    "claims.read": ("振り替えられたレセプトを受け取る", "receive transferred claims"),
    "municipality.read": ("交付計画と実績を見る", "see issuance plans and results"),
    "municipality.write": ("交付計画・実績・申請を登録する", "enter plans, results and applications"),
    "programme.read": ("全国の進捗を見る", "see national progress"),
    "programme.write": ("工程表・目標・依頼を編集する", "edit road map, targets and requests"),
    "body.read": ("自団体の集計を見る", "see the own body's totals"),
    "body.write": ("出張申請を申し込み、依頼に回答する", "ask for visits and answer requests"),
    "measures.write": ("施策の計画と実施状況を報告する", "plan measures and report on them"),
    "facility.write": ("自機関の準備状況を登録する", "enter how far the own institution is"),
    "vendor.write": ("自社製品と試験の結果を登録する", "enter own products and how they passed the tests"),
    "fund.write": ("補助金の申請を審査する", "decide on applications for subsidies"),
    "settlement.read": ("ポイントの精算を見る", "see the settlement of points"),
    "audit.read": ("監査記録を読む", "read the audit log"),
    "audit.verify": ("監査記録の真正性を検証する", "verify the audit log"),
    "staff.write": ("職員アカウントを管理する", "manage accounts of staff"),
    "parties.write": ("機関を登録する", "register organisations"),
    "clients.write": ("クライアントと公開鍵を登録する", "register clients and their keys"),
    "keys.rotate": ("署名鍵を更新する", "rotate the signing keys"),
    "metrics.read": ("稼働状況を見る", "see how the system runs"),
}

PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.RECEPTION: frozenset({"check", "check.bulk", "disclose", "facility.write"}),
    Role.INSURER_CLERK: frozenset({"feeds.load", "insurer.read", "claims.read", "measures.write"}),
    # Who loads a feed does not decide on its held rows, unless given both roles.
    Role.REVIEWER: frozenset({"feeds.review", "insurer.read"}),
    Role.MUNICIPAL_CLERK: frozenset({"municipality.read", "municipality.write"}),
    # Of the own ministry or prefecture; at the office, of the whole programme.
    Role.PROGRAMME_OFFICER: frozenset({"programme.read", "programme.write", "measures.write"}),
    Role.BODY_CLERK: frozenset({"body.read", "body.write"}),
    Role.VENDOR_CLERK: frozenset({"vendor.write"}),
    # The payment fund runs the network and the fund that pays for terminals.
    Role.FUND_CLERK: frozenset({"fund.write"}),
    Role.SETTLEMENT_CLERK: frozenset({"settlement.read"}),
    # The operator runs the network and sees nobody's medical data.
    Role.OPERATOR: frozenset({"parties.write", "clients.write", "keys.rotate", "metrics.read", "audit.verify"}),
    Role.AUDITOR: frozenset({"audit.read", "audit.verify"}),
    Role.ADMINISTRATOR: frozenset({"staff.write"}),
}

# Where a role exists; a role that is absent here exists at every kind of organisation.
ROLE_KINDS: Mapping[Role, frozenset[PartyKind]] = {
    Role.RECEPTION: frozenset({PartyKind.INSTITUTION}),
    Role.INSURER_CLERK: frozenset({PartyKind.INSURER}),
    Role.REVIEWER: frozenset({PartyKind.INSURER, PartyKind.OPERATOR}),
    Role.MUNICIPAL_CLERK: frozenset({PartyKind.MUNICIPALITY}),
    Role.PROGRAMME_OFFICER: frozenset({PartyKind.MINISTRY, PartyKind.PREFECTURE, PartyKind.OFFICE}),
    Role.BODY_CLERK: frozenset({PartyKind.BODY}),
    Role.VENDOR_CLERK: frozenset({PartyKind.VENDOR}),
    Role.FUND_CLERK: frozenset({PartyKind.OPERATOR}),
    Role.SETTLEMENT_CLERK: frozenset({PartyKind.CASHLESS, PartyKind.MINISTRY}),
    Role.OPERATOR: frozenset({PartyKind.OPERATOR}),
}

_ALL: frozenset[str] = frozenset(get_args(Permission))


def may(roles: Iterable[Role], permission: Permission) -> bool:
    """Whether one of `roles` has `permission`. A permission that is not in the table is a bug: LookupError."""
    if permission not in _ALL:
        raise LookupError(f"there is no permission {permission}")
    return any(permission in PERMISSIONS[role] for role in roles)
