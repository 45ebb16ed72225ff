"""What enrolling refuses."""

from onshi.kernel import OnshiError


class UnknownEnrolment(OnshiError):
    """No enrolment has this id, or none waits for a decision under it (any more)."""

    code = "unknown-enrolment"
    message = "No registration with that id is waiting for a decision. Somebody may have decided on it already."
    message_ja = "その番号の、判断を待っている利用登録はありません。すでに判断済みかもしれません。"


class NotEnrolled(OnshiError):
    """The person has no registration that could be withdrawn."""

    code = "not-enrolled"
    message = "That person has no card registered as insurance card, so there is nothing to withdraw."
    message_ja = "その人には健康保険証として利用登録されたカードがないため、解除するものがありません。"


class NotInsuredHere(OnshiError):
    """Withdrawal is asked for through an insurer that does not insure the person on that day."""

    code = "not-insured-here"
    message = "Insurer {insurer} does not insure that person on {on}. Withdrawal goes through the insurer of that day."
    message_ja = "保険者{insurer}は{on}にその人の資格を持っていません。解除はその日の保険者を通じて申請してください。"


class WithdrawalTooEarly(OnshiError):
    """Withdrawal is asked for on a day before it was possible."""

    code = "withdrawal-too-early"
    message = "On {on} a registration could not yet be withdrawn."
    message_ja = "{on}の時点では、利用登録の解除はまだできません。"
