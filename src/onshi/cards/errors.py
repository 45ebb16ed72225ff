"""What cards refuses. Facts are ids and codes; no text names a person, a form or a paper's number."""

from onshi.kernel import OnshiError


class UnknownHolder(OnshiError):
    """Nobody has this holder id."""

    code = "holder-unknown"
    message = "No holder has this id."
    message_ja = "この識別子の本人は登録されていません。"


class HolderDeceased(OnshiError):
    """The holder has died; nothing begins for them any more."""

    code = "holder-deceased"
    message = "The holder is recorded as deceased. Nothing can be applied for or handed over."
    message_ja = "死亡の記録があるため、申請・交付はできません。"


class StayRefused(OnshiError):
    """A limited stay decides how long a card is good; `reason` is unknown or over."""

    code = "stay-refused"
    message = "The holder's stay in Japan is limited, and its end is {reason}. Enter the new end first."
    message_ja = (
        "在留期間に限りがあり、その満了日を確認できません（{reason}）。先に在留期間の満了日を登録してください。"
    )


class UnknownForm(OnshiError):
    """No form has this 申請書ID."""

    code = "form-unknown"
    message = "No application form has this 申請書ID. Check the 23 digits, or ask the municipality for a new form."
    message_ja = (
        "この申請書IDの交付申請書はありません。23桁の数字を確認するか、市区町村で新しい申請書を受け取ってください。"
    )


class FormMalformed(OnshiError):
    """What was typed is no 申請書ID. It is not repeated: it may be a number that nobody may see."""

    code = "form-malformed"
    message = "The 申請書ID has 23 digits. Leave the field for the personal number blank; it is never asked for here."
    message_ja = "申請書IDは23桁の数字です。個人番号の欄は空欄のままにしてください（個人番号は扱いません）。"


class FormVoid(OnshiError):
    """The form may not be used any more."""

    code = "form-void"
    message = "This application form is void since {since} ({reason}). Ask the municipality for a new one."
    message_ja = "この交付申請書は{since}から使えません（{reason}）。市区町村で新しい申請書を受け取ってください。"


class UnknownApplication(OnshiError):
    """There is no such application, or it is not the caller's: the two are not told apart."""

    code = "application-unknown"
    message = "There is no such application."
    message_ja = "この申請はありません。"


class AlreadyApplied(OnshiError):
    """The holder has an application that is not closed."""

    code = "application-open"
    message = "An application of this holder is under way. Follow or cancel it first."
    message_ja = "すでに手続き中の申請があります。その状況を確認するか、取り下げてください。"


class StepRefused(OnshiError):
    """The root of what the table of steps refuses."""

    code = "step-refused"
    message = "The step {step} cannot be taken."
    message_ja = "手続き「{step}」はできません。"


class UnknownStep(StepRefused):
    """The table has no step of this name."""

    code = "step-unknown"
    message = "There is no step {step}."
    message_ja = "「{step}」という手続きはありません。"


class ApplicationClosed(StepRefused):
    """Nothing happens to a closed application any more."""

    code = "application-closed"
    message = "The application is closed ({state}); the step {step} cannot be taken. Apply anew if a card is wanted."
    message_ja = "申請は終了しています（{state}）。手続き「{step}」はできません。必要な場合は新たに申請してください。"


class StepOutOfOrder(StepRefused):
    """The step exists for this method, but not from the state the application is in."""

    code = "step-out-of-order"
    message = "The step {step} cannot be taken while the application is {state}."
    message_ja = "申請の状態が「{state}」のとき、手続き「{step}」はできません。"


class StepNotForLane(StepRefused):
    """The way in which the card is issued does not have this step."""

    code = "step-not-for-lane"
    message = "The step {step} does not exist on the lane {lane}."
    message_ja = "交付の流れ「{lane}」に手続き「{step}」はありません。"


class StepNotYours(StepRefused):
    """The step is somebody else's to take."""

    code = "step-not-yours"
    message = "The step {step} is not for a {doer} to take."
    message_ja = "手続き「{step}」は{doer}が行うものではありません。"


class StepNeedsMore(StepRefused):
    """The step takes more than its name, so it has a verb of its own."""

    code = "step-needs-more"
    message = "The step {step} needs more than its name. Use the operation made for it."
    message_ja = "手続き「{step}」には追加の情報が必要です。専用の操作を使ってください。"


class NotYourMunicipality(OnshiError):
    """The case is another municipality's."""

    code = "municipality-not-yours"
    message = "This case belongs to another municipality."
    message_ja = "他の市区町村の案件です。"


class WishRefused(OnshiError):
    """Route, method and what goes with them do not fit together; `field` names the first that does not."""

    code = "wish-does-not-fit"
    message = "The {field} does not fit the method {method}."
    message_ja = "交付方法「{method}」と{field}の指定が合いません。"


class MethodNotYet(OnshiError):
    """The method did not exist on that day."""

    code = "method-not-yet"
    message = "The method {method} exists from {since} on."
    message_ja = "交付方法「{method}」は{since}からです。"


class PhotoRefused(OnshiError):
    """`reason` is one of missing, not-needed, not-jpeg, too-large, none-to-reuse, no-licence-here."""

    code = "photo-refused"
    message = "The photo was refused: {reason}."
    message_ja = "写真を受け付けられません（{reason}）。"


class GuardianRequired(OnshiError):
    """A child under 15 or a ward does not act alone."""

    code = "guardian-required"
    message = "The holder is under 15 or a ward: the legal guardian has to do this."
    message_ja = "15歳未満の方または成年被後見人の手続きは、法定代理人が行ってください。"


