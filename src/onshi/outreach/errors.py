"""What this room refuses."""

from onshi.kernel import OnshiError


class NotInProgramme(OnshiError):
    """An organisation of a kind that the programme asks for no plan."""

    code = "outreach-not-in-programme"
    message = "The programme asks no plan of this kind of organisation."
    message_ja = "この種類の組織には、計画の提出を求めていません。"


class UnknownMeasure(OnshiError):
    """A measure or a channel that the catalogue does not have for this kind of organisation."""

    code = "outreach-measure-unknown"
    message = "The catalogue has no such measure and channel for your kind of organisation."
    message_ja = "その施策と手段は、貴組織の種類の施策一覧にありません。"


class UnknownPlan(OnshiError):
    """There is no such plan, or it is of nobody the reader is above; the two look the same."""

    code = "outreach-plan-unknown"
    message = "There is no such plan here."
    message_ja = "その計画はありません。"


class PlanNotOpen(OnshiError):
    """A plan is to be changed that has been sent."""

    code = "outreach-plan-not-open"
    message = "This plan was sent and cannot be changed. Begin a new version, and say why."
    message_ja = "この計画は提出済みのため変更できません。理由を書いて、新しい版を始めてください。"


class PlanWaiting(OnshiError):
    """A new version is to be begun while the last one waits for a decision, or is not yet sent."""

    code = "outreach-plan-waiting"
    message = "The last version was not decided on yet. Change or send that one, or wait for the decision."
    message_ja = "直前の版がまだ確定していません。その版を直すか、確認の結果をお待ちください。"


class PlanEmpty(OnshiError):
    """A plan is to be sent that lacks something."""

    code = "outreach-plan-empty"
    message = "A plan needs a responsible post and at least one measure before it can be sent."
    message_ja = "提出には、責任者の役職と、施策が一つ以上必要です。"


class PlanNotSubmitted(OnshiError):
    """A decision on a plan that does not wait for one."""

    code = "outreach-plan-not-submitted"
    message = "This plan does not wait for a decision."
    message_ja = "この計画は確認待ちではありません。"


class Changed(OnshiError):
    """Somebody decides on a version, or revises one, that is not the last any more."""

    code = "outreach-changed"
    message = "There is a newer version than the one you looked at. Open the page again and look at it."
    message_ja = "ご覧になった後に、新しい版ができています。ページを開き直して確かめてください。"


class Incomplete(OnshiError):
    """Something new lacks a text, or is for nobody."""

    code = "outreach-incomplete"
    message = "Something is missing: fill in every field that is required, and tick at least one of each list."
    message_ja = "足りない項目があります。必須の欄をすべて入力し、選択欄からは一つ以上選んでください。"


class ReasonMissing(OnshiError):
    """A version without a reason, a plan returned without a comment, or something not done without saying why."""

    code = "outreach-reason-missing"
    message = "Say why in a few words."
    message_ja = "理由を短く書いてください。"


class MonthOutside(OnshiError):
    """A line without months, or with one outside the plan's fiscal year."""

    code = "outreach-month-outside"
    message = "Choose at least one month between April {year} and the March after it."
    message_ja = "{year}年度（4月から翌年3月）の月を一つ以上選んでください。"


class FigureOutOfRange(OnshiError):
    """A number of people or an amount that cannot be."""

    code = "outreach-figure"
    message = "A number is written in digits from 0 to {most}."
    message_ja = "数は0から{most}までの数字で入力してください。"


class TextTooLong(OnshiError):
    """A text is longer than it may be."""

    code = "outreach-text-long"
    message = "The text has more than {most} signs."
    message_ja = "文章が{most}文字を超えています。"


class NoPlanInForce(OnshiError):
    """A report without an accepted plan of its year."""

    code = "outreach-no-plan"
    message = "There is no accepted plan for that fiscal year, so there is nothing to report on."
    message_ja = "その年度の確認済みの計画がないため、報告できません。"


