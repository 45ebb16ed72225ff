"""Writes the pages of docs/reference that follow from tables and code, so that they cannot grow apart from it.

.venv/bin/python tools/make_docs.py            writes them
.venv/bin/python tools/make_docs.py --check    says which are out of date, and ends with 1 if any is
"""

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any

import typer

import onshi.asgi
from onshi import cards, eligibility, law, plans, presence, requests
from onshi.cli.codes import EXIT_CODES
from onshi.cli.main import commands
from onshi.eligibility import READERS, AnswerKind, Notice
from onshi.interfaces import oqs, rest
from onshi.kernel import Entry, OnshiError, all_errors
from onshi.registry import feeds
from onshi.settings import PREFIX, Settings

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "docs" / "reference"
_WRITTEN = "<!-- Written by `make docs`. Change the table it comes from, not this page. -->"
_REASONS = {
    "joined_other": ("他の保険に加入", "joined another insurance"),
    "moved_prefecture": ("他の都道府県へ転出", "moved to another prefecture"),
    "aid_started": ("生活保護の開始", "medical aid began"),
    "turned_75": ("75歳到達", "turned 75"),
    "died": ("死亡", "died"),
    "retired": ("退職など", "stopped belonging"),
}
_DAYS = {
    "same": ("その日", "that day"),
    "next": ("翌日", "the day after"),
    "setting": ("設定による（ONSHI_NHI_AT_75）", "a setting (ONSHI_NHI_AT_75)"),
}
_FAMILIES = {
    "employees": ("被用者保険", "employees' insurance"),
    "municipal_nhi": ("市町村国保", "municipal national health insurance"),
    "nhi_society": ("国保組合", "national health insurance society"),
    "elderly": ("後期高齢者医療", "elderly scheme"),
    "aid": ("医療扶助", "medical aid"),
}


def cell(value: object) -> str:
    """One cell: no line ends, and bars that do not end it."""
    return str(value if value is not None else "").replace("\n", " ").replace("|", "\\|")


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """A table in Markdown."""
    return [
        f"| {' | '.join(titles)} |",
        f"|{'---|' * len(titles)}",
        *(f"| {' | '.join(cell(one) for one in row)} |" for row in rows),
        "",
    ]


def answers() -> list[str]:
    """Every kind of answer with what it means to whom, and every notice."""
    lines = [
        "# 回答の種類 · Answers",
        "",
        "Every check is answered with one of these. `validity` is the national 資格有効性 (OQSCD006), `exit` the",
        "exit code of `onshi check`. Refusals are no answers: see [errors](errors.md).",
        "",
    ]
    lines += table(
        ("kind", "validity", "exit", "意味", "meaning"),
        [
            (
                f"`{kind.value}`",
                eligibility.validity(kind),
                EXIT_CODES[kind],
                eligibility.meaning(kind, "ja"),
                eligibility.meaning(kind, "en"),
            )
            for kind in AnswerKind
        ],
    )
    for kind in AnswerKind:
        lines += [f"## `{kind.value}`", ""]
        lines += table(
            ("reader", "どうするか", "what to do"),
            [
                (reader, eligibility.advice(kind, reader, "ja"), eligibility.advice(kind, reader, "en"))
                for reader in READERS
            ],
        )
    lines += ["## 注記 · Notices", "", "An answer may carry any number of these.", ""]
    notices = [
        (f"`{one.value}`", eligibility.notice_text(one, "ja"), eligibility.notice_text(one, "en")) for one in Notice
    ]
    return lines + table(("code", "内容", "meaning"), notices)


def findings() -> list[str]:
    """Everything that can be found in a feed."""
    lines = [
        "# 指摘コード · Findings",
        "",
        "What can be wrong with a feed. `error`: the row was not taken. `held`: it waits for a reviewer. `warning`:",
        "it was taken, look at it. `note`: nothing to do.",
        "",
    ]
    lines += table(
        ("code", "severity", "内容", "対処", "what", "what to do"),
        [
            (f"`{kind.code}`", kind.severity.value, kind.what_ja, kind.remedy_ja, kind.what_en, kind.remedy_en)
            for kind in feeds.FINDINGS.values()
        ],
    )
    lines += ["## 系統の一覧 · Lists of bodies", "", "With any of these a tree is not brought in.", ""]
    return lines + table(
        ("code", "内容", "対処", "what", "what to do"),
        [
            (f"`{code}`", words["ja"], words["remedy_ja"], words["en"], words["remedy_en"])
            for code, words in requests.FINDINGS.items()
        ],
    )


