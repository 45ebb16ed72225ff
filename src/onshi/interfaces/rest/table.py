"""The table of operations: one row each. Requests are served from it and OpenAPI is written from it."""

from typing import Any

from onshi import access, eligibility, jobs
from onshi.interfaces.rest import bulk, facts, health, oauth, own_view, proofs, schemas
from onshi.interfaces.rest.checks import BODY_LIMIT as CHECK_BODY_LIMIT
from onshi.interfaces.rest.operations import FORM, NDJSON, TEXT, Gives, Operation, Parameter
from onshi.interfaces.rest.problems import (
    BadRequest,
    MethodNotAllowed,
    NotFound,
    NotReachable,
    NotReady,
    RangeNotSatisfiable,
)
from onshi.interfaces.rest.replies import JSON, Call, Reply

CHECK_PATH = "/v1/checks"
_TOKEN_BODY_LIMIT = 16_384
_CHECK = ("check", "check.bulk")
_TAG = {"ETag": "Name of exactly these bytes; send it back in `If-None-Match`."}
_NOT_MODIFIED = Gives("You have it already.", None, None, _TAG)


def _text(name: str, place: str, meaning: str, **schema: Any) -> Parameter:
    return Parameter(name, place, meaning, {"type": "string", **schema})


_IF_NONE_MATCH = _text("If-None-Match", "header", "The ETag you have.")
_JOB_ID = _text("job_id", "path", "As given when the job was made.", pattern="^[0-9a-f]{16}$")

_CHECK_LINKS = {"getCheck": {"check_id": "$response.body#/check_id"}}
_JOB_LINKS = {name: {"job_id": "$response.body#/job/id"} for name in ("getJob", "getJobResult", "deleteJob")}


def _in_lane(_call: Call) -> Reply:
    """POST goes through the check lane; what gets here has another method."""
    raise MethodNotAllowed


