"""What the log refuses."""

from onshi.kernel import OnshiError


class TooManyEntries(OnshiError):
    """A transaction wants to write more entries than one batch holds."""

    code = "audit-too-many-entries"
    message = "One transaction writes at most {limit} audit entries, not {count}. Do the work in smaller parts."
    message_ja = "一度に記録できる監査記録は{limit}件までです({count}件ありました)。処理を小さく分けてください。"


class HeadsUnreadable(OnshiError):
    """A line of the file of chain heads is not one."""

    code = "audit-heads-unreadable"
    message = "Line {line} of the file of chain heads cannot be read. Use an undamaged copy of the file."
    message_ja = "先頭ブロックの控えファイルの{line}行目が読み取れません。壊れていない控えを使ってください。"


class EntryUnreadable(OnshiError):
    """An entry holds an action that this onshi does not know."""

    code = "audit-entry-unreadable"
    message = "The audit entry {check_id} names an act that is not known here. Verify the log, or use the newer onshi."
    message_ja = "監査記録{check_id}の種別をこの版は知りません。監査記録を検証するか、新しい版を使ってください。"


class SealingDisturbed(OnshiError):
    """Somebody else sealed or removed a batch between our look and our write; nothing was written."""

    code = "audit-sealing-disturbed"
    message = "Audit batches changed while they were being sealed. Nothing was sealed; try again, then verify the log."
    message_ja = "封印の途中で監査記録の束が変わったため、封印しませんでした。再実行の後、監査記録を検証してください。"
