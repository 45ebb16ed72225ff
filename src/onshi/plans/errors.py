"""What this room refuses."""

from onshi.kernel import OnshiError


class UnknownPlan(OnshiError):
    """No plan of that municipality and year, or none that may be seen; the two look the same."""

    code = "unknown-plan"
    message = "There is no such plan."
    message_ja = "その計画はありません。"


class PlanOver(OnshiError):
    """A plan is to be submitted, returned or accepted that is not in the state for it."""

    code = "plan-over"
    message = "That cannot be done any more: the plan was handed in or decided on already. See where it stands now."
    message_ja = "この計画はすでに提出されたか、受理・差戻しが済んでいます。現在の状態を確かめてください。"


class PlanReplaced(OnshiError):
    """A version is decided or advised on after which another one was handed in."""

    code = "plan-replaced"
    message = "Version {version} was handed in meanwhile. Read it before you decide."
    message_ja = "その後、第{version}版が提出されました。内容を読んでから、あらためて手続きしてください。"


class RevisionNeedsReason(OnshiError):
    """Another version of a plan that was handed in is saved without saying why."""

    code = "plan-reason-missing"
    message = "Version {version} was handed in. Say in a few words why the plan is changed."
    message_ja = "第{version}版は提出済みです。計画を変える理由を短く書いてください。"


class PartChanged(OnshiError):
    """A part of a plan is saved that somebody else has saved since it was opened."""

    code = "plan-part-changed"
    message = "Somebody else has saved this part since you opened it. Saving again replaces it by what you see here."
    message_ja = (
        "開いている間に、ほかの職員がこの部分を保存しました。もう一度保存すると、この画面の内容に置き換わります。"
    )


class DraftChanged(OnshiError):
    """A draft is handed in that somebody has saved again since it was looked at."""

    code = "plan-draft-changed"
    message = "The plan was saved again since you opened this page. Look at it once more, then hand it in."
    message_ja = "このページを開いた後に、計画が保存し直されています。内容を確かめてから、もう一度提出してください。"


class PlanNotSound(OnshiError):
    """A plan with errors is submitted."""

    code = "plan-not-sound"
    message = "The plan cannot be submitted. Errors to correct first: {count}."
    message_ja = "計画を提出できません。先に{count}件の誤りを直してください。"


class UnknownAdvice(OnshiError):
    """No such advice, or not about this municipality; the two look the same."""

    code = "unknown-advice"
    message = "There is no such advice."
    message_ja = "その助言はありません。"


class AdviceOver(OnshiError):
    """Advice is answered or closed that is not in the state for it."""

    code = "advice-over"
    message = "This advice is closed. Nothing more can be done about it."
    message_ja = "この助言はすでに完了しています。回答や変更はできません。"


class AdviceEmpty(OnshiError):
    """Advice or an answer without a word, or longer than anybody reads."""

    code = "advice-text"
    message = "Write 1 to {limit:,} characters."
    message_ja = "1〜{limit:,}文字で書いてください。"


class FiguresImpossible(OnshiError):
    """A monthly report has a negative figure, or one beyond any municipality."""

    code = "plan-figures-impossible"
    message = "A count is a whole number from 0 to {limit:,}."
    message_ja = "件数は0〜{limit:,}の整数で入力してください。"


class MonthNotBegun(OnshiError):
    """The results of a month are reported before the month began."""

    code = "plan-month-ahead"
    message = "The month {month} has not begun; there is nothing to report yet."
    message_ja = "{month}はまだ始まっていません。報告できる実績がありません。"


class UnknownFiscalYear(OnshiError):
    """A fiscal year in which no plan was asked for."""

    code = "plan-year"
    message = "No plan is made for the fiscal year {year}. The first was {first}."
    message_ja = "{year}年度の計画はありません。最初の計画は{first}年度です。"


class NotAPlan(OnshiError):
    """A workbook with none of the tables of the form."""

    code = "plan-not-the-form"
    message = "This workbook is not the form of a plan. Fill in the template of your municipality."
    message_ja = "計画の様式ではないブックです。自団体の様式に記入してください。"


class OtherTown(OnshiError):
    """A workbook is of another municipality or year than the one it is handed in for."""

    code = "plan-other-town"
    message = "The workbook is of another municipality or fiscal year. Use the template of your own."
    message_ja = "別の市区町村または年度のファイルです。自団体の様式を使ってください。"
