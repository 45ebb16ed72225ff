"""Certificate authorities, certificates and their life, revocation, and whether a certificate that is shown counts."""

from onshi.law import Medium
from onshi.pki import changes, errors, founding, model, publishing, terminals, verdicts
from onshi.pki.crls import CrlShelf
from onshi.pki.evidence import Evidence
from onshi.pki.model import (
    Authority,
    Certificate,
    CertificateKey,
    CertificateSigner,
    Details,
    Kind,
    Order,
    Purpose,
    Reason,
    Status,
)
from onshi.pki.service import certificate, certificates_of, enter, history, issue, status_of
from onshi.pki.trust import TrustStore
from onshi.pki.verification import Verifier, decide

__all__ = [
    "Authority",
    "Certificate",
    "CertificateKey",
    "CertificateSigner",
    "CrlShelf",
    "Details",
    "Evidence",
    "Kind",
    "Medium",
    "Order",
    "Purpose",
    "Reason",
    "Status",
    "TrustStore",
    "Verifier",
    "certificate",
    "certificates_of",
    "changes",
    "decide",
    "enter",
    "errors",
    "founding",
    "history",
    "issue",
    "model",
    "publishing",
    "status_of",
    "terminals",
    "verdicts",
]