def plan_findings() -> list[str]:
    """Everything that can be found in a plan."""
    lines = [
        "# 計画の指摘 · Findings about plans",
        "",
        "What can be found in a 交付円滑化計画, filled in on a page or in a workbook. `error`: it cannot be handed in.",
        "`warning`: look at it. `note`: nothing to do. Words in braces are filled in.",
        "",
    ]
    kinds = plans.catalogue.finding_kinds().values()
    rows = [(f"`{kind.code}`", kind.severity.value, kind.ja, kind.en) for kind in kinds]
    return lines + table(("code", "severity", "内容", "what"), rows)


def feed_columns() -> list[str]:
    """The columns of a feed."""
    lines = [
        "# フィードの項目 · Feed columns",
        "",
        "A feed is CSV (UTF-8 or CP932) or Parquet with these columns in any order, headers in Japanese or English.",
        "`onshi registry template` writes an empty one. Required: `always`; `daily` in daily changes; `loss` for a",
        "loss; `39` for the elderly scheme; `unless_39_12` for all but the elderly scheme and medical aid.",
        "",
    ]
    return lines + table(
        ("項目", "key", "form", "longest", "required", "説明", "meaning", "codes"),
        [
            (
                one.header,
                f"`{one.key}`",
                one.form,
                one.max_length,
                one.required,
                one.ja,
                one.en,
                ", ".join(sorted(set(one.codes.values()))),
            )
            for one in feeds.COLUMNS
        ],
    )


def settings() -> list[str]:
    """Every setting."""
    told = (Settings.__doc__ or "").partition("\n\n")[2]
    lines = [
        "# 設定 · Settings",
        "",
        "Read from the environment once at start; an unknown name or a wrong value stops the program with a sentence.",
        "`onshi settings` prints them all with where each comes from.",
        "",
        *(line.strip() for line in told.splitlines() if line.strip()),
        "",
    ]
    defaults = {
        "data": "`var/demo` beside `.venv`",
        "database": "SQLite file in `ONSHI_DATA`",
        "demo": "1 on a demo country",
    }
    return lines + table(
        ("環境変数 · variable", "takes", "既定 · default"),
        [
            (
                f"`{PREFIX}{one.name.upper()}`",
                getattr(one.type, "__name__", one.type),
                defaults.get(one.name, "" if one.default is MISSING else one.default),
            )
            for one in fields(Settings)
        ],
    )


def errors() -> list[str]:
    """Every refusal."""
    assert None not in (onshi.asgi, oqs), "imported so that every room's refusals are known"
    found = sorted(
        (one for one in all_errors() if one.code != OnshiError.code and one.__module__.startswith("onshi.")),
        key=lambda one: (one.code, one.__name__),
    )
    lines = [
        "# 拒否コード · Errors",
        "",
        "What onshi refuses. Codes never change, wording may. Words in braces are filled in.",
        "",
    ]
    rows = {one.code: (f"`{one.code}`", one.message_ja, one.message) for one in found if "code" in vars(one)}
    return lines + table(("code", "内容", "message"), rows.values())


def cli() -> list[str]:
    """Every command with its options."""
    lines = [
        "# コマンド · Command line",
        "",
        "Exit codes of `onshi check`: 0 in force, 1 not in force, 2 cannot tell, 3 bad input; of several answers the",
        "highest. Every refusal and usage error of any command is 3.",
        "",
    ]
    for name, command in leaves("onshi", typer.main.get_command(commands())):
        lines += [f"## `{name}`", "", *paragraphs(command.help or ""), ""]
        options = [one for one in command.params if one.name != "help"]
        if options:
            lines += table(
                ("option", "meaning"),
                [(" ".join(f"`{opt}`" for opt in shown_names(one)), getattr(one, "help", "") or "") for one in options],
            )
    return lines


def paragraphs(text: str) -> list[str]:
    """A docstring without its indentation."""
    return [line.strip() for line in text.strip().splitlines()]


def shown_names(option: object) -> list[str]:
    """How an option is written; an argument stands by its name."""
    names = list(getattr(option, "opts", ()))
    is_option = any(name.startswith("-") for name in names)
    return names if is_option else [str(getattr(option, "metavar", None) or names[0].upper())]


