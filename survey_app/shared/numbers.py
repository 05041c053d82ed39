"""How numbers, dates and times are written, one function per thing, as each language does (CLDR).

Pages, figures, mail and exports all use these, so that a number looks the same everywhere. Values
come in as they were published; a function here rounds for the eye and never computes. Halves are
rounded away from zero on the decimal digits that the number shows, as readers expect.
"""

from __future__ import annotations

import functools
import math
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Final, Literal

from babel import Locale
from babel.dates import format_date, format_skeleton, get_day_names, get_month_names
from babel.lists import format_list
from babel.units import format_unit

from survey_app.shared.agency import agency, kept_for_content
from survey_app.shared.clock import OSLO
from survey_app.shared.i18n import N_, Language, translator

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

MINUS: Final = "\u2212"
EN_DASH: Final = "\u2013"
HARD_SPACE: Final = "\u00a0"

TO: Final = N_("til")  # between the ends of an interval
# A bound that is whole but for the last bits of a float is not pushed to the next whole number.
_NOISE: Final = 9
_ALL: Final = 100.0  # percent


def decimal(value: float, lang: Language, digits: int = 1) -> str:
    r"""Write a number with a fixed count of decimals: ``71,5``, ``71.5``; zero has no sign.

    Examples
    --------
    >>> decimal(71.46, "nb"), decimal(1847, "nb", 0), decimal(-0.04, "en")
    ('71,5', '1\xa0847', '0.0')
    """
    rounded = _rounded(value, digits)
    mark, thousands = _marks(lang)
    text = f"{abs(rounded):,.{digits}f}"
    text = text.replace(",", "\0").replace(".", mark).replace("\0", thousands)
    return f"{MINUS}{text}" if rounded < 0 else text


def signed(value: float, lang: Language, digits: int = 1) -> str:
    """Write a change: ``+5,3``, ``−4,7``, and ``0,0`` without a sign."""
    plus = "+" if _rounded(value, digits) > 0 else ""
    return f"{plus}{decimal(value, lang, digits)}"


def margin(value: float, lang: Language, digits: int = 1) -> str:
    """Write half the width of an interval: ``±1,2``."""
    return f"±{decimal(abs(value), lang, digits)}"


def limit(value: float, lang: Language) -> str:
    """Write a limit that somebody has set: whole where it is.

    Examples
    --------
    >>> limit(3.0, "nb"), limit(2.5, "nb")
    ('3', '2,5')
    """
    return decimal(value, lang, 0 if float(value).is_integer() else 1)


def interval(low: float, high: float, lang: Language, digits: int = 1) -> str:
    """Write an interval: ``70,5–72,5``, but ``−0,8 til 2,3`` when a bound is negative."""
    lower, upper = decimal(low, lang, digits), decimal(high, lang, digits)
    if MINUS in lower + upper:
        return f"{lower}{HARD_SPACE}{translator(lang).gettext(TO)}{HARD_SPACE}{upper}"
    return f"{lower}{EN_DASH}{upper}"


def whole_interval(low: float, high: float, lang: Language) -> str:
    """Write an interval in whole numbers, outwards, so that it never looks surer than it is.

    Examples
    --------
    >>> whole_interval(70.5, 72.5, "nb")
    '70–73'
    """
    return interval(math.floor(round(low, _NOISE)), math.ceil(round(high, _NOISE)), lang, 0)


def per_hundred(share: float, lang: Language, digits: int = 0) -> str:
    """Write a share from 0 to 1 as so many of a hundred, without the sign.

    What is not none never reads as none, and what is not all never as all.

    Examples
    --------
    >>> per_hundred(0.47, "nb"), per_hundred(0.004, "nb"), per_hundred(0.996, "nb")
    ('47', '<1', '>99')
    """
    value = round(_as_percent(share), _NOISE)
    rounded, step = _rounded(value, digits), float(Decimal(1).scaleb(-digits))
    if rounded == 0 < value:
        return f"<{decimal(step, lang, digits)}"
    if value < _ALL == rounded:
        return f">{decimal(_ALL - step, lang, digits)}"
    return decimal(value, lang, digits)


def percent(share: float, lang: Language, digits: int = 0) -> str:
    """Write a share from 0 to 1 as percent: ``47 %``, in English ``47%``; see `per_hundred`."""
    return f"{per_hundred(share, lang, digits)}{_percent_sign(lang)}"


def percent_interval(low: float, high: float, lang: Language) -> str:
    """Write an interval of shares from 0 to 1 in whole percent, outwards: ``44–50 %``."""
    return f"{whole_interval(_as_percent(low), _as_percent(high), lang)}{_percent_sign(lang)}"


def count(number: int, lang: Language) -> str:
    """Write how many: ``1 847``, in English ``1,847``."""
    return decimal(number, lang, 0)


def long_date(day: date, lang: Language) -> str:
    r"""Write a day: ``12. juni 2026``, ``12 June 2026``. A moment gives its day in Norway.

    Day and month keep together: a line that ends in "12." reads as the end of a sentence.

    Examples
    --------
    >>> long_date(date(2026, 6, 12), "nb"), long_date(date(2026, 6, 12), "en")
    ('12.\xa0juni 2026', '12\xa0June 2026')
    """
    if isinstance(day, datetime):
        day = _in_norway(day).date()
    return _together(format_date(day, "long", locale_of(lang)), day)


