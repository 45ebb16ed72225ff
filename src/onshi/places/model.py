"""A prefecture and a municipality as the national list of local government codes names them."""

from dataclasses import dataclass

from onshi.kernel import MunicipalityCode


@dataclass(frozen=True, slots=True)
class Prefecture:
    """`code` has two digits (JIS X 0401); `kana` is full-width katakana."""

    code: str
    name: str
    kana: str


@dataclass(frozen=True, slots=True)
class Municipality:
    """A city, special ward, town or village: one of the 1,741 that issue cards.

    `code` has six digits with its check digit, `name` leaves out the 郡, `kana` is full-width
    katakana, `population` counts residents in the Basic Resident Register on 2021-01-01. The wards
    of designated cities are parts of their city here, and the six villages of the Northern
    Territories, which have no residents, are left out.
    """

    code: MunicipalityCode
    prefecture_code: str
    prefecture: str
    name: str
    kana: str
    population: int