def leaves(name: str, command: object) -> Iterable[tuple[str, typer.core.TyperCommand]]:
    """Every command that does something, by its full name."""
    children = getattr(command, "commands", None)
    if children is None:
        assert isinstance(command, typer.core.TyperCommand), "a leaf of the tree"
        yield name, command
        return
    for child in sorted(children):
        yield from leaves(f"{name} {child}", children[child])


def rest_page() -> list[str]:
    """Every operation of the REST interface."""
    lines = [
        "# REST",
        "",
        "JSON over HTTPS. The server describes itself at `/openapi.json` (OpenAPI 3.1); these are its operations.",
        "",
    ]
    return lines + table(
        ("method", "path", "name", "scopes", "内容", "what it does"),
        [
            (one.method, f"`{one.path}`", f"`{one.name}`", " ".join(one.scopes or ()), one.summary_ja, one.summary)
            for one in rest.OPERATIONS
        ],
    )


def loss_days() -> list[str]:
    """The dated table of days of loss."""
    lines = [
        "# 資格喪失日 · Day of loss",
        "",
        "The day of loss is the first day outside. The first row that fits decides.",
        "",
    ]
    return lines + table(
        ("離れる制度 · leaves", "事由 · reason", "加入先 · joins", "喪失日 · day of loss", "since", "出典 · source"),
        [
            (
                ", ".join(family(one) for one in rule.leaves),
                " · ".join(_REASONS.get(rule.reason, (rule.reason, rule.reason))),
                ", ".join(family(one) for one in rule.joins),
                " · ".join(_DAYS[rule.day]),
                rule.since.isoformat(),
                rule.source,
            )
            for rule in law.loss_rules()
        ],
    )


def family(name: str) -> str:
    """A family or kind of insurers in both languages."""
    if name in _FAMILIES:
        return " · ".join(_FAMILIES[name])
    kind = law.insurer_kind(name)
    return f"{kind.ja} · {kind.en}"


def insurers() -> list[str]:
    """Kinds of insurers."""
    lines = ["# 保険者の種類 · Kinds of insurers", ""]
    return lines + table(
        ("法別番号 · law code", "slug", "種類", "kind", "枝番 · branch", "2019年の区分 · group of 2019"),
        [
            (
                ", ".join(kind.law_codes),
                f"`{kind.slug}`",
                kind.ja,
                kind.en,
                "yes" if kind.has_branch else "no",
                f"{law.GROUPS[kind.group]['ja']} · {law.GROUPS[kind.group]['en']}" if kind.group else "",
            )
            for kind in law.insurer_kinds()
        ],
    )


def codes() -> list[str]:
    """Every code that a feed column accepts, with its other spellings."""
    lines = [
        "# コード · Codes",
        "",
        "Codes of feed columns, as they are kept, with the other spellings that are read.",
        "",
    ]
    for column in feeds.COLUMNS:
        if column.codes:
            spellings: dict[str, list[str]] = {}
            for spelling, code in column.codes.items():
                spellings.setdefault(code, []).append(spelling)
            lines += [f"## {column.header} · `{column.key}`", ""]
            lines += table(
                ("code", "読み取る表記 · also read"),
                [(f"`{code}`", ", ".join(one for one in found if one != code)) for code, found in spellings.items()],
            )
    return lines


def exchange_rules() -> list[str]:
    """What software that exchanges files is held against."""
    return [
        "# 適合確認の規則 · Rules of the exchange of files",
        "",
        "`onshi oqs sandbox watch` and `judge` hold software against these. The mark says how sure a rule is: A two",
        "independent programs that ran against the real system agree, B one does, C worked out, O a bound of ours.",
        "Advice breaks no run.",
        "",
        *table(
            ("code", "規則", "rule", "重み · weight", "mark"),
            [
                (f"`{one.code}`", *(words.replace("<", "&lt;") for words in (one.ja, one.en)), one.weight, one.mark)
                for one in oqs.sandbox.rules()
            ],
        ),
    ]


