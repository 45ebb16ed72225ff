"""What this room refuses."""

from onshi.kernel import OnshiError


class UnknownTree(OnshiError):
    """There is no such tree, or not for this sender."""

    code = "request-tree-unknown"
    message = "There is no tree {tree} that this organisation can send down."
    message_ja = "この組織が使える系統{tree}はありません。"


class TreeTaken(OnshiError):
    """A tree is to be brought in under a name that belongs to somebody else or stands in the files."""

    code = "request-tree-taken"
    message = "The name {tree} is taken, or a list of that day is there. Choose another name or a later day."
    message_ja = "系統{tree}は使われているか、同じ日の一覧があります。別の名前か後の日付にしてください。"


class DepthRefused(OnshiError):
    """A request is to go deeper than the tree, or nowhere."""

    code = "request-depth"
    message = "From there that tree goes {most} levels down. Choose 1 to {most}."
    message_ja = "その系統で下へ届くのは{most}段階までです。1から{most}までを選んでください。"


class RequestMalformed(OnshiError):
    """Something about a new request is missing or too long: `field` says what."""

    code = "request-malformed"
    message = "The request lacks something, or it is too long: {field}."
    message_ja = "依頼の{field}が足りないか、長すぎます。"


class NumberTaken(OnshiError):
    """The sender has given that number in the same fiscal year."""

    code = "request-number-taken"
    message = "That number is given already in fiscal year {year}."
    message_ja = "その文書番号は{year}年度にすでに使われています。"


class DueBeforeIssue(OnshiError):
    """An answer is wanted before the request is issued."""

    code = "request-due-before-issue"
    message = "An answer cannot be due on {due}, before the day of issue {issued}."
    message_ja = "回答期限{due}が発出日{issued}より前です。"


class UnknownRequest(OnshiError):
    """There is no such request, or it did not come this way; the two look the same."""

    code = "request-unknown"
    message = "There is no such request here."
    message_ja = "その依頼はここにはありません。"


class RequestOver(OnshiError):
    """The request was corrected or withdrawn: the later one counts."""

    code = "request-over"
    message = "That request was corrected or withdrawn. The later one counts."
    message_ja = "その依頼は訂正または取り消されています。後の依頼が有効です。"


class NotItsChild(OnshiError):
    """A request is passed to a body that is not below the one that passes it on."""

    code = "request-not-its-child"
    message = "That body is not below the one that passes on, or the request does not go that deep."
    message_ja = "その団体は渡す側の下にないか、依頼がその段階まで届かないものです。"


class NotItsVoice(OnshiError):
    """Somebody speaks for a body they are neither, nor next above."""

    code = "request-not-its-voice"
    message = "Only the body itself, or the nearest known one above it, can say that."
    message_ja = "その報告ができるのは、その団体自身か、すぐ上の組織だけです。"


class NotReached(OnshiError):
    """A body is to acknowledge what has not come to it."""

    code = "request-not-reached"
    message = "Nobody has passed the request to that body yet."
    message_ja = "その団体にはまだ依頼が渡されていません。"


class NotAcknowledged(OnshiError):
    """A body passes on what it has not acknowledged."""

    code = "request-not-acknowledged"
    message = "The request is acknowledged first, and then passed on."
    message_ja = "先に受領を確認してから、次へ渡してください。"


class AlreadyAcknowledged(OnshiError):
    """A body acknowledges twice."""

    code = "request-acknowledged-already"
    message = "That body has acknowledged the request already."
    message_ja = "その団体はすでに受領を確認しています。"


class AlreadyReached(OnshiError):
    """A request is passed to the same body twice."""

    code = "request-reached-already"
    message = "The request has been passed to that body already."
    message_ja = "その団体にはすでに渡されています。"


class TooEarly(OnshiError):
    """A day lies before what it follows, or in the future."""

    code = "request-day-out-of-order"
    message = "That day lies before the step it follows ({after}), or in the future."
    message_ja = "前の段階の日（{after}）より前か、未来の日付です。"


class CountRefused(OnshiError):
    """A number of bodies that cannot be: more than there are, or fewer than have acknowledged."""

    code = "request-count"
    message = "The number must be from {least} to {most}."
    message_ja = "数は{least}から{most}までにしてください。"


