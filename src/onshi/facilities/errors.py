"""What this room refuses. No text names a facility."""

from onshi.kernel import OnshiError


class FacilityRefused(OnshiError):
    """What is asked cannot be done with this facility."""

    code = "facility-refused"
    message = "This cannot be done for this facility."
    message_ja = "この施設についてその手続きはできません。"


class UnknownFacility(FacilityRefused):
    """Nobody has said yet what kind of facility it is."""

    code = "unknown-facility"
    message = "There is no facility with that code here, or it has not said yet what it is."
    message_ja = "そのコードの施設はないか、施設の種類がまだ登録されていません。"


class PlaceMissing(FacilityRefused):
    """The institution was registered without its municipality."""

    code = "facility-place-missing"
    message = "The register does not say in which municipality this institution stands. Tell the operator."
    message_ja = "この機関の所在する市区町村が登録されていません。運用者に連絡してください。"


class FacilityKindWrong(FacilityRefused):
    """The kind does not go with the code of the institution."""

    code = "facility-kind"
    message = "The institution's code is not that of a {kind}."
    message_ja = "医療機関コードは{kind}のものではありません。"


class ReadersOutOfBounds(FacilityRefused):
    """More readers than that kind of facility can have, or none."""

    code = "facility-readers"
    message = "A {kind} has from 1 to {most} readers."
    message_ja = "{kind}のカードリーダーは1台から{most}台までです。"


class StepMissing(FacilityRefused):
    """A step stands on another one that was not taken."""

    code = "facility-step-missing"
    message = "The step {step} cannot be there without {needs}."
    message_ja = "{step}の前に{needs}が必要です。"


class StepTooEarly(FacilityRefused):
    """A step would come before one it stands on."""

    code = "facility-step-too-early"
    message = "The step {step} cannot come before {needs}."
    message_ja = "{step}の日付を{needs}より前にはできません。"


class StepAhead(FacilityRefused):
    """A day that has not come, for a step that is only entered once it was taken."""

    code = "facility-step-ahead"
    message = "The step {step} is entered once it was taken: its day has not come yet."
    message_ja = "{step}は、済んでから登録します。まだ来ていない日付です。"


class UnknownStep(FacilityRefused):
    """No step has this name."""

    code = "facility-step-unknown"
    message = "There is no such step. These are the steps: {known}."
    message_ja = "そのような手順はありません。手順は{known}です。"


class PapersMissing(FacilityRefused):
    """A subsidy is applied for without all that has to come with it."""

    code = "facility-papers-missing"
    message = "Receipt, itemised receipt and completion report have to come with the application."
    message_ja = "申請には、領収書、領収書内訳書、事業完了報告書のすべてが必要です。"


class WorkNotDone(FacilityRefused):
    """A subsidy is applied for with a contract or an end of the work that lies ahead."""

    code = "facility-work-not-done"
    message = "Apply once the work is done: neither the contract nor the end of the work can lie ahead."
    message_ja = "申請は事業が完了してから行ってください。契約日と完了日に、これからの日付は入れられません。"


class SubsidyNotEligible(FacilityRefused):
    """By the rules nothing is paid."""

    code = "facility-subsidy-not-eligible"
    message = "No subsidy is paid for this: {reason}."
    message_ja = "補助の対象になりません（{reason}）。"


class SubsidyHeld(FacilityRefused):
    """The facility has an application that was not refused."""

    code = "facility-subsidy-held"
    message = "This facility has applied already. An application can follow only one that was refused."
    message_ja = "この施設はすでに申請しています。もう一度申請できるのは、前の申請が不交付になった後だけです。"


class UnknownApplication(FacilityRefused):
    """No application, or not of this facility, has this number."""

    code = "facility-application-unknown"
    message = "There is no application with that number."
    message_ja = "その番号の申請はありません。"


class AlreadyDecided(FacilityRefused):
    """An application was decided on before."""

    code = "facility-already-decided"
    message = "That application was decided already."
    message_ja = "その申請はすでに決定されています。"