def card_law() -> list[str]:
    """What the law fixes about cards, with the day from which it holds and where it stands."""
    lines = [
        "# カードの決まり · Rules of cards",
        "",
        "Dated: a row holds from its day until the next one of its name. `[1]`, `[M]`, `[?]` in a source say how sure",
        "it is: one source, general knowledge, sources differ; `[ours]`: our own figure.",
        "",
    ]
    for title, rules in (
        ("有効期間・年齢・写真 · Validity, ages, photo", law.card_validity_rules()),
        ("期限 · Deadlines", law.deadline_rules()),
    ):
        lines += [f"## {title}", ""]
        lines += table(
            ("rule", "since", "値 · value", "出典 · source"),
            [(f"`{name}`", *dated(entry)) for name, rule in rules.items() for entry in rule.entries],
        )
    lines += ["## 本人確認書類 · Identity documents", ""]
    lines += table(
        ("slug", "区分 · class", "書類", "document", "since", "出典 · source"),
        [
            (f"`{one.slug}`", one.document_class, one.ja, one.en, one.since, one.source)
            for one in law.known_documents().values()
        ],
    )
    lines += ["## 書類の組合せ · What is enough", ""]
    lines += table(
        ("combination", "場面 · at", "だれの · whose", "必要なもの · needed", "since", "出典 · source"),
        [
            (f"`{one.slug}`", one.at, ", ".join(one.who), needed(one.needs), one.since, one.source)
            for one in law.document_combinations()
        ],
    )
    lines += ["## 交付の方法 · Methods", ""]
    lines += table(
        ("method", "本人確認 · identity", "受取り · delivery", "経路 · routes", "since", "出典 · source"),
        [
            (f"`{one.slug}`", one.identity_at, ", ".join(one.deliveries), ", ".join(one.routes), one.since, one.source)
            for one in law.issuance_methods()
        ],
    )
    lines += ["## 手数料 · Fees (yen)", ""]
    lines += table(
        ("case", "特急 · express", "カード · card", "電子証明書 · certificates", "since", "出典 · source"),
        [
            (", ".join(one.cases), one.express, one.fee.card, one.fee.certificates, one.since, one.fee.source)
            for one in law.card_fee_rules()
        ],
    )
    lines += ["## 閲覧同意の期間 · How long what was let be seen may be seen", ""]
    lines += table(
        ("care", "since", "値 · value", "出典 · source"),
        [(f"`{care}`", *dated(entry)) for care, rule in law.view_consent_rules().items() for entry in rule.entries],
    )
    lines += ["## 資格確認書の理由 · Grounds for a 資格確認書", ""]
    return lines + table(
        ("ground", "理由", "ground in words", "申請が要る · on request", "since", "出典 · source"),
        [
            (f"`{code}`", one.reason.ja, one.reason.en, one.on_request, one.since, one.source)
            for code, one in law.paper_grounds().items()
        ],
    )


def dated(entry: Entry[Any]) -> tuple[object, ...]:
    """Day, value and source of a row of a dated rule."""
    value = entry.value
    shown = (
        ", ".join(f"{name} {one}" for name, one in value.items() if name not in ("since", "source"))
        if isinstance(value, dict)
        else value
    )
    return entry.start, shown, entry.source


def needed(parts: Iterable[tuple[str, int]]) -> str:
    """`A×1, B×1`: so many papers of each class."""
    return ", ".join(f"{name}×{count}" for name, count in parts)


def card_steps() -> list[str]:
    """The states of an application and the steps between them."""
    lines = [
        "# 交付申請の手続き · Steps of an application",
        "",
        "A step that is not here is refused by name. `counts`: one of the four figures that are reported.",
        "",
        "## 状態 · States",
        "",
    ]
    lines += table(
        ("state", "状態", "meaning"), [(f"`{state.value}`", *texts) for state, texts in cards.STATE_TEXTS.items()]
    )
    lines += ["## 手続き · Steps", ""]
    return lines + table(
        ("step", "手続き", "meaning", "from", "to", "流れ · lanes", "だれが · by", "counts"),
        [
            (
                f"`{one.name}`",
                one.ja,
                one.en,
                ", ".join(one.sources),
                one.target.value,
                ", ".join(one.lanes),
                ", ".join(one.by),
                one.counts.value if one.counts else "",
            )
            for one in cards.steps()
        ],
    )


