"""`onshi facilities subsidy | describe | import | test`: what the fund pays, and what is entered."""

from pathlib import Path
from typing import Annotated, TypeVar

import typer

from onshi import audit, facilities, web
from onshi.app import App
from onshi.cli.codes import NOT_IN_FORCE
from onshi.cli.opening import LOCAL, opened
from onshi.cli.options import day_of, institution_of, optional_day
from onshi.cli.speaking import DEFAULT, AsJson, Language, say, say_json, say_one, say_table, worded
from onshi.db import Tx
from onshi.facilities import Claims, Entered, Facility, FacilityKind, Function
from onshi.facilities.deferrals import DeferralKind
from onshi.facilities.subsidies import NotEligible, NotKnown, Outlay, Subsidy, SubsidyAnswer
from onshi.kernel import Finding

Told = TypeVar("Told", Facility, Entered)
FINDINGS = NOT_IN_FORCE
_TEXTS = {
    "taken": ("{changed}件を登録しました。指摘{findings}件。", "{changed} steps entered, {findings} findings."),
    "put": ("登録しました。", "It is written down."),
    "paid": (
        "{amount:,}円（うち差額{raise_by}）。上限{cap:,}円、補助割合{share}%。",
        "{amount:,} yen (of which difference: {raise_by}). At most {cap:,} yen, {share}% of the cost.",
    ),
    "by": ("事業完了{done_by}まで、申請{hand_in_by}まで。", "Work done by {done_by}, application by {hand_in_by}."),
    "unknown_day": ("不明", "not known"),
    "not_paid": ("補助の対象になりません：{reason}（期限{last}）", "Nothing is paid: {reason} (last day {last})."),
    "not_known": (
        "分かりません：{what}を定めた資料が見つかっていません（金額の上限：{at_most}）。",
        "Not known: no source gives the {what} (at most {at_most}).",
    ),
    "amount": ("金額", "amount"),
    "deadline": ("期限", "deadline"),
    "passed": ("適合しました。", "Passed."),
    "not_passed": ("適合していません。", "Not passed."),
}
_FINDING_TITLES = {"ja": ("行", "項目", "コード", "内容"), "en": ("row", "column", "code", "what")}

InstitutionArgument = Annotated[str, typer.Argument(metavar="INSTITUTION", help="医療機関コード, 10 digits.")]