OPERATIONS: tuple[Operation, ...] = (
    Operation(
        name="getToken",
        method="POST",
        path=oauth.TOKEN_PATH,
        summary="An access token for 15 minutes, for an assertion signed with the client's key (private_key_jwt)",
        summary_ja="署名したアサーション(private_key_jwt)と引き換えに、15分間有効なアクセストークンを返します",
        handler=oauth.post_token,
        takes=schemas.TOKEN_FORM,
        takes_media=FORM,
        body_limit=_TOKEN_BODY_LIMIT,
        gives={
            200: Gives("The token.", oauth.TokenOut),
            400: Gives("The form is wrong.", oauth.TokenErrorOut),
            401: Gives("The client did not prove itself.", oauth.TokenErrorOut),
        },
        bucket="anonymous:token",
    ),
    Operation(
        name="check",
        method="POST",
        path=CHECK_PATH,
        summary="One check: is this person insured on that day, and by whom",
        summary_ja="資格確認を1件行います",
        handler=_in_lane,
        scopes=("check",),
        takes=schemas.CHECK,
        takes_media=JSON,
        body_limit=CHECK_BODY_LIMIT,
        gives={200: Gives("The answer, already in the log.", schemas.CheckOut, links=_CHECK_LINKS)},
        refuses=(BadRequest, eligibility.KnownLater),
    ),
    Operation(
        name="checkMany",
        method="POST",
        path="/v1/checks/bulk",
        summary=f"Up to {bulk.AT_ONCE} checks at once, or up to {bulk.JOB_LIMIT} as a job",
        summary_ja=f"{bulk.AT_ONCE}件までをまとめて確認します。{bulk.JOB_LIMIT}件までは処理として受け付けます",
        handler=bulk.post_bulk,
        scopes=_CHECK,
        takes=schemas.BULK,
        takes_media=JSON,
        body_limit=bulk.BODY_LIMIT,
        gives={
            200: Gives("An answer or a refusal for each question, in order.", schemas.RESULTS),
            202: Gives("A job was made.", bulk.JobHeldOut, headers={"Location": "Where the job is."}, links=_JOB_LINKS),
        },
        refuses=(BadRequest, eligibility.TooManyQueries, jobs.TooManyJobs),
    ),
    Operation(
        name="getCheck",
        method="GET",
        path="/v1/checks/{check_id}",
        summary="What the log holds of a check of your own organisation; nothing about the person",
        summary_ja="自機関が行った資格確認の記録を返します(個人の情報は含みません)",
        handler=proofs.get_check,
        scopes=_CHECK,
        parameters=(_text("check_id", "path", "As given in the answer.", pattern="^[0-9A-Za-z-]{17,24}$"),),
        gives={200: Gives("The note.", proofs.CheckNoteOut)},
        refuses=(NotFound,),
    ),
    Operation(
        name="getJob",
        method="GET",
        path="/v1/jobs/{job_id}",
        summary="How far a job is",
        summary_ja="処理の進み具合を返します",
        handler=bulk.get_job,
        scopes=_CHECK,
        parameters=(_JOB_ID, _IF_NONE_MATCH),
        gives={200: Gives("The job.", bulk.JobHeldOut, headers=_TAG), 304: _NOT_MODIFIED},
        refuses=(jobs.UnknownJob,),
    ),
    Operation(
        name="deleteJob",
        method="DELETE",
        path="/v1/jobs/{job_id}",
        summary="Deletes a job with its questions and answers, in whatever state it is",
        summary_ja="処理を、照会内容と結果ごと削除します",
        handler=bulk.delete_job,
        scopes=_CHECK,
        parameters=(_JOB_ID,),
        gives={204: Gives("It is gone.", None, None)},
        refuses=(jobs.UnknownJob,),
    ),
    Operation(
        name="getJobResult",
        method="GET",
        path="/v1/jobs/{job_id}/result",
        summary="The answers of a job, one JSON object a line; deleted 24 hours after the job has finished",
        summary_ja="処理の結果を1行1件のJSONで返します。処理の終了から24時間後に削除されます",
        handler=bulk.get_result,
        scopes=_CHECK,
        parameters=(
            _JOB_ID,
            _IF_NONE_MATCH,
            _text("Range", "header", "One range of bytes, to go on with a broken download."),
            _text("If-Range", "header", "The ETag of what you have so far."),
        ),
        gives={
            200: Gives("All lines.", None, NDJSON, _TAG),
            206: Gives("The bytes asked for.", None, NDJSON, {**_TAG, "Content-Range": "Which bytes of how many."}),
            304: _NOT_MODIFIED,
        },
        refuses=(jobs.UnknownJob, NotReady, RangeNotSatisfiable),
    ),
    Operation(
        name="viewOwn",
        method="POST",
        path=own_view.PATH,
        summary="What the holder of a card may see of themselves, for a portal at which they have proved to be",
        summary_ja="ポータルで本人確認を終えたカードの持ち主に、本人の資格と照会の記録を返します",
        handler=own_view.post_own_view,
        scopes=(access.PORTAL_SCOPE,),
        takes=schemas.OWN_VIEW,
        takes_media=JSON,
        body_limit=own_view.BODY_LIMIT,
        gives={200: Gives("The view, already in the log.", own_view.OwnViewOut)},
        refuses=(BadRequest,),
    ),
    Operation(
        name="listInsurers",
        method="GET",
        path="/v1/insurers",
        summary="The insurers, and how fresh their data are",
        summary_ja="保険者の一覧と、データの新しさを返します",
        handler=facts.get_insurers,
        parameters=(
            _text("kind", "query", "A kind from `/v1/codes`."),
            _text("prefecture", "query", "Two digits.", pattern="^[0-9]{2}$"),
            _text("name", "query", "A part of the name; width and kana do not count."),
            _text("after", "query", "Only numbers after this one: `next` of the page before."),
            Parameter("limit", "query", "At most so many.", {"type": "integer", "minimum": 1, "maximum": facts.LIMIT}),
            _IF_NONE_MATCH,
        ),
        gives={200: Gives("A page.", facts.InsurersOut, headers=_TAG), 304: _NOT_MODIFIED},
        refuses=(BadRequest,),
        bucket="anonymous:public",
    ),
    Operation(
        name="getInsurer",
        method="GET",
        path="/v1/insurers/{number}",
        summary="One insurer",
        summary_ja="保険者を1件返します",
        handler=facts.get_insurer,
        parameters=(_text("number", "path", "6 or 8 digits.", pattern="^([0-9]{6}|[0-9]{8})$"), _IF_NONE_MATCH),
        gives={200: Gives("The insurer.", facts.InsurerOut, headers=_TAG), 304: _NOT_MODIFIED},
        refuses=(NotFound,),
        bucket="anonymous:public",
    ),
    Operation(
        name="listCodes",
        method="GET",
        path="/v1/codes",
        summary="What every code in an answer means, and what to do about it",
        summary_ja="回答に現れるコードの意味と対応を返します",
        handler=facts.get_codes,
        parameters=(_IF_NONE_MATCH,),
        gives={200: Gives("All codes.", facts.CodesOut, headers=_TAG), 304: _NOT_MODIFIED},
        bucket="anonymous:public",
    ),
    Operation(
        name="verifyProof",
        method="POST",
        path="/v1/proofs/verify",
        summary="Whether an answer is the one its proof is about. The same can be done offline with the public keys",
        summary_ja="回答がその証明の対象であるかを検証します。公開鍵があればオフラインでも検証できます",
        handler=proofs.post_verification,
        takes=schemas.PROOF_DOCUMENT,
        takes_media=JSON,
        body_limit=proofs.BODY_LIMIT,
        gives={200: Gives("The verdict; a document that cannot be read is `malformed`.", proofs.VerdictOut)},
        bucket="anonymous:public",
    ),
    Operation(
        name="getKeys",
        method="GET",
        path=oauth.JWKS_PATH,
        summary="The public keys that verify proofs and tokens",
        summary_ja="証明とトークンを検証する公開鍵を返します",
        handler=oauth.get_jwks,
        parameters=(_IF_NONE_MATCH,),
        gives={200: Gives("A JWK set.", oauth.JwksOut, headers=_TAG), 304: _NOT_MODIFIED},
        bucket="anonymous:public",
    ),
    Operation(
        name="getServerMetadata",
        method="GET",
        path="/.well-known/oauth-authorization-server",
        summary="What the token endpoint takes (RFC 8414)",
        summary_ja="トークンエンドポイントの仕様を返します(RFC 8414)",
        handler=oauth.get_metadata,
        parameters=(_IF_NONE_MATCH,),
        gives={200: Gives("The metadata.", oauth.MetadataOut, headers=_TAG), 304: _NOT_MODIFIED},
        bucket="anonymous:public",
    ),
    Operation(
        name="getHealth",
        method="GET",
        path="/healthz",
        summary="The process answers",
        summary_ja="プロセスが動いていることを返します",
        handler=health.get_health,
        gives={200: Gives("It does.", health.HealthOut)},
    ),
    Operation(
        name="getReadiness",
        method="GET",
        path="/readyz",
        summary="The database answers and the audit log is being sealed",
        summary_ja="データベースと監査記録の封印が働いていることを返します",
        handler=health.get_readiness,
        gives={200: Gives("Ready.", health.HealthOut)},
        refuses=(NotReachable,),
    ),
    Operation(
        name="getMetrics",
        method="GET",
        path="/metrics",
        summary="Counters in the Prometheus text format; from this machine, or with the scope metrics.read",
        summary_ja="Prometheus形式の計数を返します(同じ機械から、またはmetrics.readのスコープで)",
        handler=health.get_metrics,
        scopes=(health.METRICS_SCOPE,),
        open_here=True,
        gives={200: Gives("The counters.", None, TEXT)},
    ),
)
