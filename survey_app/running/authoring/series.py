"""What a version does to each scale and index: what follows, and what it can be compared with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from questionnaires.arms import NEW, OLD, with_arm
from questionnaires.differences import Effect, index_differences
from questionnaires.halves import in_words_of
from questionnaires.identity import Identity, first_intros, identities, same
from questionnaires.library import Library
from questionnaires.model import Index, Questionnaire
from survey_app.asking.campaigns.queries import WaveRow
from survey_app.asking.instruments.changes import FOLLOWS
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator

type Asked = Sequence[tuple[WaveRow, Questionnaire]]

NOT_YET: Final = N_("Ingen måling har hatt den ennå.")
ALL: Final = (
    N_("%(count)s måling har hatt den, og kan sammenlignes med denne versjonen."),
    N_("Alle %(count)s målingene som har hatt den, kan sammenlignes med denne versjonen."),
)
_PAIR: Final = 2
BOTH: Final = N_("Begge målingene som har hatt den, kan sammenlignes med denne versjonen.")
NONE_OF_THEM: Final = N_(
    "Ingen måling som har hatt den, kan sammenlignes med denne versjonen. Den siste: %(wave)s."
)
SOME: Final = N_(
    "%(alike)s av %(count)s målinger som har hatt den, kan sammenlignes med denne versjonen. Den"
    " siste som ikke kan det: %(wave)s."
)

LINKED: Final = N_(
    "%(alike)s av %(count)s målinger som har hatt den, spør som denne versjonen. «%(link)s» stilte"
    " også det gamle, så tallene fra før kan være knyttet til."
)
CHANGED_BEFORE: Final = N_("Denne versjonen endrer den ikke, men det gjorde en tidligere versjon.")


@dataclass(frozen=True, slots=True)
class SeriesReach:
    """How many waves had a measure, and how many of them asked it as the version does.

    `link` names the wave that asked both what the version asks and what all unlike ones asked.
    """

    asked: int
    alike: int
    last_unlike: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class IndexCost:
    """An index: what it is made of, what the version does to its curve, and what it reaches."""

    title: str
    parts: tuple[tuple[str, float], ...]
    broken: bool
    follows: str
    reach: str


def reach_of(
    codes: Iterable[str], waves: Asked, library: Library, lang: Language
) -> Mapping[str, SeriesReach]:
    """Hold a version against every wave, measure by measure.

    Parameters
    ----------
    codes : iterable of str
        Of scales and indices.
    waves : sequence of (WaveRow, Questionnaire)
        Newest first. One that asked both versions counts with what it asked of the newer: those are
        its own figures. How well it links the older ones is its publication's to say.
    library : Library
        With the version in it.
    lang : Language
    """
    newer = [(wave, in_words_of(asked, NEW)) for wave, asked in waves]
    first = first_intros(asked for _wave, asked in reversed(newer))
    then = {asked.hash: identities(asked, first) for _wave, asked in newer}
    both = {wave.key: identities(asked).keys() for wave, asked in waves if wave.overlap}
    now = {
        form: identities(library.questionnaire(form), first)
        for form in {asked.form.id for _wave, asked in newer}
        if form in library.forms
    }
    return {code: _reach(code, newer, then, now, both, lang) for code in codes}


def said_reach(reach: SeriesReach, lang: Language) -> str:
    """Say which waves a measure can be compared with."""
    words = translator(lang)
    facts = {
        "count": reach.asked,
        "alike": reach.alike,
        "wave": reach.last_unlike,
        "link": reach.link,
    }
    if not reach.asked:
        return words.gettext(NOT_YET)
    if reach.alike == reach.asked:
        alike = words.gettext(BOTH) if reach.asked == _PAIR else words.ngettext(*ALL, reach.asked)
        return alike % facts
    if reach.link:
        return words.gettext(LINKED) % facts
    return words.gettext(SOME if reach.alike else NONE_OF_THEM) % facts


def index_costs(
    codes: Iterable[str],
    reach: Mapping[str, SeriesReach],
    forms: Iterable[tuple[Questionnaire, Questionnaire]],
    library: Library,
    lang: Language,
) -> tuple[IndexCost, ...]:
    """Say of each index what a version does to it, by its forms before and after."""
    effects: dict[str, Effect] = {}
    for old, new in forms:
        for one in index_differences(old, new):
            # what one form cannot lead on, another one may
            known = effects.get(one.code, "unchanged")
            if known == "unchanged" or (known == "divided" and one.effect != "unchanged"):
                effects[one.code] = one.effect
    return tuple(
        _cost(library.indices[code], effects.get(code, "unchanged"), reach[code], library, lang)
        for code in codes
    )


def _cost(
    index: Index, effect: Effect, reach: SeriesReach, library: Library, lang: Language
) -> IndexCost:
    scales = library.scales
    # a version between may have changed it, which no wave has asked
    since = effect == "unchanged" and bool(reach.asked) and not reach.alike
    # also of a released version, which is then as what is asked
    told = "new" if effect == "unchanged" and not reach.asked else effect
    return IndexCost(
        title=in_language(index.title, lang),
        parts=tuple(
            (in_language(scales[code].title, lang) if code in scales else code, weight)
            for code, weight in index.weights.items()
        ),
        broken=effect not in {"unchanged", "new"} or (reach.alike < reach.asked and not reach.link),
        follows=translator(lang).gettext(CHANGED_BEFORE if since else FOLLOWS[told]),
        reach=said_reach(reach, lang),
    )


def _reach(
    code: str,
    waves: Asked,
    then: Mapping[str, Mapping[str, Identity]],
    now: Mapping[str, Mapping[str, Identity]],
    both: Mapping[str, Collection[str]],
    lang: Language,
) -> SeriesReach:
    had = [(wave, asked) for wave, asked in waves if code in then[asked.hash]]
    alike = [
        same(then[asked.hash][code], now.get(asked.form.id, {}).get(code)) for _wave, asked in had
    ]
    if all(alike):
        return SeriesReach(len(had), len(had), "")
    names = [in_language(wave.labels["name"], lang) for wave, _asked in had]
    last = alike.index(False)
    # the newest first: whatever is unlike lies before it
    links = [
        name
        for name, (wave, _asked) in zip(names[:last], had, strict=False)
        if with_arm(code, OLD) in both.get(wave.key, ())
    ]
    return SeriesReach(len(had), sum(alike), names[last], links[-1] if links else "")
