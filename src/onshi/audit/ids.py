"""The id of an entry as people see it, say it and write it on a claim."""

from onshi.kernel import narrow

_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = [left + right for left in _SIGNS for right in _SIGNS]
_VALUE = {sign: value for value, sign in enumerate(_SIGNS)}
_MISREAD = str.maketrans("OIL", "011")
_BATCH_SIGNS = 13
_CHECK = 1021  # the largest prime below 32²: every wrong sign and every swap of neighbours shows
_SEQ_LIMIT = 1 << 30


def shown_check_id(batch: int, seq: int) -> str:
    """`batch` in 13 signs, a dash, `seq` in pairs of signs, two check signs: `7ZK3QW9M2X4TB-0FQM`.

    Base32 without I, L, O and U, safe in URLs and shells. `batch` has 63 bits, `seq` lies below 2^30.
    """
    if not (0 <= batch < 1 << 63 and 0 <= seq < _SEQ_LIMIT):
        raise ValueError("no check id for a batch or sequence number out of range")
    shown = _PAIRS[seq & 1023]
    shift, rest = 10, seq >> 10
    while rest:
        shown = _PAIRS[rest & 1023] + shown
        shift, rest = shift + 10, rest >> 10
    check = ((batch << shift) + seq) % _CHECK
    return f"{_shown_batch(batch)}-{shown}{_PAIRS[check]}"


def shown_check_ids(batch: int, count: int) -> list[str]:
    """`shown_check_id` of the first `count` of a batch, in the time of a few."""
    found: list[str] = []
    for first in range(0, count, len(_PAIRS)):
        shown = shown_check_id(batch, first)
        front, check = shown[:-4], _number(shown[-2:])
        seqs = range(min(len(_PAIRS), count - first))
        found += [front + _PAIRS[seq] + _PAIRS[(check + seq) % _CHECK] for seq in seqs]
    return found


def parse_check_id(text: str) -> tuple[int, int]:
    """The batch and sequence number of a check id in either case; O, I and L are read as 0, 1 and 1.

    ValueError when it is none or its check signs disagree.
    """
    signs = narrow(text).upper().translate(_MISREAD).replace("-", "")
    if len(signs) < _BATCH_SIGNS + 4 or any(sign not in _VALUE for sign in signs):
        raise ValueError("not a check id")
    batch, seq = _number(signs[:_BATCH_SIGNS]), _number(signs[_BATCH_SIGNS:-2])
    if batch >> 63 or seq >= _SEQ_LIMIT or shown_check_id(batch, seq).replace("-", "") != signs:
        raise ValueError("the check signs of the check id are wrong")
    return batch, seq


def _shown_batch(batch: int) -> str:
    return _SIGNS[batch >> 60] + "".join(_PAIRS[batch >> shift & 1023] for shift in (50, 40, 30, 20, 10, 0))


def _number(signs: str) -> int:
    value = 0
    for sign in signs:
        value = value * 32 + _VALUE[sign]
    return value
