"""What this room refuses."""

from onshi.kernel import OnshiError


class UnknownPaper(OnshiError):
    """No paper, or not of this insurer, has this id; the two look the same."""

    code = "unknown-paper"
    message = "That member has no paper with that id from this insurer."
    message_ja = "その加入者に、この保険者が交付したその番号の証はありません。"


class PaperOver(OnshiError):
    """A paper is to be returned or replaced that cannot be any more."""

    code = "paper-over"
    message = "This cannot be done with that paper any more: its state is {state}."
    message_ja = "この証はすでに状態が{state}のため、その手続きはできません。"


class NotAMember(OnshiError):
    """A paper is asked for by somebody whom the insurer does not insure on the day."""

    code = "paper-not-a-member"
    message = "Insurer {insurer} does not insure that person on {on}. The insurer of that day issues the paper."
    message_ja = "保険者{insurer}は{on}にその人の資格を持っていません。証はその日の保険者が交付します。"


class UnknownGround(OnshiError):
    """A 資格確認書 is asked for without a ground, or for one that the table does not know."""

    code = "paper-ground-unknown"
    message = "A confirmation document needs one of these grounds: {known}."
    message_ja = "資格確認書の交付には、次のいずれかの理由が必要です：{known}。"


class PaperNotGiven(OnshiError):
    """That paper is not given by this kind of insurer on this day."""

    code = "paper-not-given"
    message = "Insurer {insurer} does not give that paper on {on}."
    message_ja = "保険者{insurer}は{on}にその証を交付しません。"


class PaperHeld(OnshiError):
    """The member has a valid paper of that kind."""

    code = "paper-held"
    message = "That member has a valid paper of that kind. Replace it, or take it back first."
    message_ja = "その加入者は同じ種類の有効な証を持っています。再交付するか、先に返却を受けてください。"


class EndsTooEarly(OnshiError):
    """A paper is to end before it is issued."""

    code = "paper-ends-too-early"
    message = "A paper issued on {on} cannot end on {wanted}."
    message_ja = "{on}に交付する証の有効期限を{wanted}にはできません。"


class NotForEverybody(OnshiError):
    """Everybody is to get a 資格確認書 where and when the law does not say so."""

    code = "paper-not-for-everybody"
    message = "On {on} insurer {insurer} does not give a confirmation document to everybody."
    message_ja = "保険者{insurer}では、{on}は資格確認書を全員に交付する期間ではありません。"


class NothingToPrint(OnshiError):
    """A batch that does not exist here, or of which no paper stands any more."""

    code = "paper-nothing-to-print"
    message = "There is nothing to print under that number."
    message_ja = "その番号で印刷するものはありません。"