class NotGuardian(OnshiError):
    """Somebody acts for a holder whose guardian they are not."""

    code = "guardian-not"
    message = "Only the holder or their legal guardian may do this."
    message_ja = "本人または法定代理人だけが行える手続きです。"


class PostingRefused(OnshiError):
    """The card may not be posted; `reasons` are the conditions that do not hold."""

    code = "posting-refused"
    message = "The card cannot be posted ({reasons}). Go on with a collection at the window."
    message_ja = "カードを郵送できません（{reasons}）。窓口での交付に切り替えてください。"


class NoticeNotExpired(OnshiError):
    """The time to collect is not over."""

    code = "notice-not-expired"
    message = "The card can be collected until {until}."
    message_ja = "受取期限は{until}です。まだ経過していません。"


class CardKept(OnshiError):
    """A card that nobody collected has to be kept longer, or the notice was never sent again."""

    code = "card-kept"
    message = "The card must be kept: it may be destroyed from {since} on. Send the notice again first if it says none."
    message_ja = "カードはまだ廃棄できません（廃棄できる日：{since}）。「なし」の場合は、先に再通知してください。"


class UnknownCard(OnshiError):
    """There is no such card, or it is not the caller's: the two are not told apart."""

    code = "card-unknown"
    message = "There is no such card."
    message_ja = "このカードはありません。"


class CardNotIn(OnshiError):
    """The card is not in a state in which this can be done."""

    code = "card-state-does-not-fit"
    message = "This cannot be done with a card that is {state}."
    message_ja = "カードの状態が「{state}」のため、この手続きはできません。"


class CardNotLost(OnshiError):
    """A card was reported found that nobody had reported lost."""

    code = "card-not-lost"
    message = "This card was not reported lost."
    message_ja = "このカードの紛失の届出はありません。"


class CardOver(OnshiError):
    """The card that waits to be handed over is past its last day."""

    code = "card-over"
    message = "The card ended on {valid_to} before it was handed over. Apply anew."
    message_ja = "カードの有効期限（{valid_to}）が交付前に過ぎました。新たに申請してください。"


class NoMoveOpen(OnshiError):
    """There is no notice of moving in that waits for the card to be continued."""

    code = "move-none-open"
    message = "No move of this holder waits for the card to be continued."
    message_ja = "継続利用の手続きを待つ転入の届出はありません。"


class MoveRefused(OnshiError):
    """The days of a move contradict each other, or it goes nowhere; `field` names the first that does not fit."""

    code = "move-does-not-fit"
    message = "The {field} of the move does not fit. Correct it and enter the move again."
    message_ja = "転入・転出の{field}が正しくありません。訂正して入力し直してください。"


class UnknownSlot(OnshiError):
    """Nobody receives visitors at that place and time."""

    code = "slot-unknown"
    message = "There are no appointments at this place and time. Choose another."
    message_ja = "この場所・日時の予約枠はありません。別の枠を選んでください。"


class SlotFull(OnshiError):
    """Every place is taken."""

    code = "slot-full"
    message = "Every place at this time is taken. Choose another time."
    message_ja = "この時間の予約枠は満員です。別の時間を選んでください。"


class SlotOver(OnshiError):
    """The day is over or the time lies in the past."""

    code = "slot-over"
    message = "This time has passed. Choose another."
    message_ja = "この予約枠は過ぎています。別の枠を選んでください。"


class SlotBooked(OnshiError):
    """A slot cannot be made smaller than what is booked in it."""

    code = "slot-booked"
    message = "More places are booked than should remain ({booked}). Move those appointments first."
    message_ja = "残す枠より多くの予約（{booked}件）が入っています。先に予約を移してください。"


class AlreadyBooked(OnshiError):
    """The holder has an appointment for this."""

    code = "appointment-exists"
    message = "There is an appointment for this already. Move it instead."
    message_ja = "すでに予約があります。予約を変更してください。"


class NoAppointment(OnshiError):
    """There is nothing to move or cancel."""

    code = "appointment-none"
    message = "There is no appointment for this."
    message_ja = "予約はありません。"


class NothingToCollect(OnshiError):
    """No card of the holder waits at the window."""

    code = "nothing-to-collect"
    message = "No card waits to be collected. Wait for the notice."
    message_ja = "受け取れるカードはまだありません。交付通知書をお待ちください。"


class ChoiceUnreadable(OnshiError):
    """Whom to write to could not be read. What was typed is not repeated."""

    code = "mailing-choice-unreadable"
    message = (
        "The choice could not be read ({field}). A post number has up to 7 digits, an age is a whole number and ends "
        "no earlier than it begins, a day looks like 2020-08-01."
    )
    message_ja = (
        "対象の条件を読み取れませんでした（{field}）。郵便番号は7桁まで、年齢は整数で上限は下限以上、"
        "日付は2020-08-01のように入力してください。"
    )


class NobodyToMail(OnshiError):
    """The choice means nobody."""

    code = "mailing-nobody"
    message = "Nobody without a card fits this choice. Widen it, or choose a later day for the last mailing."
    message_ja = "この条件に合う未取得の方はいません。条件を広げるか、前回の発送からの期間を短くしてください。"


class NobodyLeft(OnshiError):
    """Nobody of a printing run is without a card in the town any more."""

    code = "mailing-nobody-left"
    message = "Everybody of this run has since moved away, died, applied or got a card. Make another run."
    message_ja = "この回の方は全員、その後に転出・死亡・申請・交付のいずれかがありました。新しい回を作ってください。"


class UnknownMailing(OnshiError):
    """There is no such printing run, or it is another town's: the two are not told apart."""

    code = "mailing-unknown"
    message = "There is no such mailing."
    message_ja = "この発送はありません。"
