"""Letters and scans in an S3 store. Nothing is written or read without its SHA-256 being checked."""

import asyncio
import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from urllib.parse import urlsplit

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError

from activities.errors import AwayError, DocumentAlteredError, DocumentMissingError, DocumentTooLargeError
from activities.hosts import is_loopback

THREADS = 8
"""boto3 blocks: it has threads of its own, so that neither the worker's loop nor its threads wait for S3."""
_MISSING = frozenset({"404", "NoSuchKey", "InvalidRequest", "InvalidArgument", "KeyTooLongError"})
"""No such object, or a name that no object can have. (A missing bucket concerns everybody.)"""
_THERE_MEANWHILE = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})
PAGE = 1000
"""Names in one answer: no store gives more."""
T = TypeVar("T")


class Stored(NamedTuple):
    sha256: str
    size: int


class Listed(NamedTuple):
    key: str
    modified_at: datetime


class Documents:
    """One bucket. The store's own words, which hold names and addresses, go no further than this."""

    def __init__(
        self, endpoint: str | None, bucket: str, access_key: str, secret_key: str, region: str = "us-east-1"
    ) -> None:
        self._bucket = bucket
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="documents")
        config = Config(
            signature_version="s3v4",
            s3={"addressing_style": "path"},
            connect_timeout=3,
            read_timeout=20,
            retries={"total_max_attempts": 2},  # Temporal does the rest
            max_pool_connections=THREADS,
            request_checksum_calculation="when_required",  # not every S3 knows them; ours is given below
            response_checksum_validation="when_required",
            proxies={} if is_loopback(urlsplit(endpoint or "").hostname) else None,
        )
        self._s3 = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=access_key,
            aws_secret_access_key=secret_key,
            region_name=region,
            config=config,
        )

    async def put(self, key: str, data: bytes, content_type: str = "application/pdf") -> Stored:
        """Stores the object, unless it is there already with these very bytes. Raises AwayError."""
        return await self._apart(lambda: self._put(key, data, content_type))

    async def get(self, key: str, *, most: int, sha256: str | None = None) -> bytes:
        """The object's bytes; not one more than `most` is taken in. Raises AwayError, DocumentError."""
        return await self._apart(lambda: self._get(key, most, sha256))

    async def listed(self, prefix: str, after: str, most: int) -> tuple[list[Listed], bool]:
        """Names that begin so and come after, in the store's order; whether there are more. Raises AwayError."""
        return await self._apart(lambda: self._listed(prefix, after, most))

    async def answers(self) -> None:
        """The bucket is there, for us. Raises AwayError."""
        await self._apart(lambda: self._s3.head_bucket(Bucket=self._bucket))

    def close(self) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._s3.close()

    def _put(self, key: str, data: bytes, content_type: str) -> Stored:
        digest = hashlib.sha256(data)
        stored = Stored(digest.hexdigest(), len(data))
        there = self._look(key)
        if there == stored:
            return stored
        condition: dict[str, Any] = {} if there else {"IfNoneMatch": "*"}  # a repetition whose first answer was lost
        try:
            self._s3.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=data,
                ContentType=content_type,
                ChecksumSHA256=base64.b64encode(digest.digest()).decode(),  # the store refuses other bytes
                Metadata={"sha256": stored.sha256},
                **condition,
            )
        except ClientError as error:
            if _code(error) not in _THERE_MEANWHILE:
                raise
        if self._look(key) != stored:
            raise AwayError("documents", "not stored as sent")
        return stored

    def _look(self, key: str) -> Stored | None:
        """What is stored under the key, as the store itself computed it if it does that."""
        try:
            head = self._s3.head_object(Bucket=self._bucket, Key=key, ChecksumMode="ENABLED")
        except ClientError as error:
            if _code(error) in _MISSING:
                return None
            raise
        computed = base64.b64decode(head.get("ChecksumSHA256", "")).hex()
        return Stored(computed or head["Metadata"].get("sha256", ""), head["ContentLength"])

    def _listed(self, prefix: str, after: str, most: int) -> tuple[list[Listed], bool]:
        found: list[Listed] = []
        where: dict[str, Any] = {"StartAfter": after} if after else {}
        while len(found) < most:
            page = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=PAGE, **where)
            found += [Listed(each["Key"], each["LastModified"]) for each in page.get("Contents", ())]
            if not page["IsTruncated"]:
                return found, False
            where = {"ContinuationToken": page["NextContinuationToken"]}
        return found, True

    def _get(self, key: str, most: int, sha256: str | None) -> bytes:
        try:
            answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in _MISSING:
                raise DocumentMissingError from None
            raise
        with answer["Body"] as body:
            if answer["ContentLength"] > most:
                raise DocumentTooLargeError
            data = body.read(most + 1)
        if len(data) > most:
            raise DocumentTooLargeError
        if sha256 is not None and hashlib.sha256(data).hexdigest() != sha256:
            raise DocumentAlteredError
        return data

    async def _apart(self, work: Callable[[], T]) -> T:
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except ClientError as error:
            raise AwayError("documents", _code(error)) from None
        except (BotoCoreError, HTTPClientError, OSError) as error:
            raise AwayError("documents", type(error).__name__) from None


def _code(error: ClientError) -> str:
    return error.response.get("Error", {}).get("Code", "unknown")