def month_name(number: int, lang: Language, width: Literal["wide", "abbreviated"] = "wide") -> str:
    """Return the name of a month, 1 to 12; its short name with the width ``abbreviated``."""
    names: Mapping[int, str] = get_month_names(width, locale=locale_of(lang))
    return names[number]


def weekday_names(lang: Language) -> list[str]:
    """Return the names of the days of a week, Sunday first, as scripts count them."""
    names: Mapping[int, str] = get_day_names("wide", locale=locale_of(lang))
    return [names[(number - 1) % 7] for number in range(7)]


def inside_date(text: str, lang: Language) -> str:
    """Write what begins with the name of a month inside a sentence.

    Examples
    --------
    >>> inside_date("Mai 2026, kortmåling", "nb"), inside_date("May 2026, pulse survey", "en")
    ('mai 2026, kortmåling', 'May 2026, pulse survey')
    """
    capital = month_name(1, lang)[0].isupper()
    return text if capital else f"{text[:1].lower()}{text[1:]}"


def listed(names: Sequence[str], lang: Language, *, either: bool = False) -> str:
    """Join names: ``a``, ``a og b``, ``a, b og c``; where one of them is meant, with ``eller``."""
    return format_list(list(names), "or" if either else "standard", locale=locale_of(lang))


def language_name(code: Language, lang: Language) -> str:
    """Return what a language is called in another; by itself where the CLDR has no name for it.

    One that the agency had before, and that the CLDR does not know either, is its code.

    Examples
    --------
    >>> language_name("nn", "nb"), language_name("en", "nb")
    ('norsk nynorsk', 'engelsk')
    """
    own = agency().style(code)
    return locale_of(lang).languages.get(code) or (own.name if own.code == code else code)


def languages_listed(codes: Sequence[Language], lang: Language) -> str:
    """Join languages as the reader's language calls them.

    Examples
    --------
    >>> languages_listed(["nn", "en"], "nb")
    'norsk nynorsk og engelsk'
    """
    return listed([language_name(code, lang) for code in codes], lang)


def short_date(day: date, lang: Language) -> str:
    """Write a day without its year: ``12. juni``, ``12 June``."""
    if isinstance(day, datetime):
        day = _in_norway(day).date()
    return _together(format_skeleton("MMMMd", day, locale=locale_of(lang)), day)


def weekday_date(day: date, lang: Language) -> str:
    r"""Write a day with that of its week, and without its year, for whoever plans by shifts.

    Examples
    --------
    >>> weekday_date(date(2026, 6, 12), "nb"), weekday_date(date(2026, 6, 12), "en")
    ('fredag 12.\xa0juni', 'Friday 12\xa0June')
    """
    names: Mapping[int, str] = get_day_names("wide", locale=locale_of(lang))
    return f"{names[day.weekday()]} {short_date(day, lang)}"


def time_of_day(moment: time | datetime, lang: Language) -> str:
    """Write a time of day: ``kl. 09.30``, ``09:30``. A moment gives its time in Norway."""
    if isinstance(moment, datetime):
        moment = _in_norway(moment).time()
    return moment.strftime(agency().style(lang).time).replace(" ", HARD_SPACE)


def in_minutes(minutes: int, lang: Language) -> str:
    """Write how many minutes something takes, with the noun in its number.

    Examples
    --------
    >>> in_minutes(1, "nb"), in_minutes(2, "nb"), in_minutes(1, "en")
    ('1 minutt', '2 minutter', '1 minute')
    """
    return format_unit(minutes, "duration-minute", locale=locale_of(lang))


@kept_for_content
def locale_of(lang: Language) -> Locale:
    """Return how a language writes numbers and dates, from the CLDR.

    Raises
    ------
    UnknownLocaleError
        If the CLDR does not know the locale that ``agency.toml`` names.
    """
    return Locale.parse(agency().style(lang).locale)


def decimal_mark(lang: Language) -> str:
    """Return what parts whole numbers from decimals."""
    return _marks(lang)[0]


@kept_for_content
def _marks(lang: Language) -> tuple[str, str]:
    """Return the decimal mark and what parts thousands."""
    symbols = locale_of(lang).number_symbols["latn"]
    return symbols["decimal"], symbols["group"]


def _together(written: str, day: date) -> str:
    """Keep a day that comes first on one line with its month."""
    first, _, rest = written.partition(" ")
    return f"{first}{HARD_SPACE}{rest}" if first.rstrip(".") == str(day.day) else written


FORMATS: Final[Mapping[str, Callable[..., str]]] = {
    function.__name__: function
    for function in (
        decimal,
        signed,
        margin,
        limit,
        interval,
        whole_interval,
        per_hundred,
        percent,
        percent_interval,
        count,
        long_date,
        languages_listed,
        short_date,
        weekday_date,
        time_of_day,
    )
}
"""The functions by name, for templates to offer as filters."""


@functools.lru_cache(maxsize=20_000)  # long tables repeat the same tenths a thousand times
def _rounded(value: float, digits: int) -> Decimal:
    # repr: the digits a reader sees (0.15), not the binary fraction behind them (0.1499...).
    return Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def _as_percent(share: float) -> float:
    return float(Decimal(repr(float(share))) * 100)


def _percent_sign(lang: Language) -> str:
    pattern: str = locale_of(lang).percent_formats[None].pattern  # as in "#,##0 %"
    return pattern.rpartition("0")[2].replace(" ", HARD_SPACE)


def _in_norway(moment: datetime) -> datetime:
    return moment.astimezone(OSLO) if moment.tzinfo else moment
