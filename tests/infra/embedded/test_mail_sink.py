"""The mail folder: one file per Message-ID, whatever is in it."""

from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from infra.embedded.mail_sink import file_name
from infra.embedded.stack import Stack


def mail(message_id: str, text: str = "Señora Núñez: su carta está lista.") -> EmailMessage:
    message = EmailMessage(policy=policy.SMTPUTF8)
    message["From"], message["To"] = "dse@example.co", "muñoz@compañía.example"
    message["Subject"] = "Activación del certificado digital"
    message["Message-ID"] = message_id
    message.set_content(text)
    return message


def mails(folder: str) -> list[bytes]:
    return [file.read_bytes() for file in sorted(Path(folder).iterdir())]


@pytest.mark.asyncio(loop_scope="session")
async def test_a_mail_sent_twice_is_one_file_and_reads_as_it_was_written(stack: Stack) -> None:
    assert stack.addresses.mail
    port = int(stack.addresses.mail.smtp.rpartition(":")[2])
    for message in (mail("<1@dse>"), mail("<1@dse>"), mail("<2@dse>")):
        await aiosmtplib.send(message, hostname="127.0.0.1", port=port)
    first, _ = mails(stack.addresses.mail.folder)
    read = message_from_bytes(first, policy=policy.SMTPUTF8)
    assert read["To"] == "muñoz@compañía.example"
    assert read["Subject"] == "Activación del certificado digital"
    assert read.get_content().strip() == "Señora Núñez: su carta está lista."


def test_a_file_name_stays_in_the_folder_and_tells_ids_apart() -> None:
    names = [
        file_name(b"Message-ID: " + given + b"\r\n\r\n") for given in (b"<../../x>", b"<.._.._x>", b"<A@b>", b"<a@b>")
    ]
    assert len({name.lower() for name in names}) == len(names)
    assert not any("/" in name or name.startswith(".") for name in names)


def test_mails_without_message_id_are_told_apart_by_content() -> None:
    assert file_name(b"Subject: a\r\n\r\n1") != file_name(b"Subject: a\r\n\r\n2")
