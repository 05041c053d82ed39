"""Inside and outside, theme by theme: the two levels, the gap, and how far it may be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from questionnaires.inside_outside import Theme
from survey_app.reading.levels import LevelRow, level_row
from survey_app.reading.names import inside as inside_sentence
from survey_app.reading.names import own
from survey_app.reading.published import Published
from survey_app.reading.sentences import Finding, level_told
from survey_app.reading.strategy_text import library
from survey_app.reading.verdicts import is_clear, verdict_between
from survey_app.reading.workplace.gap import LevelGap, gaps
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import decimal, interval, listed

_WHO: Final = {
    "public": N_("Ansatte og befolkningen"),
    "candidates": N_("Ansatte og kandidater"),
}
_OTHERS: Final = {"public": N_("befolkningen"), "candidates": N_("kandidater")}
_HIGHER: Final = N_("%(points)s poeng høyere innenfra")
_LOWER: Final = N_("%(points)s poeng lavere innenfra")
_MOSTLY_HIGHER: Final = N_(
    "<b>Innenfra er det målt høyere enn utenfra</b> på %(themes)s. Spørsmålene er beslektet, "
    "ikke like."
)
_MOSTLY_LOWER: Final = N_(
    "<b>Innenfra er det målt lavere enn utenfra</b> på %(themes)s. Spørsmålene er beslektet, "
    "ikke like."
)
_SOME: Final = N_("%(some)s av %(all)s temaer som kan sammenlignes")
_ALL: Final = N_("alle de %(all)s temaene som kan sammenlignes")
_FEW: Final = {
    1: N_("det eneste temaet som kan sammenlignes"),
    2: N_("begge temaene som kan sammenlignes"),
}
_BOTH_WAYS: Final = N_(
    "<b>Innenfra er det målt høyere enn utenfra</b> på %(higher)s av %(all)s temaer som kan "
    "sammenlignes, og lavere på %(lower)s. Spørsmålene er beslektet, ikke like."
)
_UNKNOWN: Final = N_(
    "<b>Vi vet ikke om ansatte og %(others)s ser ulikt</b> på %(phrase)s: målt %(inside)s mot "
    "%(outside)s (forskjell %(interval)s)."
)


@dataclass(frozen=True, slots=True)
class Pair:
    """One theme: both levels with their wording, and the gap where one may be computed."""

    theme: Theme
    title: str
    who: str
    inside: LevelRow
    outside: LevelRow
    asked_inside: str
    asked_outside: str
    gap: LevelGap | None
    sign: str
    word: str
    comparable: str


@dataclass(frozen=True, slots=True)
class Themes:
    """The themes that both sides have been asked about, and the names of the others.

    ``waiting`` waits for a first survey outside; ``left_out`` was not asked in the waves chosen.
    """

    pairs: tuple[Pair, ...]
    waiting: str
    left_out: str

    @property
    def findings(self) -> tuple[Pair, ...]:
        """The pairs whose gap may be read."""
        return tuple(pair for pair in self.pairs if pair.gap is not None)


def themes(inside: Published, outside: Mapping[str, Published], lang: Language) -> Themes:
    """Put the themes beside each other.

    Parameters
    ----------
    inside : Published
        A wave of staff.
    outside : mapping of str to Published
        By population: ``public``, ``candidates``; those that have been asked.
    """
    asked = [
        (theme, rows)
        for theme in library().themes
        if theme.population in outside
        and (rows := _rows(theme, inside, outside[theme.population], lang)) is not None
    ]
    answered = {
        theme.id: _answered_alike(theme, inside, outside[theme.population]) for theme, _ in asked
    }
    comparable = [
        (theme.id, (rows[0].estimate, rows[1].estimate))
        for theme, rows in asked
        if theme.comparable != "no" and answered[theme.id] and rows[0].estimate and rows[1].estimate
    ]
    found = dict(
        zip((code for code, _ in comparable), gaps([both for _, both in comparable]), strict=True)
    )
    known = {theme.id for theme, _ in asked}
    retired = library().retired
    still = [one for one in library().themes if retired.isdisjoint((one.inside, one.outside))]
    waiting = [one for one in still if one.population not in outside]
    left_out = [one for one in still if one not in waiting and one.id not in known]
    return Themes(
        pairs=tuple(
            _pair(
                theme,
                rows,
                inside,
                outside[theme.population],
                found.get(theme.id),
                lang,
                alike=answered[theme.id],
            )
            for theme, rows in asked
        ),
        waiting=_names(waiting, lang),
        left_out=_names(left_out, lang),
    )


def _names(some: Sequence[Theme], lang: Language) -> str:
    return listed([inside_sentence(own(one.title, lang)) for one in some], lang)


def _rows(
    theme: Theme, inside: Published, outside: Published, lang: Language
) -> tuple[LevelRow, LevelRow] | None:
    mine = level_row(inside, theme.inside, inside.whole, lang)
    theirs = level_row(outside, theme.outside, outside.whole, lang)
    return (mine, theirs) if mine is not None and theirs is not None else None


def _pair(
    theme: Theme,
    rows: tuple[LevelRow, LevelRow],
    inside: Published,
    outside: Published,
    gap: LevelGap | None,
    lang: Language,
    *,
    alike: bool,
) -> Pair:
    sign, word = _named(gap, lang)
    return Pair(
        theme=theme,
        title=own(theme.title, lang),
        who=translator(lang).gettext(_WHO[theme.population]),
        inside=rows[0],
        outside=rows[1],
        asked_inside=_wording(inside, theme.inside, lang),
        asked_outside=_wording(outside, theme.outside, lang),
        gap=gap,
        sign=sign,
        word=word,
        comparable=_how_far(theme, lang, alike=alike),
    )


def _named(gap: LevelGap | None, lang: Language) -> tuple[str, str]:
    say = translator(lang).gettext
    if gap is None:
        return "", say(N_("Regnes ikke ut"))
    verdict = verdict_between(gap)
    pattern = {"up": _HIGHER, "down": _LOWER}.get(gap.verdict)
    if pattern is None:
        return verdict.sign, say(verdict.word)
    return verdict.sign, say(pattern) % {"points": decimal(abs(gap.difference), lang)}


def _wording(shown: Published, item: str, lang: Language) -> str:
    measure = shown.measure(item)
    return own(measure.title, lang) if measure else item


def _answered_alike(theme: Theme, inside: Published, outside: Published) -> bool:
    """Tell whether both were offered the same answers: no gap lies between two kinds of them."""
    mine, theirs = inside.measure(theme.inside), outside.measure(theme.outside)
    if mine is None or theirs is None or len(mine.options) != len(theirs.options):
        return False
    return all(
        (one["code"], one.get("value")) == (other["code"], other.get("value"))
        and all(
            one["label"][tag] == other["label"][tag]
            for tag in one["label"].keys() & other["label"].keys()
        )
        for one, other in zip(mine.options, theirs.options, strict=True)
    )


def _how_far(theme: Theme, lang: Language, *, alike: bool) -> str:
    say = translator(lang).gettext
    reason = own(theme.reason or {}, lang)
    if not alike and theme.comparable != "no":
        return say(N_("Nei: svarene har ulik skala"))
    if theme.comparable == "no":
        return say(N_("Nei: %(reason)s")) % {"reason": reason}
    if theme.comparable == "weak":
        return say(N_("Svakt: %(reason)s")) % {"reason": reason}
    return say(N_("Samme tema, ulik ordlyd"))


def theme_findings(pairs: Sequence[Pair], lang: Language) -> list[Finding]:
    """Say on how many themes the two sides differ, and name one where we do not know.

    A theme counts where its gap is clear: what is barely beyond chance stands in the table.
    """
    named = [pair for pair in pairs if pair.gap is not None]
    clear = [pair.gap for pair in named if pair.gap and is_clear(pair.gap)]
    higher = sum(gap.verdict == "up" for gap in clear)
    lower = sum(gap.verdict == "down" for gap in clear)
    found = []
    if higher or lower:
        pattern = _BOTH_WAYS if higher and lower else _MOSTLY_HIGHER if higher else _MOSTLY_LOWER
        values = {
            "themes": _how_many(higher or lower, len(named), lang),
            "higher": higher,
            "lower": lower,
            "all": len(named),
        }
        found.append(Finding("differs", _filled(pattern, values, lang)))
    unknown = [pair for pair in named if pair.gap and pair.gap.verdict == "uncertain"]
    return [*found, *(_unknown(pair, lang) for pair in unknown[:1])]


def _how_many(some: int, of_all: int, lang: Language) -> str:
    pattern = _FEW.get(of_all, _ALL) if some == of_all else _SOME
    return translator(lang).gettext(pattern) % {"some": some, "all": of_all}


def _unknown(pair: Pair, lang: Language) -> Finding:
    assert pair.gap is not None
    assert pair.inside.estimate is not None
    assert pair.outside.estimate is not None
    values = {
        "others": translator(lang).gettext(_OTHERS[pair.theme.population]),
        "phrase": own(pair.theme.phrase, lang),
        "inside": level_told(pair.inside.estimate, lang),
        "outside": level_told(pair.outside.estimate, lang),
        "interval": interval(pair.gap.low, pair.gap.high, lang),
    }
    return Finding("uncertain", _filled(_UNKNOWN, values, lang))


def _filled(pattern: str, values: Mapping[str, object], lang: Language) -> Markup:
    # the patterns are ours and hold only <b>; Markup escapes every value that is put in
    return Markup(translator(lang).gettext(pattern)) % values  # noqa: S704
