"""Documents in a real S3 store."""

import asyncio
import hashlib
import uuid

import boto3
import pytest

from activities.errors import AwayError, DocumentAlteredError, DocumentMissingError, DocumentTooLargeError
from activities.store.documents import Documents
from infra.embedded.addresses import S3

DATA = b"%PDF-1.7 una carta"
SHA256 = hashlib.sha256(DATA).hexdigest()


def new_key(name: str = "carta.pdf") -> str:
    return f"habilitacion/900123456-8/scans/{uuid.uuid4()}/{name}"


async def test_what_is_put_can_be_got(documents: Documents) -> None:
    key = new_key("carta de María + 1 (firmada).pdf")
    assert await documents.put(key, DATA) == (SHA256, len(DATA))
    assert await documents.get(key, most=100, sha256=SHA256) == DATA


async def versions(s3: S3, key: str) -> int:
    client = boto3.client(
        "s3",
        endpoint_url=s3.endpoint,
        aws_access_key_id=s3.access_key,
        aws_secret_access_key=s3.secret_key,
        region_name="us-east-1",
    )
    listed = await asyncio.to_thread(client.list_object_versions, Bucket=s3.bucket, Prefix=key)
    return len(listed["Versions"])


async def test_the_same_bytes_are_written_once(documents: Documents, s3: S3) -> None:
    key = new_key()
    await documents.put(key, DATA)
    await documents.put(key, DATA)
    assert await versions(s3, key) == 1
    await documents.put(key, DATA + b"!")
    assert await versions(s3, key) == 2


async def test_the_same_bytes_written_at_once_by_several_are_stored_once(documents: Documents, s3: S3) -> None:
    key = new_key()
    stored = await asyncio.gather(*(documents.put(key, DATA) for _ in range(8)))
    assert len(set(stored)) == 1
    assert await versions(s3, key) == 1


async def test_no_more_than_asked_for_is_read(documents: Documents) -> None:
    key = new_key()
    await documents.put(key, DATA)
    assert await documents.get(key, most=len(DATA)) == DATA
    with pytest.raises(DocumentTooLargeError):
        await documents.get(key, most=len(DATA) - 1)


async def test_other_bytes_than_told_are_not_given_out(documents: Documents) -> None:
    key = new_key()
    await documents.put(key, DATA)
    with pytest.raises(DocumentAlteredError):
        await documents.get(key, most=100, sha256="0" * 64)


@pytest.mark.parametrize("name", ["none.pdf", "a/../b", "./b", "a\x00b", "x" * 900])
async def test_names_that_nothing_is_stored_under(documents: Documents, name: str) -> None:
    with pytest.raises(DocumentMissingError):
        await documents.get(new_key(name), most=100)


async def test_a_store_that_refuses_us_or_is_gone_is_away_and_tells_no_names(s3: S3) -> None:
    wrong_key = Documents(s3.endpoint, s3.bucket, s3.access_key, "x" * 40)
    no_bucket = Documents(s3.endpoint, "nothing-here", s3.access_key, s3.secret_key)
    nobody = Documents("http://127.0.0.1:9", s3.bucket, s3.access_key, s3.secret_key)
    signs = {wrong_key: "SignatureDoesNotMatch", no_bucket: "NoSuchBucket", nobody: "EndpointConnectionError"}
    for documents, sign in signs.items():
        with pytest.raises(AwayError) as caught:
            await documents.get(new_key("maria_gomez.pdf"), most=100)
        assert str(caught.value) == f"documents: {sign}"
        documents.close()
