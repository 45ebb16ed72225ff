"""Everything that is not our database: signing keys, secrets and software cards in files, card readers."""

from onshi.outside.ca_keys import CertificateKeys, FileCertificateKey, authority_key, responder_key
from onshi.outside.card_drawer import Drawer, InDrawer, LyingCard
from onshi.outside.card_file import CardFile, read_card
from onshi.outside.desk import Desk
from onshi.outside.errors import (
    AuthorityKeyUnreadable,
    CardExists,
    CardExposed,
    CardGone,
    CardInUse,
    CardMissing,
    CardUnreadable,
    DeskRefused,
    FolderInUse,
    FolderUnusable,
    FontsMissing,
    KeyExposed,
    KeyModuleUnusable,
    KeyRingExists,
    KeyRingMissing,
    KeyUnreadable,
    ModuleLibraryMissing,
    ReaderBusy,
    ReaderMissing,
    ServerUnreachable,
    VirtualReaderMissing,
)
from onshi.outside.exchange_folder import ANSWERS, FACES, Delivered, ExchangeFolder, Outgoing, write_whole
from onshi.outside.forms_to_try import FormToTry, forms_to_try, keep_forms_to_try
from onshi.outside.pcsc import NoCard, PcscCard, open_card, readers
from onshi.outside.pdf import pdf_of
from onshi.outside.photos import PHOTO_BYTES_MOST, PhotoCheck, PhotoFinding, check_photo_file, is_kept_photo
from onshi.outside.pictures import chip_photo, face_of, portrait_of, screen_picture, text_image
from onshi.outside.pkcs11_keys import KeyModule, ModuleKey
from onshi.outside.secret_file import secret_of
from onshi.outside.signers import FileSigner, KeyRing, PublicKeyRecord
from onshi.outside.vpcd import VPCD_PORT, VirtualReader

__all__ = [
    "ANSWERS",
    "FACES",
    "Delivered",
    "ExchangeFolder",
    "Outgoing",
    "write_whole",
    "FolderInUse",
    "FolderUnusable",
    "PHOTO_BYTES_MOST",
    "VPCD_PORT",
    "AuthorityKeyUnreadable",
    "CardExists",
    "CardExposed",
    "CardFile",
    "CardGone",
    "CardInUse",
    "CardMissing",
    "CardUnreadable",
    "CertificateKeys",
    "Desk",
    "DeskRefused",
    "Drawer",
    "FileCertificateKey",
    "FileSigner",
    "FontsMissing",
    "InDrawer",
    "FormToTry",
    "KeyExposed",
    "KeyModule",
    "KeyModuleUnusable",
    "KeyRing",
    "KeyRingExists",
    "KeyRingMissing",
    "KeyUnreadable",
    "LyingCard",
    "ModuleKey",
    "ModuleLibraryMissing",
    "NoCard",
    "PcscCard",
    "PhotoCheck",
    "PhotoFinding",
    "PublicKeyRecord",
    "ReaderBusy",
    "ReaderMissing",
    "ServerUnreachable",
    "VirtualReader",
    "VirtualReaderMissing",
    "authority_key",
    "check_photo_file",
    "chip_photo",
    "face_of",
    "forms_to_try",
    "is_kept_photo",
    "keep_forms_to_try",
    "open_card",
    "pdf_of",
    "portrait_of",
    "read_card",
    "readers",
    "responder_key",
    "screen_picture",
    "secret_of",
    "text_image",
]
