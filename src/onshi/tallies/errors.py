"""What this room refuses."""

from onshi.kernel import OnshiError


class UnknownTally(OnshiError):
    """There is no count of that day, or none for whoever asks; the two look the same."""

    code = "unknown-tally"
    message = "There is no count of registrations of that day."
    message_ja = "その日の登録数の集計はありません。"


class DayNotOver(OnshiError):
    """A day is to be counted that is not over."""

    code = "tally-day-not-over"
    message = "A day can be counted when it is over."
    message_ja = "集計できるのは、終わった日だけです。"


class NotTheirStep(OnshiError):
    """A step that another organisation takes."""

    code = "tally-not-your-step"
    message = "The payment fund records counts; the ministry in charge of health insurance takes and shares them."
    message_ja = "集計を記録するのは支払基金、受け取って共有するのは医療保険を所管する省です。"


class StepOutOfTurn(OnshiError):
    """A step that is done, or whose turn has not come."""

    code = "tally-step-out-of-turn"
    message = "The newest count of that day is not ready for this step, or has passed it."
    message_ja = "その日の最新の集計は、この手順の前か後にあります。"