class NotAPeriod(OnshiError):
    """A report for a day on which this kind of organisation reports nothing."""

    code = "outreach-not-a-period"
    message = "There is no report of that day for your kind of organisation."
    message_ja = "貴組織の種類では、その日付の報告はありません。"


class ReportTooEarly(OnshiError):
    """A report is to be sent, or an event counted, before its day has come."""

    code = "outreach-report-early"
    message = "This report tells how things stand on {as_of}; it can be sent from that day on."
    message_ja = "{as_of}時点の報告です。その日になってから提出できます。"


class ReportSent(OnshiError):
    """A report is to be changed that was sent."""

    code = "outreach-report-sent"
    message = "This report was sent. Begin a correction, and say why."
    message_ja = "この報告は提出済みです。理由を書いて、訂正を始めてください。"


class ReportNotSent(OnshiError):
    """A correction of something that was never sent, or of which one is begun."""

    code = "outreach-report-not-sent"
    message = "There is no sent report to correct, or a correction is already begun."
    message_ja = "訂正する提出済みの報告がないか、訂正がすでに始まっています。"


class ReportIncomplete(OnshiError):
    """A report is to be sent that does not speak of every line of the plan."""

    code = "outreach-report-incomplete"
    message = "{missing} measures of the plan are still without an outcome."
    message_ja = "計画のうち{missing}件の実施状況が未記入です。"


class UnknownEvent(OnshiError):
    """There is no such event of this organisation."""

    code = "outreach-event-unknown"
    message = "Your organisation has no such event."
    message_ja = "そのイベントは登録されていません。"


class CodeTaken(OnshiError):
    """A new measure or item of publicity under a code that is taken or cannot be one."""

    code = "outreach-code-taken"
    message = "That code is taken, or is not made of small letters, digits and dashes."
    message_ja = "そのコードは使用済みか、英小文字・数字・ハイフン以外を含んでいます。"


class NotYourMinistry(OnshiError):
    """Somebody summarises or decides who is above nobody."""

    code = "outreach-above-nobody"
    message = "Your organisation is above no organisation that reports."
    message_ja = "貴組織に報告する組織はありません。"


class UnknownItem(OnshiError):
    """There is no such item of publicity."""

    code = "outreach-publicity-unknown"
    message = "There is no such item of publicity."
    message_ja = "その広報の項目はありません。"


class ItemUnreadable(OnshiError):
    """An item of publicity whose figures or days do not go together."""

    code = "outreach-publicity-unreadable"
    message = "The item cannot be: check its days, its rate, the hours of a day and its counts."
    message_ja = "項目の内容が正しくありません。日付、頻度、一日の時間、数を確かめてください。"


class UnknownPractice(OnshiError):
    """There is no such practice, or it is another organisation's."""

    code = "outreach-practice-unknown"
    message = "Your organisation told of no such practice."
    message_ja = "その取組は登録されていません。"


class PracticeUnreadable(OnshiError):
    """The figure of a practice cannot be."""

    code = "outreach-practice-unreadable"
    message = (
        "A figure needs what was counted and the number after; of two days the earlier is the first, and none is ahead."
    )
    message_ja = "数には、何の数かと後の数が必要です。日付は古い順で、今日までの日にしてください。"


class PracticeWaiting(OnshiError):
    """A new version is sent while the last one waits for the office."""

    code = "outreach-practice-waiting"
    message = "The office has not decided on the last version yet. Wait for that, or take it back."
    message_ja = "前の版を推進室が確認しています。結果を待つか、取り下げてください。"


class PracticeNotWaiting(OnshiError):
    """A decision on a practice that does not wait for one."""

    code = "outreach-practice-not-waiting"
    message = "This practice does not wait for a decision."
    message_ja = "この取組は確認待ちではありません。"


class PracticeWithdrawn(OnshiError):
    """A practice is taken out of sight that is so already."""

    code = "outreach-practice-withdrawn"
    message = "This practice is no longer shown."
    message_ja = "この取組は、すでに取り下げられています。"
