"""The few bytes of DER (ITU-T X.690) that no library writes for us."""

_SEQUENCE, _BIT_STRING, _UTF8 = 0x30, 0x03, 0x0C
# AlgorithmIdentifier of sha256WithRSAEncryption with its NULL (RFC 4055 §5).
_SHA256_RSA = bytes.fromhex("300d06092a864886f70d01010b0500")


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(length))) + length + content


def utf8(text: str) -> bytes:
    """A UTF8String."""
    return _element(_UTF8, text.encode())


def signed(to_be_signed: bytes, signature: bytes) -> bytes:
    """A certificate or a revocation list (RFC 5280 §4.1, §5.1) from its first part and the signature over it."""
    return _element(_SEQUENCE, to_be_signed + _SHA256_RSA + _element(_BIT_STRING, b"\0" + signature))
