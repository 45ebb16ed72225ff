"""The words every room shares: periods, identifiers, Japanese dates, findings, refusals (standard library only)."""

from onshi.kernel.damage import ZIP_DAMAGE
from onshi.kernel.dated import Dated, Entry
from onshi.kernel.eras import era_date, parse_day
from onshi.kernel.errors import OnshiError, all_errors
from onshi.kernel.finding import Finding, Severity
from onshi.kernel.fiscal import (
    Month,
    Quarter,
    fiscal_year,
    fiscal_year_name,
    month_of,
    months_of_fiscal_year,
    parse_month,
    quarter_of,
)
from onshi.kernel.identifiers import (
    InsurerNumber,
    LinkCode,
    MunicipalityCode,
    PersonId,
    ProviderCode,
    check_digit,
    has_check_digit,
    parse_insurer_number,
    parse_municipality_code,
    parse_person_id,
    parse_provider_code,
    printed_insurer_number,
    shown_person_id,
)
from onshi.kernel.moments import Moment, day_start, japan_day, japan_time, moment_of, parse_moment
from onshi.kernel.period import ONE_DAY, Period
from onshi.kernel.personal_number import (
    TWELVE_DIGITS,
    PersonalNumberTyped,
    has_personal_number,
    has_twelve_digits,
    refuse_twelve_digits,
)
from onshi.kernel.text import fold_name, fold_number, half_kana, narrow, squeeze

__all__ = [
    "ONE_DAY",
    "TWELVE_DIGITS",
    "ZIP_DAMAGE",
    "Dated",
    "Entry",
    "Finding",
    "InsurerNumber",
    "LinkCode",
    "Moment",
    "Month",
    "MunicipalityCode",
    "OnshiError",
    "Period",
    "PersonId",
    "PersonalNumberTyped",
    "ProviderCode",
    "Quarter",
    "Severity",
    "all_errors",
    "check_digit",
    "day_start",
    "era_date",
    "fiscal_year",
    "fiscal_year_name",
    "fold_name",
    "fold_number",
    "half_kana",
    "has_check_digit",
    "has_personal_number",
    "has_twelve_digits",
    "japan_day",
    "japan_time",
    "moment_of",
    "month_of",
    "months_of_fiscal_year",
    "narrow",
    "parse_day",
    "parse_insurer_number",
    "parse_moment",
    "parse_month",
    "parse_municipality_code",
    "parse_person_id",
    "parse_provider_code",
    "printed_insurer_number",
    "refuse_twelve_digits",
    "quarter_of",
    "shown_person_id",
    "squeeze",
]
