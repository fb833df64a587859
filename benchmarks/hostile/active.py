"""Files that do something, carry something, or can't be read by just anybody: refused even if they are the letter.

They are true scans otherwise. What makes them active is hung up in one of several places and disguised in one
of several ways.
"""

import re
from random import Random
from typing import Final

from benchmarks.hostile.pdf import Document, packed, stream, written

_LONG_NAME: Final = re.compile(rb"/(JavaScript|JS|Launch|SubmitForm|ImportData|EmbeddedFile|AA|XFA|RichMedia)\b")


def javascript(rng: Random, pdf: bytes) -> bytes:
    return _acting(rng, pdf, "/S /JavaScript /JS (app.alert\\(1\\))")


def launch(rng: Random, pdf: bytes) -> bytes:
    return _acting(rng, pdf, "/S /Launch /F (calc.exe)")


def submit_form(rng: Random, pdf: bytes) -> bytes:
    return _acting(rng, pdf, rng.choice(("/S /SubmitForm /F (http://example.com)", "/S /ImportData /F (x.fdf)")))


def on_opening(rng: Random, pdf: bytes) -> bytes:
    """Opens a site or another file, without being asked."""
    document = Document.of(pdf)
    action = rng.choice(("<< /S /URI /URI (http://example.com) >>", "<< /S /GoToR /F (//example.com/x.pdf) /D [0] >>"))
    document.catalog["OpenAction"] = rng.choice((action, document.add(action)))
    return _disguised(rng, document)


def additional_actions(rng: Random, pdf: bytes) -> bytes:
    document = Document.of(pdf)
    part = rng.choice((document.catalog, document.page))
    part["AA"] = f"<< /O {document.add('<< /S /URI /URI (http://example.com) >>')} >>"
    return _disguised(rng, document)


def embedded_file(rng: Random, pdf: bytes) -> bytes:
    document = Document.of(pdf)
    carried = document.add(stream(b"MZ" + rng.randbytes(64), "/Type /EmbeddedFile"))
    file = document.add(f"<< /Type /Filespec /F (x.exe) /EF << /F {carried} >> >>")
    if rng.random() < 0.5:
        document.catalog["Names"] = f"<< /EmbeddedFiles << /Names [(x) {file}] >> >>"
    else:
        document.page["Annots"] = f"[<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS {file} >>]"
    return _disguised(rng, document)


def form(rng: Random, pdf: bytes) -> bytes:
    """XFA, whose scripts Acrobat runs."""
    document = Document.of(pdf)
    xfa = document.add(stream(b"<xdp:xdp xmlns:xdp='http://ns.adobe.com/xdp/'/>"))
    document.catalog["AcroForm"] = f"<< /Fields [] /XFA {rng.choice((xfa, f'[(template) {xfa}]'))} >>"
    return _disguised(rng, document)


def rich_media(rng: Random, pdf: bytes) -> bytes:
    document = Document.of(pdf)
    kind = rng.choice(("/RichMedia", "/Movie", "/Screen", "/3D"))
    document.page["Annots"] = f"[<< /Type /Annot /Subtype {kind} /Rect [0 0 9 9] >>]"
    return _disguised(rng, document)


def said_twice(rng: Random, pdf: bytes) -> bytes:
    """A harmless value and an active one under the same key: some readers take the first, viewers the last."""
    document = Document.of(pdf)
    action = rng.choice(("<< /S /JavaScript /JS (app.alert\\(1\\)) >>", "<< /S /Launch /F (calc.exe) >>"))
    harmless = f"[{document.numbers[2]} 0 R /Fit]"
    if rng.random() < 0.5:
        document.catalog["OpenAction"] = f"{harmless} /OpenAction {action}"
    else:
        link = "<< /Type /Annot /Subtype /Link /Rect [0 0 900 900] /A << /S /GoTo /D"
        document.page["Annots"] = f"[{link} {harmless} >> /A {action} >>]"
    if rng.random() < 0.5:
        return document.written()
    return packed(document.all_objects(), f"/Root {document.numbers[0]} 0 R")


def encrypted(rng: Random, pdf: bytes) -> bytes:
    """By the standard handler, by one that leaves all as it is, or by one that nobody knows."""
    keys = f"/O <{rng.randbytes(32).hex()}> /U <{rng.randbytes(32).hex()}> /P -44"
    how = rng.choice(
        (
            f"/Filter /Standard /V 1 /R 2 {keys}",
            f"/Filter /Standard /V 4 /R 4 /Length 128 /StmF /Identity /StrF /Identity {keys}",
            f"/Filter /Standard /V 5 /R 6 /Length 256 {keys}",
            f"/Filter /Standard /V 99 /R -1 /Length 999999999 {keys}",
            "/Filter /Nobodys",
        )
    )
    document = Document.of(pdf)
    handler = f"<< {how} >>"
    place = handler if rng.random() < 0.5 else document.add(handler)
    return document.written(f"/Encrypt {place} /ID [<{rng.randbytes(16).hex()}> <{rng.randbytes(16).hex()}>]")


def _acting(rng: Random, pdf: bytes, action: str) -> bytes:
    document = Document.of(pdf)
    reference = document.add(f"<< {action} >>")
    match rng.randrange(6):
        case 0:
            document.catalog["OpenAction"] = reference
        case 1:
            document.catalog["Names"] = f"<< /JavaScript << /Names [(x) {reference}] >> >>"
        case 2:
            document.page["Annots"] = f"[<< /Type /Annot /Subtype /Link /Rect [0 0 900 900] /A {reference} >>]"
        case 3:
            document.page["AA"] = f"<< /O {reference} >>"
        case 4:
            document.catalog["Outlines"] = f"<< /First << /Title (x) /A << /S /GoTo /Next [{reference}] >> >> >>"
        case _:
            return document.written(unlisted=[int(reference.split()[0])])
    return _disguised(rng, document)


def _disguised(rng: Random, document: Document) -> bytes:
    """Plainly, with its names spelt in numbers, or inside an object stream."""
    objects, root = document.all_objects(), f"/Root {document.numbers[0]} 0 R"
    match rng.randrange(3):
        case 0:
            return written(objects, root)
        case 1:
            spelt = {
                number: body if b"stream\n" in body else _LONG_NAME.sub(_in_numbers, body)
                for number, body in objects.items()
            }
            return written(spelt, root)
        case _:
            return packed(objects, root)


def _in_numbers(name: re.Match[bytes]) -> bytes:
    return b"/" + b"".join(b"#%02x" % each if index % 2 else bytes([each]) for index, each in enumerate(name[1]))