def outcomes() -> list[str]:
    """What can come of a card that was shown."""
    lines = [
        "# カードの提示の結果 · Outcomes of showing a card",
        "",
        "What `/v1/presence/…` says of a card. See [presence](../explanation/presence.md).",
        "",
    ]
    lines += table(
        ("outcome", "lets in", "意味", "meaning"),
        [
            (
                f"`{one.value}`",
                presence.lets_in(one),
                presence.outcome_meaning(one, "ja"),
                presence.outcome_meaning(one, "en"),
            )
            for one in presence.Outcome
        ],
    )
    for reader, title in (("reception", "窓口で · At the desk"), ("citizen", "本人へ · For the holder")):
        lines += [f"## {title}", ""]
        lines += table(
            ("outcome", "どうするか", "what to do"),
            [
                (f"`{one.value}`", *(presence.outcome_advice(one, reader, language) for language in ("ja", "en")))
                for one in presence.Outcome
            ],
        )
    return lines


def national_messages() -> list[str]:
    """national-messages.md."""
    lines = [
        "# Messages of the national interface",
        "",
        "Every message that is read or written, element by element, in the order in which they are written. How",
        "often: `0..1` may be left out, `n` is any number. Certainty: A two independent programs agree, B one, C",
        "worked out, O our own. Where the names come from, and what is ours:",
        "[the national interface](../explanation/national-interface.md).",
        "",
    ]
    kinds = oqs.message_kinds()
    titles = ("メッセージ", "番号", "名称", "meaning")
    links = [(f"[`{one.prefix}`](#{one.prefix.lower()})", one.number, one.ja, one.en) for one in kinds.values()]
    lines += [*table(titles, links), ""]
    for kind in kinds.values():
        lines += [f"## {kind.prefix}", "", f"{kind.ja}. {kind.en}.", ""]
        columns = ("element", "名称", "form", "how often", "certainty", "note")
        lines += [*table(columns, (row for child in kind.root.children.values() for row in element_rows(child, 0))), ""]
    lines += ["## What is said of a request that is not answered", ""]
    texts = oqs.outcome_texts()
    lines += [*table(("code", "日本語", "English"), ((one, texts[one]["ja"], texts[one]["en"]) for one in texts)), ""]
    lines += ["## 業務コード", ""]
    for code in law.national_codes().values():
        lines += [f"### {code.number}", "", f"{code.ja}: {code.en}", ""]
        lines += [*table(("value", "日本語", "English"), ((one, *words) for one, words in code.values.items())), ""]
    return lines


def element_rows(row: oqs.Element, depth: int) -> Iterable[tuple[str, ...]]:
    """An element and everything in it, further to the right with every step down."""
    form = {
        oqs.Form.TEXT: f"text, up to {row.length}",
        oqs.Form.DIGITS: f"{row.length} digits",
        oqs.Form.CODE: f"[{row.code}](#{row.code.lower()})",
    }.get(row.form, row.form.value)
    most = "n" if row.most is None else str(row.most)
    times = most if str(row.least) == most else f"{row.least}..{most}"
    yield ("&emsp;" * depth + f"`{row.name}`", row.ja, form, times, row.mark, row.note)
    for child in row.children.values():
        yield from element_rows(child, depth + 1)


PAGES: dict[str, Callable[[], list[str]]] = {
    "national-messages": national_messages,
    "answers": answers,
    "findings": findings,
    "plan-findings": plan_findings,
    "feed-columns": feed_columns,
    "settings": settings,
    "errors": errors,
    "cli": cli,
    "rest": rest_page,
    "loss-days": loss_days,
    "insurers": insurers,
    "codes": codes,
    "card-law": card_law,
    "card-steps": card_steps,
    "outcomes": outcomes,
    "exchange-rules": exchange_rules,
}


def page(name: str) -> str:
    """The text of one page."""
    return "\n".join([_WRITTEN, "", *PAGES[name]()]).rstrip() + "\n"


def outdated() -> list[str]:
    """The pages that are not what they should be."""
    paths = {name: FOLDER / f"{name}.md" for name in PAGES}
    return [name for name, path in paths.items() if not path.exists() or path.read_text(encoding="utf-8") != page(name)]


def main(arguments: Sequence[str]) -> int:
    """Writes the pages, or checks them."""
    if "--check" in arguments:
        found = outdated()
        for name in found:
            print(f"docs/reference/{name}.md is out of date: run make docs")
        return 1 if found else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        (FOLDER / f"{name}.md").write_text(page(name), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
