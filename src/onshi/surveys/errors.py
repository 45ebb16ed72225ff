"""What this room refuses. What somebody answered is never repeated."""

from onshi.kernel import OnshiError


class UnknownSurvey(OnshiError):
    """No survey, or none of this organisation, has this id; the two look the same."""

    code = "unknown-survey"
    message = "Your organisation has no survey with that id."
    message_ja = "その番号の調査は、あなたの機関にはありません。"


class UnknownLink(OnshiError):
    """A link that was never given out, or is no longer good."""

    code = "survey-unknown-link"
    message = "This link leads to no survey. It may have been replaced: ask whoever gave it to you for the new one."
    message_ja = "このリンクの調査は見つかりません。リンクが新しくなった可能性があります。配った人に確かめてください。"


class SurveyMalformed(OnshiError):
    """What a survey asks does not hold together."""

    code = "survey-malformed"
    message = "The survey cannot be made like this: {why}."
    message_ja = "この内容では調査を作れません。{why_ja}。"


class AlreadySent(OnshiError):
    """A survey is to be sent that went out before."""

    code = "survey-already-sent"
    message = "This survey has been sent. Its questions and addressees do not change any more."
    message_ja = "この調査は送付済みです。質問と宛先は変えられません。"


class NotSent(OnshiError):
    """Something is to be done that needs a survey that went out and is not closed."""

    code = "survey-not-sent"
    message = "This can be done only between sending a survey and closing it."
    message_ja = "この操作ができるのは、調査を送付してから締め切るまでの間です。"


class NotOpen(OnshiError):
    """An answer outside the days of the survey."""

    code = "survey-not-open"
    message = "This survey takes answers from {opens_on} to {closes_on}."
    message_ja = "この調査の回答期間は{opens_on}から{closes_on}までです。"


class StillOpen(OnshiError):
    """A survey is to be closed on which people may still answer, or its results are wanted before it is closed."""

    code = "survey-still-open"
    message = "Results are made once, after the last day ({closes_on}): figures that grow would show single answers."
    message_ja = "集計は最終日（{closes_on}）の後に1回だけ行います。途中の数字の差から1人の回答が分かるためです。"


class NotAddressable(OnshiError):
    """An organisation that this one may not ask, or that does not exist."""

    code = "survey-not-addressable"
    message = "Line {line} of the addressees names no organisation you may send a survey to."
    message_ja = "宛先の{line}行目は、調査を送れる機関ではありません。"


class AddresseesMalformed(OnshiError):
    """The list of addressees cannot be read."""

    code = "survey-addressees-malformed"
    message = "Write one addressee a line: its id, a blank, the number of answers expected ({limit} lines at most)."
    message_ja = "宛先は1行に1つ、機関のID・空白・見込みの回答数の順に書いてください（{limit}行まで）。"


class UnknownAddressee(OnshiError):
    """The survey did not go to that organisation."""

    code = "survey-unknown-addressee"
    message = "The survey did not go to that organisation."
    message_ja = "この調査の宛先に、その機関はありません。"


class AlreadyImported(OnshiError):
    """A file of answers that was taken before."""

    code = "survey-already-imported"
    message = "This file was taken before. Nothing was counted twice."
    message_ja = "このファイルは取り込み済みです。二重には数えていません。"


class NoAnswersTaken(OnshiError):
    """A file of answers of which nothing can be taken."""

    code = "survey-file-unreadable"
    message = "The file is no CSV in UTF-8 with a line of headings, or it is larger than {limit} rows."
    message_ja = "見出し行のあるUTF-8のCSVとして読めないか、{limit}行を超えています。"


class WorkbookUnreadable(OnshiError):
    """A file that is no XLSForm workbook."""

    code = "survey-workbook-unreadable"
    message = "The file is no XLSForm workbook (.xlsx) with the sheets survey and choices."
    message_ja = "surveyとchoicesのシートがあるXLSFormのブック（.xlsx）として読めません。"


class NotOfThisSort(OnshiError):
    """Something that only surveys of the other sort have."""

    code = "survey-other-sort"
    message = "A survey of this sort does not have that."
    message_ja = "この種類の調査ではできない操作です。"
