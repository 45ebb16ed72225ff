"""What the queue refuses."""

from onshi.kernel import OnshiError


class UnknownJob(OnshiError):
    """No such job, or another party's, or deleted since: the three are not told apart."""

    code = "unknown-job"
    message = "There is no such job. Jobs and their results are deleted 24 hours after they finish."
    message_ja = "その処理はありません。処理と結果は終了から24時間後に削除されます。"


class TooManyJobs(OnshiError):
    """The party has as many unfinished jobs as it may."""

    code = "too-many-jobs"
    message = "{limit} jobs are waiting or being worked on already. Wait until one has finished, or delete one."
    message_ja = "待機中または処理中のものがすでに{limit}件あります。終わるのを待つか、削除してください。"


class LeaseLost(OnshiError):
    """The part is not this worker's any more: its lease ran out, or the job was deleted. Roll back."""

    code = "lease-lost"
    message = "The part of the job is no longer held by this worker. Nothing was saved."
    message_ja = "この処理の部分は別の作業者に移ったか削除されました。何も保存していません。"
