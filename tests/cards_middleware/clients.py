"""Programs that know nothing of this project: they see a PKCS #11 module, a PDF, a root certificate.

clients.py sign MODULE TOKEN PIN < message > signature
clients.py pdf-sign MODULE TOKEN PIN ROOT > pdf
clients.py pdf-verify PDF ROOT
"""

import sys
from io import BytesIO
from pathlib import Path

import pkcs11
from asn1crypto.x509 import Certificate
from pkcs11 import Mechanism, ObjectClass
from pkcs11.exceptions import PinIncorrect
from pyhanko.pdf_utils.generic import ArrayObject, NumberObject, StreamObject
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter
from pyhanko.sign import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.pkcs11 import PKCS11Signer
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext


def token(module: str, name: str) -> pkcs11.Token:
    """The token of one of the card's two PINs."""
    return next(one for one in pkcs11.lib(module).get_tokens() if name in one.label)


def sign(module: str, name: str, pin: str) -> bytes:
    """The signature over what comes in."""
    try:
        with token(module, name).open(user_pin=pin) as session:
            (key,) = session.get_objects({pkcs11.Attribute.CLASS: ObjectClass.PRIVATE_KEY})
            return bytes(key.sign(sys.stdin.buffer.read(), mechanism=Mechanism.SHA256_RSA_PKCS))
    except PinIncorrect:
        return b"PinIncorrect"


def empty_pdf() -> BytesIO:
    """One white page."""
    writer = PdfFileWriter()
    size = ArrayObject(map(NumberObject, (0, 0, 612, 792)))
    writer.insert_page(PageObject(contents=writer.add_object(StreamObject(stream_data=b"")), media_box=size))
    written = BytesIO()
    writer.write(written)
    return written


def certificate_of(path: str) -> Certificate:
    return Certificate.load(Path(path).read_bytes())


def pdf_sign(module: str, name: str, pin: str, root: str) -> bytes:
    """A page, signed."""
    with token(module, name).open(user_pin=pin) as session:
        (key,) = session.get_objects({pkcs11.Attribute.CLASS: ObjectClass.PRIVATE_KEY})
        signer = PKCS11Signer(
            session, key_id=key.id, cert_id=key.id, other_certs_to_pull=(), ca_chain=[certificate_of(root)]
        )
        written = PdfSigner(PdfSignatureMetadata(field_name="Signature", md_algorithm="sha256"), signer=signer)
        pdf = empty_pdf()
        pdf.seek(0)
        return bytes(written.sign_pdf(IncrementalPdfFileWriter(pdf)).getvalue())


def pdf_verify(path: str, root: str) -> bytes:
    """Whether it is as it was signed, and by whom."""
    context = ValidationContext(trust_roots=[certificate_of(root)], allow_fetching=False, revocation_mode="soft-fail")
    with Path(path).open("rb") as file:
        (signature,) = PdfFileReader(file).embedded_signatures
        status = validate_pdf_signature(signature, context)
    words = ("intact" if status.intact else "altered", "valid" if status.valid else "invalid")
    return " ".join((*words, "trusted" if status.trusted else "untrusted")).encode()


COMMANDS = {"sign": sign, "pdf-sign": pdf_sign, "pdf-verify": pdf_verify}

if __name__ == "__main__":
    sys.stdout.buffer.write(COMMANDS[sys.argv[1]](*sys.argv[2:]))