class NotLate(OnshiError):
    """Somebody is reminded who is not late."""

    code = "request-not-late"
    message = "That body is not late: it was not reached, has acknowledged, or the day has not passed."
    message_ja = "その団体は遅れていません（未着、受領済み、または期限前です）。"


class WindowUnreadable(OnshiError):
    """A planned time that is none."""

    code = "request-window"
    message = "A planned time is written like 2020-03-12, 2020-03, 2020-03頃, 2019-09下旬, or 2019Q4."
    message_ja = "予定の時期は2020-03-12、2020-03、2020-03頃、2019-09下旬、2019Q4のように入力してください。"


class StepMalformed(OnshiError):
    """A line of a timetable without a title, or with too much text: `field` says what."""

    code = "request-step-malformed"
    message = "The line lacks something, or it is too long: {field}."
    message_ja = "行の{field}が足りないか、長すぎます。"


class UnknownStep(OnshiError):
    """No line of this timetable has this id."""

    code = "request-step-unknown"
    message = "There is no such line in this timetable."
    message_ja = "その行はこの工程表にありません。"


class StepChanged(OnshiError):
    """A line was changed by somebody else meanwhile."""

    code = "request-step-changed"
    message = "The line was changed meanwhile. Load the page again and look at it."
    message_ja = "その行は他の人が変更しました。読み込み直して確かめてください。"


class UnknownMaterial(OnshiError):
    """No material has this id."""

    code = "request-material-unknown"
    message = "There is no such material."
    message_ja = "その資料はありません。"


class MaterialMalformed(OnshiError):
    """A material without a title, or with a digest that is none: `field` says what."""

    code = "request-material-malformed"
    message = "The material lacks something, or it is not as it should be: {field}."
    message_ja = "資料の{field}が足りないか、正しくありません。"


class UnknownVisit(OnshiError):
    """There is no such visit, or it is somebody else's; the two look the same."""

    code = "visit-unknown"
    message = "There is no such visit here."
    message_ja = "その出張申請はここにはありません。"


class VisitRefused(OnshiError):
    """Something about a visit cannot be: `field` says what."""

    code = "visit-refused"
    message = "The visit cannot be asked for or answered like this: {field}."
    message_ja = "出張申請の内容を確かめてください（{field}）。"


class VisitTooSmall(OnshiError):
    """The town comes only for more people."""

    code = "visit-too-small"
    message = "The town comes for {minimum} people or more. Ask together with others, or come to the window."
    message_ja = "この市区町村の出張受付は{minimum}人以上からです。他の団体と合わせるか、窓口をご利用ください。"


class VisitOver(OnshiError):
    """A step that does not fit the state a visit is in."""

    code = "visit-over"
    message = "This cannot be done with that visit: its state is {state}."
    message_ja = "この出張申請は状態が{state}のため、その操作はできません。"


class UnknownDevice(OnshiError):
    """The owner has no device with that number."""

    code = "device-unknown"
    message = "There is no device with that asset number here."
    message_ja = "その管理番号の機器はありません。"


class DeviceTaken(OnshiError):
    """An asset number is given twice."""

    code = "device-taken"
    message = "A device with that asset number is there already."
    message_ja = "その管理番号の機器はすでに登録されています。"


class DeviceLent(OnshiError):
    """A device is lent that is with somebody."""

    code = "device-lent"
    message = "That device is lent to somebody. Note its return first."
    message_ja = "その機器は貸出中です。先に返却を記録してください。"


class DeviceUnusable(OnshiError):
    """A device came back broken or never came back."""

    code = "device-unusable"
    message = "That device came back broken, or is missing. It is not lent."
    message_ja = "その機器は故障または紛失のため、貸し出せません。"


class LoanRefused(OnshiError):
    """Something about a loan cannot be: `field` says what."""

    code = "loan-refused"
    message = "The loan cannot be noted like this: {field}."
    message_ja = "貸出の内容を確かめてください（{field}）。"


class UnknownLoan(OnshiError):
    """The owner has no such loan, or it is over."""

    code = "loan-unknown"
    message = "There is no such open loan here."
    message_ja = "その貸出はないか、すでに返却されています。"


class PartyNotThere(OnshiError):
    """Somebody is named who is not registered."""

    code = "request-party-unknown"
    message = "No organisation is registered under that id."
    message_ja = "そのIDの組織は登録されていません。"
