"""An answer as somebody at a desk reads it."""

from collections.abc import Iterable, Iterator

from rich.text import Text

from onshi import eligibility
from onshi.cli.codes import EXIT_CODES
from onshi.cli.questions import Question
from onshi.cli.speaking import say, say_table, screen, shown, worded
from onshi.eligibility import Answer, Checked, ShownCoverage

_STYLES = {0: "bold green", 1: "bold red", 2: "bold yellow"}
_WORDS = {
    "share": ("負担割合", "Share"),
    "insurer": ("保険者の登録", "from the insurer"),
    "derived": ("年齢から導出", "derived from age"),
    "unknown": ("不明", "not known"),
    "name": ("氏名", "Name"),
    "born": ("生年月日", "Born"),
    "address": ("住所", "Address"),
    "by": ("保険者", "Insurer"),
    "number": ("記号・番号・枝番", "Symbol, number, branch"),
    "days": ("資格の期間", "In force"),
    "from": ("から", "from"),
    "other": ("もう一方の資格", "The other coverage"),
    "loaded": ("最後の登録", "Last load"),
    "delay": ("ふだんの遅れ", "Usual delay"),
    "days_unit": ("日", "days"),
    "check": ("確認番号", "Check"),
    "todo": ("どうするか", "What to do"),
}  # fmt: skip
_TITLES = {
    "ja": ("行", "回答", "負担割合", "氏名", "保険者", "番号", "参照"),
    "en": ("row", "answer", "share", "name", "insurer", "number", "reference"),
}


def show_answer(answer: Answer, check_id: str, language: str) -> None:
    """The answer first and large, then who and by whom, then what to do."""
    headline = Text(f"■ {eligibility.meaning(answer.kind, language)}", _STYLES[EXIT_CODES[answer.kind]])
    screen().print(headline)
    for name, value in _facts(answer, language):
        say(f"  {worded(_WORDS, name, language)}: {value}")
    say()
    say(f"{worded(_WORDS, 'todo', language)}:")
    for line in eligibility.advice_for(answer, "reception")[language]:
        say(f"  {line}")
    say(f"{worded(_WORDS, 'check', language)}: {check_id}")


def _facts(answer: Answer, language: str) -> Iterator[tuple[str, str]]:
    if answer.coverage is not None:
        yield "share", _share(answer.coverage, language)
    if answer.person is not None:
        yield "name", f"{answer.person.name}（{answer.person.kana}）"
        yield "born", answer.person.birth_on.isoformat()
        if answer.person.address:
            yield "address", answer.person.address
    if answer.coverage is not None:
        coverage = answer.coverage
        yield "by", f"{coverage.insurer_number} {coverage.insurer_name}"
        yield "number", _number(coverage)
        yield "days", f"{coverage.starts_on.isoformat()} – {coverage.lost_on.isoformat() if coverage.lost_on else ''}"
    if answer.other is not None:
        yield "other", f"{answer.other.insurer_number} {answer.other.insurer_name}"
    if answer.freshness is not None:
        fresh = answer.freshness
        yield "loaded", f"{fresh.last_loaded_at or '—'} ({fresh.insurer_name})"
        if fresh.delay_days is not None:
            yield "delay", f"{fresh.delay_days} {worded(_WORDS, 'days_unit', language)}"


def _number(coverage: ShownCoverage) -> str:
    return " ・ ".join(part for part in (coverage.symbol, coverage.number, coverage.branch) if part)


def _share(coverage: ShownCoverage, language: str) -> str:
    if coverage.share is None:
        return worded(_WORDS, "unknown", language)
    return f"{coverage.share.percent} % ({worded(_WORDS, coverage.share.source, language)})"


def show_list(answered: Iterable[tuple[Question, Checked]], language: str) -> None:
    """Many answers, one a line."""
    say_table(_TITLES[language], (_line(question, checked.answer) for question, checked in answered))


def _line(question: Question, answer: Answer) -> tuple[object, ...]:
    coverage, person = answer.coverage, answer.person
    return (
        question.row,
        answer.kind.value,
        f"{coverage.share.percent} %" if coverage and coverage.share else "",
        shown(person.name) if person else "",
        coverage.insurer_name if coverage else "",
        _number(coverage) if coverage else "",
        question.reference or "",
    )