class GrantTooHigh(FacilityRefused):
    """More is to be granted than the rules give, or than it cost."""

    code = "facility-grant-too-high"
    message = "At most {most} yen can be granted."
    message_ja = "交付できるのは{most}円までです。"


class AmountMissing(FacilityRefused):
    """No source has the figure, and whoever decides gave none."""

    code = "facility-amount-missing"
    message = "The amount is not known here and has to be given: from 1 yen up to the cost."
    message_ja = "金額の根拠がここにないため、1円以上、費用以下の金額を入力してください。"


class BatchTooEarly(FacilityRefused):
    """A month is to be closed that is not over."""

    code = "facility-batch-too-early"
    message = "The batch of {month} is made once the month is over."
    message_ja = "{month}分の支払いは、その月が終わってから締めます。"


class DeferralHeld(FacilityRefused):
    """The facility has asked for a deferral that is undecided or holds."""

    code = "facility-deferral-held"
    message = "This facility has a deferral that is undecided or still holds."
    message_ja = "この施設には、決定前または期間中の猶予があります。"


class DeferralTooLong(FacilityRefused):
    """A deferral is to hold beyond the last day of its kind."""

    code = "facility-deferral-too-long"
    message = "A deferral of this kind holds to {last} at the longest."
    message_ja = "この種類の猶予は{last}までです。"


class DeferralTooShort(FacilityRefused):
    """A deferral is to end before it was asked for."""

    code = "facility-deferral-too-short"
    message = "A deferral cannot end before the day on which it was asked for ({asked_on})."
    message_ja = "猶予の終わりを、申し出のあった日（{asked_on}）より前にはできません。"


class NotObliged(FacilityRefused):
    """A deferral is asked for by somebody whom the duty does not reach."""

    code = "facility-not-obliged"
    message = "The duty does not reach this facility, so there is nothing to put off."
    message_ja = "この施設は義務の対象ではないため、猶予の必要はありません。"


class PackageExists(FacilityRefused):
    """The vendor has that package in that version already."""

    code = "facility-package-exists"
    message = "That package is registered in that version already."
    message_ja = "そのパッケージのその版は登録済みです。"


class UnknownPackage(FacilityRefused):
    """No package, or not of this vendor, has this number."""

    code = "facility-package-unknown"
    message = "There is no package with that number."
    message_ja = "その番号のパッケージはありません。"


class PackageIncomplete(FacilityRefused):
    """A package without a name, a version or anything it does."""

    code = "facility-package-incomplete"
    message = "A package needs a name, a version and at least one function."
    message_ja = "パッケージには、名称、版、一つ以上の機能が必要です。"


class ReportUnreadable(FacilityRefused):
    """What was handed in is no report of the sandbox."""

    code = "facility-report-unreadable"
    message = "This is no report of the sandbox. Hand in what `onshi oqs sandbox watch --json` printed."
    message_ja = "サンドボックスの報告書ではありません。「onshi oqs sandbox watch --json」の出力を提出してください。"


class NotTestedThere(FacilityRefused):
    """A function that the sandbox cannot try yet."""

    code = "facility-not-tested-there"
    message = "The sandbox cannot try {function} yet. Its test is recorded by the operator of the network."
    message_ja = "{function}はまだサンドボックスで試験できません。試験の結果は運用者が登録します。"


class NotItsFunction(FacilityRefused):
    """A test of something the package is not made for."""

    code = "facility-not-its-function"
    message = "That package is not registered for {function}."
    message_ja = "そのパッケージは{function}の機能で登録されていません。"


class StepsUnreadable(FacilityRefused):
    """A file of steps without the columns that it must have."""

    code = "facility-steps-unreadable"
    message = "This is no CSV in UTF-8 with the columns {columns}."
    message_ja = "{columns}の列があるUTF-8のCSVではありません。"
