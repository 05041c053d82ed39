"""A folder of content in which an instrument has a second version, with some items reworded."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

from questionnaires.model import Item, Questionnaire
from tests.first_versions import write_first_versions

SAID = "Nå: "


def in_other_words(form: Questionnaire, *names: str, **fields: object) -> Questionnaire:
    """Put some items of a form in other words, or let them differ in other ``fields``."""

    def second(item: Item) -> Item:
        said = {tag: f"{words} Nå." for tag, words in item.text.items()}
        return replace(item, **{"version": 2, "text": said} | fields)  # type: ignore[arg-type]

    items = tuple(second(one) if one.id in names else one for one in form.items)
    return replace(form, items=items)


def a_second_version(root: Path, item: str = "vp.try.1", *, instrument: str = "verdipuls") -> Path:
    """Copy the content to ``root``, with a v2 that puts one item in other words.

    Parameters
    ----------
    root : Path
        Where it is written; nothing may be there.
    item : str
    instrument : str
        Whose item it is.
    """
    write_first_versions(root)
    renew(root, item, instrument)
    return root


def renew(root: Path, item: str, instrument: str, *, number: int = 2, was: int = 0) -> None:
    """Give an instrument a v2, or the next ``number``, that puts one item in other words.

    ``was`` is the item's own version before, where that is not the instrument's.
    """
    was = was or number - 1
    folder = root / "instruments" / instrument
    new = shutil.copytree(folder / f"v{number - 1}", folder / f"v{number}")
    structure = new / "instrument.toml"
    _change(structure, f"version = {number - 1}", f"version = {number}")
    place = f'id = "{item}"\nversion = '
    _change(structure, f"{place}{was}", f"{place}{was + 1}")
    for text in new.glob("text.*.toml"):
        place = f'[item."{item}"]\ntext = "'
        _change(text, place, place + SAID)


def _change(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path} has no {old!r}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
