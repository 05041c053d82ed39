"""Two versions of a form side by side, as a page tells them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from questionnaires.differences import Effect, IndexDifference, with_own_series
from questionnaires.editions import Edition
from questionnaires.library import Library
from questionnaires.model import Item, Questionnaire, ResponseOptions, Text
from questionnaires.sensitivity import Sensitivity
from questionnaires.strategy_maps import moves_between
from questionnaires.versions import (
    ItemDifference,
    Kind,
    Length,
    SensitivityChange,
    StatementDifference,
    Structure,
    WordChange,
    compare_versions,
)
from survey_app.asking.instruments.around_questions import (
    AroundQuestions,
    MarkedWords,
    around_questions,
)
from survey_app.asking.instruments.called import called_indices, items_counted_in
from survey_app.asking.instruments.changed_groups import sentences_of_groups
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, translator
from survey_app.shared.numbers import listed
from survey_app.shared.word_marks import word_marks

KIND_NAMES: Final[dict[Kind, str]] = {
    "reworded": N_("Omskrevet"),
    "rescaled": N_("Andre svar"),
    "redirected": N_("Stilles til andre"),
    "new": N_("Nytt"),
    "retired": N_("Tatt ut"),
    "same": N_("Likt"),
}
# one and many, as the first thing of a sentence and behind another one
_COUNTED: Final[dict[Kind, tuple[tuple[str, str], tuple[str, str]]]] = {
    "reworded": (
        (N_("%(num)s spørsmål er omskrevet"), N_("%(num)s spørsmål er omskrevet")),
        (N_("%(num)s er omskrevet"), N_("%(num)s er omskrevet")),
    ),
    "rescaled": (
        (N_("%(num)s spørsmål har fått andre svar"), N_("%(num)s spørsmål har fått andre svar")),
        (N_("%(num)s har fått andre svar"), N_("%(num)s har fått andre svar")),
    ),
    "redirected": (
        (N_("%(num)s spørsmål stilles til andre"), N_("%(num)s spørsmål stilles til andre")),
        (N_("%(num)s stilles til andre"), N_("%(num)s stilles til andre")),
    ),
    "new": (
        (N_("%(num)s spørsmål er nytt"), N_("%(num)s spørsmål er nye")),
        (N_("%(num)s er nytt"), N_("%(num)s er nye")),
    ),
    "retired": (
        (N_("%(num)s spørsmål er tatt ut"), N_("%(num)s spørsmål er tatt ut")),
        (N_("%(num)s er tatt ut"), N_("%(num)s er tatt ut")),
    ),
}
STRUCTURES: Final[dict[Structure, str]] = {
    "options": N_("Svarene å velge mellom er andre."),
    "presentation": N_("Svarene vises på en annen måte."),
    "reversed": N_("Svarene teller motsatt vei."),
    "filter": N_("Spørsmålet stilles til andre enn før."),
    "version": N_("Ordene er de samme, men innholdet sier at det er et nytt spørsmål."),
}
FOLLOWS: Final[dict[Effect, str]] = {
    "unchanged": N_("Kurven fortsetter."),
    "new": N_("En ny kurve begynner."),
    "ended": N_("Kurven slutter med den siste målingen av den gamle versjonen."),
    "reweighted": N_(
        "Kurven brytes. Svarene er de samme, så tidligere målinger kan regnes om med de nye"
        " vektene og vises for seg."
    ),
    "rescored": N_(
        "Kurven brytes. Spørsmålene er de samme, men regelen for hvor mange av dem en må ha svart"
        " på, er en annen. Ingen måling kan knytte de to sammen."
    ),
    "reworded": N_(
        "Kurven brytes, hvis ikke begge ordlydene blir stilt i samme måling: den gamle til"
        " halvparten og den nye til resten, trukket tilfeldig."
    ),
    "recomposed": N_(
        "Kurven brytes, hvis ikke alle får både de gamle og de nye spørsmålene i én måling."
    ),
    "mixed": N_(
        "Kurven brytes i målinger der to slags endringer møtes: spørsmål som er skrevet om, skalaer"
        " som har fått andre spørsmål, eller en annen regel for hvor mange av dem en må ha svart"
        " på. Ingen måling kan stille to av dem på både den gamle og den nye måten. Gjør den ene"
        " endringen i en versjon for seg, så kan kurven fortsette."
    ),
    "divided": N_(
        "Kurven brytes. Skjemaet er delt i moduler, og da kan ingen måling stille både det gamle og"
        " det nye. Vent med modulene til en måling har stilt begge, så kan kurven fortsette."
    ),
    "decided": N_(
        "Kurven brytes. Et spørsmål som avgjør hvem som får andre spørsmål, er endret eller tatt"
        " ut. Still det som før, så kan kurven fortsette."
    ),
    "broken": N_(
        "Kurven brytes. Indeksen er satt sammen av andre skalaer enn før, eller har andre vekter"
        " i tillegg til andre spørsmål, og ingen måling kan knytte de to sammen."
    ),
}
# What the figures of a question need, by how sensitive it is.
SENSITIVITY_NAMES: Final[dict[Sensitivity, str]] = {
    "": N_("Som de fleste spørsmål. Ingenting ekstra trengs."),
    "sensitive": N_("Trakassering eller helse. Flere må ha svart før gjennomsnittet vises."),
    "exposure": N_(
        "Hvor ofte den som svarer, har opplevd noe. Andelen vises bare i brede bånd, og svarene"
        " teller ikke i noen indeks."
    ),
    "violence": N_(
        "Vold mot den som svarer. Andelen vises bare i brede bånd, og i en enhet først når enda"
        " flere har svart."
    ),
}
_PARTS: Final = {
    "stem": N_("Setningen foran"),
    "text": N_("Spørsmålet"),
    "help": N_("Hjelpeteksten"),
    "note": N_("Hvem som skal svare"),
    "low_label": N_("Laveste svar"),
    "high_label": N_("Høyeste svar"),
    "option": N_("Svar"),
}


@dataclass(frozen=True, slots=True)
class ItemChange:
    """An item that is not as it was.

    `words` are by language; `answers` those of its answers that are called otherwise, and
    `indices` the names of the indices that it is part of, before or after.
    """

    id: str
    kind: Kind
    words: Mapping[Language, tuple[MarkedWords, ...]]
    answers: Mapping[Language, tuple[MarkedWords, ...]]
    told: tuple[str, ...]
    indices: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class IndexChange:
    """An index, how many of its items changed, and what follows for its curve."""

    title: Text
    effect: Effect
    told: str
    follows: str


@dataclass(frozen=True, slots=True)
class CareChange:
    """What the figures of a question need, before (None where it is new) and now."""

    text: Text
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class NameChange:
    """What a scale or an index was called in one language, and is now."""

    language: Language
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class StatementChange:
    """A statement in its own words, with the questions it gains and loses."""

    text: str
    gained: tuple[Text, ...]
    lost: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class VersionChanges:
    """Everything that the page shows; `same` are the questions that are alike, in their order.

    `divided` are the modules that the form has, where it had others; None where it had the same.
    """

    heading: str
    items: tuple[ItemChange, ...]
    same: tuple[Text, ...]
    indices: tuple[IndexChange, ...]
    statements: tuple[StatementChange, ...]
    before: Length
    after: Length
    unplaced: tuple[str, ...]
    divided: tuple[str, ...] | None
    care: tuple[CareChange, ...]
    names: tuple[NameChange, ...]
    around: AroundQuestions


def options_name(options: ResponseOptions, lang: Language) -> str:
    """Name a set of options by its ends, and how many there are."""
    answers = [one for one in options.options if one.missing is None] or options.options
    first, last = answers[0], answers[-1]
    ends = [options.low_label or first.label, options.high_label or last.label]
    return f"{in_language(ends[0], lang)} – {in_language(ends[1], lang)} ({len(answers)})"


def version_changes(old: Edition, new: Edition, library: Library, lang: Language) -> VersionChanges:
    """Put the page together from two versions of a form."""
    before, after = old.questionnaire, new.questionnaire
    maps, revisions = library.strategy_maps, (before.strategy_revision, after.strategy_revision)
    moves = moves_between(maps, *revisions)
    found = compare_versions(before, after, weak=library.weak_links, moves=moves)
    changed = tuple(one for one in found.items if one.kind != "same")
    names = called_indices(before, after, library.measures)
    touching = _touching(before, after, names)
    return VersionChanges(
        heading=_heading(changed, lang),
        items=tuple(_item(one, after, touching.get(one.id, ()), lang) for one in changed),
        same=tuple(one.after.text for one in found.of_kind("same") if one.after),
        indices=tuple(_index(one, before, after, names[one.code], lang) for one in found.indices),
        statements=tuple(_statement(one, before, after, library) for one in found.statements),
        before=found.before,
        after=found.after,
        unplaced=old.unplaced,
        care=tuple(_care(one, after, lang) for one in found.sensitivity),
        # a scale with a figure of its own is an index of the same name
        names=tuple(
            dict.fromkeys(NameChange(one.language, one.before, one.after) for one in found.titles)
        ),
        around=around_questions(before, after, lang),
        divided=None if _parts_of(before) == _parts_of(after) else after.form.modules,
    )


def _parts_of(asked: Questionnaire) -> set[tuple[str, frozenset[str]]]:
    """Give the modules of a form with what each asks, in no order."""
    names = asked.form.modules
    return set(zip(names, asked.form.items_by_part[1:], strict=True))


def _heading(changed: tuple[ItemDifference, ...], lang: Language) -> str:
    told: list[str] = []
    for kind, forms in _COUNTED.items():
        number = sum(one.kind == kind for one in changed)
        if number:
            one, many = forms[bool(told)]
            told.append(translator(lang).ngettext(one, many, number) % {"num": number})
    return listed(told, lang) if told else translator(lang).gettext(N_("Ingen spørsmål er endret"))


def _care(one: SensitivityChange, asked: Questionnaire, lang: Language) -> CareChange:
    _ = translator(lang).gettext
    item = next(item for item in asked.items if item.id == one.id)
    was = None if one.before is None else _(SENSITIVITY_NAMES[one.before])
    return CareChange(item.text, was, _(SENSITIVITY_NAMES[one.after]))


def _of_new(item: Item, asked: Questionnaire, lang: Language) -> Iterator[str]:
    """Tell of a new question what its words do not say."""
    _ = translator(lang).gettext
    yield _(N_("Svarene: %(answers)s")) % {"answers": options_name(asked.option_set(item), lang)}
    if item.reversed:
        yield _(N_("Snudd: det siste svaret er det dårligste"))
    if item.filter:
        note = in_language(item.note, lang) if item.note else ""
        yield _(N_("Bare noen får spørsmålet: %(note)s")) % {"note": note}


def _item(
    one: ItemDifference, asked: Questionnaire, indices: tuple[Text, ...], lang: Language
) -> ItemChange:
    _ = translator(lang).gettext
    only = one.after if one.before is None else one.before if one.after is None else None
    if only is not None:
        new = one.kind == "new"
        words = {
            tag: (MarkedWords("", word_marks(*((None, text) if new else (text, None)))),)
            for tag, text in only.text.items()
        }
        told = tuple(_of_new(only, asked, lang)) if new else ()
        return ItemChange(one.id, one.kind, words, {}, told, indices)
    assert one.before is not None
    assert one.after is not None
    both = [tag for tag in one.after.text if tag in one.before.text]
    told_of = [name for name in one.structure if name != "version" or one.structure == ("version",)]
    if one.words:
        told_of = [name for name in told_of if name != "version"]
    return ItemChange(
        one.id,
        one.kind,
        {
            tag: (
                MarkedWords("", word_marks(one.before.text[tag], one.after.text[tag])),
                *_told(one.words, tag, ("stem", "help", "note"), lang),
            )
            for tag in both
        },
        {
            tag: answers
            for tag in both
            if (answers := _told(one.words, tag, ("low_label", "high_label", "option"), lang))
        },
        (*(_(STRUCTURES[name]) for name in told_of), *sentences_of_groups(one.id, lang)),
        indices,
    )


def _told(
    words: tuple[WordChange, ...], tag: Language, parts: tuple[str, ...], lang: Language
) -> tuple[MarkedWords, ...]:
    _ = translator(lang).gettext
    return tuple(
        MarkedWords(
            f"{_(_PARTS[one.part])} {one.option}".strip(), word_marks(one.before, one.after)
        )
        for one in words
        if one.language == tag and one.part in parts
    )


def _touching(
    before: Questionnaire, after: Questionnaire, names: Mapping[str, Text]
) -> dict[str, tuple[Text, ...]]:
    """Tell of which indices an item is part in either version."""
    found: dict[str, dict[str, Text]] = {}
    for asked in (before, after):
        for index in with_own_series(asked):
            for item in items_counted_in(asked, index.code):
                found.setdefault(item, {})[index.code] = names[index.code]
    return {item: tuple(titles.values()) for item, titles in found.items()}


def _index(
    one: IndexDifference,
    before: Questionnaire,
    after: Questionnaire,
    name: Text,
    lang: Language,
) -> IndexChange:
    _ = translator(lang).gettext
    total = len(items_counted_in(after, one.code) or items_counted_in(before, one.code))
    told = [
        translator(lang).ngettext(single, many, len(items)) % {"num": len(items), "total": total}
        for single, many, items in (
            (N_("%(num)s av %(total)s endret"), N_("%(num)s av %(total)s endret"), one.reworded),
            (N_("%(num)s nytt"), N_("%(num)s nye"), one.added if one.effect != "new" else ()),
            (
                N_("%(num)s tatt ut"),
                N_("%(num)s tatt ut"),
                one.removed if one.effect != "ended" else (),
            ),
        )
        if items
    ]
    alone = {
        "unchanged": N_("Ingen endring"),
        "new": N_("Ny indeks"),
        "ended": N_("Tatt ut"),
        "reweighted": N_("Andre vekter"),
        "recomposed": N_("Spørsmål er flyttet fra én skala til en annen"),
        "rescored": N_("En annen regel for hvem som teller med"),
        "broken": N_("Andre skalaer"),
    }
    text = listed(told, lang) if told else _(alone.get(one.effect, alone["unchanged"]))
    return IndexChange(name, one.effect, text, _(FOLLOWS[one.effect]))


def _statement(
    one: StatementDifference, before: Questionnaire, after: Questionnaire, library: Library
) -> StatementChange:
    known = {
        name: statement.text
        for revision in (before.strategy_revision, after.strategy_revision)
        if revision in library.strategies
        for name, statement in library.strategies[revision].statements.items()
    }
    return StatementChange(
        known.get(one.statement, one.statement),
        tuple(_texts(after, one.gained)),
        tuple(_texts(before, one.lost)),
    )


def _texts(asked: Questionnaire, items: tuple[str, ...]) -> Iterator[Text]:
    for name in items:
        yield asked.item(name).text
