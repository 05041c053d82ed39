"""What the page of comments shows: one wave, its themes beside those of earlier ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from survey_app.comments.code_book import code_book
from survey_app.comments.quarantine import list_waiting
from survey_app.comments.released import CommentedWave, released_of
from survey_app.comments.word_lists import word_lists
from survey_app.reading.comments.desk import CommentDesk
from survey_app.reading.comments.quarantine import MASKS, QuarantinedComment, case_of, in_turn
from survey_app.reading.comments.themes import MOST_WAVES, MOST_WORDS, some, theme_rows
from survey_app.reading.names import own
from survey_app.shared.i18n import N_, Language

FEW, MANY = 3, 50  # cases in quarantine at once: two milliseconds each, and 2 kB
ACTS: Mapping[str, str] = {
    "masked": N_("Kommentaren er sett over. Nå må den andre frigi den."),
    "released": N_("Kommentaren er frigitt."),
    "held": N_("Kommentaren er holdt tilbake, og blir slettet i natt."),
    "unheld": N_("Kommentaren står i karantene igjen."),
    "changed": N_("Ingenting er gjort: Kommentaren er endret eller borte. Se over den på nytt."),
    "not_yours": N_("Ingenting er gjort: Den som maskerer, kan ikke frigi."),
}
RELEASED_ACTS = {
    "removed": N_("Kommentaren er fjernet for alle, og blir slettet i natt."),
    "brought": N_("Kommentaren vises igjen."),
    "too_late": N_(
        "Ingenting er gjort: Bare den som fjernet kommentaren, kan angre, og bare til natten"
        " sletter den."
    ),
}


@dataclass(frozen=True, slots=True)
class Chip:
    """A theme to choose."""

    key: str
    name: str


async def wave_overview(
    found: CommentDesk, wave: CommentedWave, lang: Language, *, theme: str, everything: bool
) -> dict[str, Any]:
    """Return what the template needs for one wave."""
    book = await code_book()
    readable = [one for one in found.waves if one.key in found.released and one.shows]
    columns = readable[:MOST_WAVES]
    texts = {one.key: await released_of(one) for one in readable if one in columns or one is wave}
    rows = theme_rows(columns, texts, book, lang)
    own_column = columns.index(wave) if wave in columns else None
    chips = [
        Chip(row.key, row.name)
        for row in rows
        if row.key and own_column is not None and row.counts[own_column]
    ]
    picked = theme if theme in {chip.key for chip in chips} else ""
    shown, number = some(texts.get(wave.key, ()), book, picked)
    most = MANY if everything else FEW
    cases = await _cases(found, wave, most) if found.keeper else []
    return {
        "wave": wave,
        "is_out": wave.key in found.released,
        "phrase": lambda one, form: found.phrase(one, form, lang),
        "wave_options": [(one.key, found.phrase(one, "name", lang)) for one in found.waves],
        "reason": own(wave.reason, lang),
        "keeper": found.keeper,
        "named": found.named,
        "cases": cases,
        "more": max(0, wave.waiting - len(cases)),
        "everything": everything,
        "masks": MASKS,
        "acts": ACTS,
        "released_acts": RELEASED_ACTS,
        "columns": columns,
        "rows": rows,
        "chips": chips,
        "theme": picked,
        "comments": shown,
        "number": number,
        "words_of": [
            (own(one.name, lang), one.words[:MOST_WORDS], len(one.words) > MOST_WORDS)
            for one in book.themes
            if one.key in {chip.key for chip in chips}
        ],
    }


async def _cases(found: CommentDesk, wave: CommentedWave, most: int) -> list[QuarantinedComment]:
    lists = word_lists(found.register.units)
    reader = UUID(found.reader.account)
    # proposals are made for what is shown: of hundreds they would hold up the pages of others
    first = in_turn(await list_waiting(wave.wave), reader)[:most]
    return [case_of(one, lists, reader) for one in first]
