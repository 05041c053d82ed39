"""Who asks: what pages, letters, reports and open data call the agency."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from questionnaires.burden import Burden, parse_burden
from questionnaires.colours import Colours, parse_colours
from questionnaires.content import content_name
from questionnaires.errors import UNREAD, Problem, QuestionnaireErrors
from questionnaires.holidays import AvoidedDays, DayRules, parse_avoided, parse_holidays
from questionnaires.languages import (
    LanguageStyle,
    fallback_chain,
    missing_texts_of,
    written_in,
)
from questionnaires.levels import Levels, parse_levels
from questionnaires.logo import Logo, parse_logo
from questionnaires.margins import Margins, parse_margins
from questionnaires.model import Text
from questionnaires.privacy import PrivacyFacts, parse_privacy
from questionnaires.reading import Table, read_toml

AGENCY = "agency.toml"
# Codes of the EU's list of data themes have four letters (DCAT-AP 3, dcat:theme).
THEME = 4
# ISO 639, as in the attribute `lang` of a page: what is stored of a person has room for three
_CODE = re.compile(r"[a-z]{2,3}")
_FREQUENCY = re.compile(r"[A-Z0-9_]+")


@dataclass(frozen=True, slots=True)
class Agency:
    """What the agency is called, in every language.

    `folder` holds its content. `styles` are the languages in the order in which they are offered;
    the first is where every `fallback_chain` ends.
    `name` stands alone, at the head of a page or under a letter; `in_sentence` inside a sentence;
    `as_source` where others name it as the source of a figure. `rhythm` is a sentence on how often
    people are asked. `keywords`, `themes` and `frequency` describe its open data to catalogues, the
    last two by codes in lists of the EU. `words` are, by language, words of the interface that the
    agency has others for: «etaten», «kommunen».
    `colours` are its own on buttons and links; None where ours do. `logo` stands at the head of
    pages, reports, slides and letters; None where it has none. `burden` is how often it asks
    anybody. `levels` are where the words for a figure on 0-100 begin, `margins` the smallest
    changes that matter in waves that open from now on. `holidays` are days on which nothing opens
    and no results come, `avoided` others of which plans of staff are warned. `privacy` is what the
    record of processing says of the agency.
    """

    folder: Path
    styles: tuple[LanguageStyle, ...]
    name: Text
    in_sentence: Text
    as_source: Text
    rhythm: Text
    keywords: tuple[Text, ...]
    themes: tuple[str, ...]
    frequency: str
    words: Mapping[str, Mapping[str, str]]
    colours: Colours | None
    logo: Logo | None
    burden: Burden
    levels: Levels
    margins: Margins
    holidays: DayRules
    avoided: tuple[AvoidedDays, ...]
    privacy: PrivacyFacts

    @property
    def languages(self) -> tuple[str, ...]:
        """The codes of its languages."""
        return tuple(one.code for one in self.styles)

    @property
    def required(self) -> tuple[str, ...]:
        """The codes of those that nothing is opened without."""
        return tuple(one.code for one in self.styles if one.required)

    def style(self, code: str) -> LanguageStyle:
        """Return a language by its code, the first where it has no such."""
        return next((one for one in self.styles if one.code == code), self.styles[0])

    @property
    def partial(self) -> tuple[str, ...]:
        """The codes of those that may lack texts of the content."""
        return tuple(one.code for one in self.styles if one.partial)

    def fallback_chain(self, code: str) -> tuple[str, ...]:
        """Return a language and those that stand in for it in turn, at last the first of all."""
        return fallback_chain(self.styles, code)


def load_agency(root: Path | None = None) -> Agency:
    """Read the agency's identity alone, which is quicker than the whole library.

    Parameters
    ----------
    root : Path, optional
        Where ``agency.toml`` stands; the agency's content when not given.

    Raises
    ------
    QuestionnaireErrors
        With every problem found in the file.
    """
    return _kept(str(root) if root else content_name())


@cache
def _kept(name: str) -> Agency:
    problems: list[Problem] = []
    agency = read_agency(Path(name), problems)
    if wrong := mistakes(problems, agency):
        raise QuestionnaireErrors(wrong)
    return agency


def mistakes(problems: Iterable[Problem], agency: Agency) -> list[Problem]:
    """Return problems in order, but for texts that another language stands in for.

    Files that could not be read come first, and what is missing in them is not told besides.
    Without a language no text can be read, and there is no more to say of them.
    """
    wrong = {one for one in problems if one.missing_in not in agency.partial}
    unread = {one.file for one in wrong if one.kind == UNREAD}
    told = (
        one
        for one in wrong
        if one.kind == UNREAD or (one.file not in unread and (agency.styles or one.file == AGENCY))
    )
    return sorted(told, key=lambda one: (one.kind != UNREAD, one))


def read_agency(root: Path, problems: list[Problem]) -> Agency:
    """Read ``agency.toml`` below a directory and note what is wrong with it."""
    raw = read_toml(root, AGENCY, problems)
    top = Table(AGENCY, "", raw, problems)
    styles = tuple(_style(table) for table in top.tables("language", "code"))
    _check_styles(styles, top)
    with written_in(styles):
        return _agency(root, top, styles, problems)


def _agency(
    root: Path, top: Table, styles: tuple[LanguageStyle, ...], problems: list[Problem]
) -> Agency:
    texts = {name: top.words(name) for name in ("name", "in_sentence", "as_source", "rhythm")}
    known = top.table("open_data")
    keywords = tuple(table.all_words() for table in known.tables("keyword"))
    themes = known.strings("themes")
    for code in themes:
        if len(code) != THEME or not code.isupper():
            known.wrong("themes", f"«{code}» is no code of the EU's data themes, such as GOVE")
    frequency = known.take("frequency", str, "")
    if frequency and not _FREQUENCY.fullmatch(frequency):
        known.wrong(
            "frequency", f"«{frequency}» is no code of the EU's frequencies, such as ANNUAL"
        )
    known.close()
    words = {language: _words(table) for language, table in top.table("words").named_tables()}
    for language in set(words) - {one.code for one in styles}:
        top.wrong(f"words {language}", "this is none of the languages above; correct it")
    colours = parse_colours(top.table("colours"))
    logo = parse_logo(top.table("logo"), root)
    burden = parse_burden(top.table("burden"))
    levels = parse_levels(top.table("levels"))
    margins = parse_margins(top.table("margins"))
    calendar = top.table("holidays")
    avoided, holidays = parse_avoided(calendar), parse_holidays(calendar)
    privacy = parse_privacy(top.table("privacy"))
    top.close()
    problems += _missing(texts.items())
    problems += _missing((f"holidays avoid {one.first}", one.name) for one in avoided)
    problems += _missing((f"open_data keyword {n}", t) for n, t in enumerate(keywords, 1))
    if privacy.legal_basis:
        problems += _missing([("privacy legal_basis", privacy.legal_basis)])
    name, in_sentence, as_source, rhythm = (text or {} for text in texts.values())
    return Agency(
        root,
        styles,
        name,
        in_sentence,
        as_source,
        rhythm,
        keywords,
        themes,
        frequency,
        words,
        colours,
        logo,
        burden,
        levels,
        margins,
        holidays,
        avoided,
        privacy,
    )


def _words(table: Table) -> dict[str, str]:
    return {ours: table.take(ours, str) for ours in table.keys}


def _style(table: Table) -> LanguageStyle:
    quotes = table.strings("quotes", required=True)
    if len(quotes) != 2:  # noqa: PLR2004 - one before, one after
        table.wrong("quotes", 'write the mark before and the one after, as in ["«", "»"]')
        quotes = ("", "")
    found = LanguageStyle(
        code=table.take("code", str),
        name=table.take("name", str),
        locale=table.take("locale", str),
        required=table.take("required", bool, default=False),
        quotes=(quotes[0], quotes[1]),
        time=table.take("time", str),
        register=table.take("register", str),
        fallback=table.take("fallback", str, ""),
        partial=table.take("partial", bool, default=False),
        added=table.take("added", bool, default=False),
    )
    table.close()
    return found


def _check_styles(styles: tuple[LanguageStyle, ...], top: Table) -> None:
    if not styles:
        top.wrong("language", "there is no language; give at least one")
    codes = [one.code for one in styles]
    for one in styles:
        _check_style(one, codes, top)
    for one in styles[:1]:
        for name, said in (("partial", one.partial), ("added", one.added)):
            if said:
                sentence = "the first language stands in for every other; take this out"
                top.wrong(f"language {one.code} {name}", sentence)


def _check_style(one: LanguageStyle, codes: list[str], top: Table) -> None:
    key = f"language {one.code}"
    if not _CODE.fullmatch(one.code):
        top.wrong(key, "the code must be two or three small letters, as in nb or sma")
    if codes.count(one.code) > 1:
        top.wrong(key, "the language stands here twice; take one out")
    if "%M" not in one.time:
        top.wrong(f"{key} time", 'write a time of day with %H and %M, as in "%H:%M"')
    if one.fallback and one.fallback not in codes:
        known = ", ".join(codes)
        top.wrong(f"{key} fallback", f"«{one.fallback}» is none of {known}; name one of them")
    if one.partial and one.required:
        sentence = "nothing is opened without a required language, so it is whole; keep one"
        top.wrong(f"{key} partial", sentence)


def _missing(texts: Iterable[tuple[str, Text | None]]) -> Iterator[Problem]:
    for key, text in texts:
        yield from missing_texts_of(AGENCY, key, text or {})