def subsidy(
    kind: Annotated[FacilityKind, typer.Option(help="What the facility is.")],
    cost: Annotated[int, typer.Option(min=0, max=10**12, help="What it cost, in yen.")],
    applied: Annotated[str, typer.Option(metavar="DATE", help="When the reader was applied for.")],
    readers: Annotated[int, typer.Option(min=1, max=3, help="How many readers (hospitals up to 3).")] = 1,
    contract: Annotated[str | None, typer.Option(metavar="DATE", help="When the vendor was contracted.")] = None,
    done: Annotated[str | None, typer.Option(metavar="DATE", help="When the work was done.")] = None,
    handed_in: Annotated[str | None, typer.Option(metavar="DATE", help="When the application is handed in.")] = None,
    operating: Annotated[str | None, typer.Option(metavar="DATE", help="First day of use.")] = None,
    prescriptions: Annotated[
        int | None, typer.Option(min=0, max=10**9, help="A pharmacy's group: prescriptions a month.")
    ] = None,
    deferral: Annotated[DeferralKind | None, typer.Option(help="A deferral that was granted (1 to 6).")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Work out what the fund pays for a cost and its days. Needs no database, and keeps nothing.

    Exit code 1: nothing is paid, or no source gives the figure.
    """
    asked = Outlay(
        kind=kind,
        readers=readers,
        cost=cost,
        applied_on=day_of(applied),
        contract_on=optional_day(contract),
        done_on=optional_day(done),
        handed_in_on=optional_day(handed_in),
        operating_on=optional_day(operating),
        prescriptions=prescriptions,
        deferral=deferral,
    )
    found = facilities.subsidies.subsidy(asked)
    say_one(_answer_document(found), _answer_text(found, lang), as_json=as_json)
    raise typer.Exit(0 if isinstance(found, Subsidy) else NOT_IN_FORCE)


def _answer_document(found: SubsidyAnswer) -> dict[str, object]:
    match found:
        case Subsidy():
            return {
                "answer": "paid",
                "scheme": found.scheme,
                "amount": found.amount,
                "raise_by": found.raise_by,
                "cap": found.cap,
                "share_percent": found.share,
                "done_by": found.done_by,
                "hand_in_by": found.hand_in_by,
                "source": found.source,
            }
        case NotEligible():
            return {"answer": "not_eligible", "reason": found.reason, "last": found.last}
        case NotKnown():
            return {"answer": "not_known", "scheme": found.scheme, "what": found.what, "at_most": found.at_most}


def _answer_text(found: SubsidyAnswer, lang: str) -> str:
    unknown = worded(_TEXTS, "unknown_day", lang)
    match found:
        case Subsidy():
            raise_by = unknown if found.raise_by is None else f"{found.raise_by:,}"
            facts = {"amount": found.amount, "raise_by": raise_by, "cap": found.cap, "share": found.share}
            paid = worded(_TEXTS, "paid", lang, **facts)
            by = worded(_TEXTS, "by", lang, done_by=found.done_by or unknown, hand_in_by=found.hand_in_by or unknown)
            return f"{paid}\n{by}"
        case NotEligible():
            return worded(
                _TEXTS,
                "not_paid",
                lang,
                reason=web.text("facility.why." + found.reason.value, lang),
                last=found.last or "–",
            )
        case NotKnown():
            at_most = unknown if found.at_most is None else f"{found.at_most:,}"
            return worded(_TEXTS, "not_known", lang, what=worded(_TEXTS, found.what, lang), at_most=at_most)


def describe(
    institution: InstitutionArgument,
    kind: Annotated[FacilityKind, typer.Option(help="What the facility is.")],
    readers: Annotated[int, typer.Option(min=1, max=3, help="How many readers.")] = 1,
    claims: Annotated[Claims, typer.Option(help="How it sends its claims.")] = Claims.ONLINE,
    prescriptions: Annotated[
        int | None, typer.Option(min=0, max=10**9, help="A pharmacy's group: prescriptions a month.")
    ] = None,
    vendor: Annotated[str | None, typer.Option(metavar="PARTY", help="The vendor it named: vendor:…")] = None,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Say what an institution is, before its first step. Where it stands is known from the register. This is logged."""
    told = Facility(institution_of(institution), kind, "", readers, claims, prescriptions, vendor)
    with opened() as app:

        def work(tx: Tx) -> Facility:
            return _logged(tx, app, [facilities.put(tx, told, at=app.now())])[0]

        made = app.run(work)
    document = {"institution": made.institution, "kind": made.kind, "municipality": made.municipality}
    say_one(document, worded(_TEXTS, "put", lang), as_json=as_json)


def import_steps(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV in UTF-8: institution, step, on.")],
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Enter steps from a file: rows that fit are taken, and what is wrong with the others is said by row. Logged.

    Exit code 1: there are findings.
    """
    data = file.read_bytes()
    with opened() as app:

        def work(tx: Tx) -> tuple[list[Entered], list[Finding]]:
            changed, findings = facilities.import_steps(tx, data, at=app.now(), by=LOCAL)
            _logged(tx, app, changed)
            return changed, findings

        changed, findings = app.run(work)
    words = facilities.importing.FINDINGS
    if as_json:
        told = [
            {
                "row": one.row,
                "column": one.column,
                "code": one.code,
                "what": dict(zip(("ja", "en"), words[one.code], strict=True)),
            }
            for one in findings
        ]
        say_json({"changed": len(changed), "findings": told})
    else:
        place = 0 if lang == "ja" else 1
        say(worded(_TEXTS, "taken", lang, changed=len(changed), findings=len(findings)))
        rows = [(one.row, one.column, one.code, words[one.code][place]) for one in findings]
        say_table(_FINDING_TITLES[lang], rows)
    raise typer.Exit(FINDINGS if findings else 0)


def test_package(
    vendor: Annotated[str, typer.Argument(metavar="PARTY", help="The vendor: vendor:…")],
    package: Annotated[str, typer.Argument(metavar="PACKAGE", help="As the vendor's page shows it.")],
    report: Annotated[
        Path,
        typer.Argument(exists=True, dir_okay=False, help="What `onshi oqs sandbox watch --json` printed."),
    ],
    function: Annotated[Function, typer.Option(help="What was tested.")] = Function.ELIGIBILITY,
    as_json: AsJson = False,
    lang: Language = DEFAULT,
) -> None:
    """Hand in a report of the sandbox for a package: the vendor's own word of how it did. This is logged.

    Exit code 1: it has not passed.
    """
    data = report.read_bytes()
    with opened() as app:

        def work(tx: Tx) -> facilities.vendors.PackageTest:
            at = app.now()
            number = facilities.vendors.parse_package_id(package)
            test = facilities.vendors.hand_in(tx, vendor, number, function, data, at=at, by=LOCAL)
            audit.append(tx, app.draw(), [facilities.entry_of(test, actor=LOCAL)], at=at)
            return test

        made = app.run(work)
    document = {
        "package": facilities.shown_id(made.package),
        "function": made.function,
        "passed": made.passed,
        "digest": made.report,
        "met": made.met,
        "broken": made.broken,
        "not_seen": made.not_seen,
    }
    say_one(document, worded(_TEXTS, "passed" if made.passed else "not_passed", lang), as_json=as_json)
    raise typer.Exit(0 if made.passed else NOT_IN_FORCE)


def _logged(tx: Tx, app: App, changed: list[Told]) -> list[Told]:
    if changed:
        audit.append(tx, app.draw(), [facilities.entry_of(one, actor=LOCAL) for one in changed], at=app.now())
    return changed
