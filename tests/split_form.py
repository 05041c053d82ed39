"""A split questionnaire: everybody is asked the culture index, and one of two modules beside it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaires.content import SETTING
from questionnaires.loader import load_library
from questionnaires.model import Block, Questionnaire
from questionnaires.parsing.forms import shared_stem
from tests.agencies import FIRST

FORM = "verdipuls.delt"
SAFETY, WORKPLACE = "trygghet", "arbeidsplass"
CORE = tuple(f"vp.{value}.{number}" for value in ("try", "apn", "nyt") for number in range(1, 6))
SIK = tuple(f"vp.sik.{number}" for number in range(1, 6))
AA = tuple(f"aa.{number}" for number in range(1, 9))
# questions with the same options stand in blocks of their own, under the stem that they always have
BLOCKS = (
    ("", CORE),
    (SAFETY, SIK),
    (SAFETY, ("vp.hen.1", "vp.hen.2")),
    (WORKPLACE, ("vp.amb.1",)),
    (WORKPLACE, AA),
)
MODULES = {
    name: tuple(item for module, items in BLOCKS if module == name for item in items)
    for name in (SAFETY, WORKPLACE)
}
# the same two modules, of which the first alone asks what the headline index is made of
HEADLINE_BLOCKS = (("", SIK), (SAFETY, CORE), *BLOCKS[2:])


def _block(items: tuple[str, ...], module: str = "") -> str:
    listed = ", ".join(f'"{item}"' for item in items)
    named = f'module = "{module}"\n' if module else ""
    return f'\n[["{FORM}".block]]\n{named}items = [{listed}]\n'


def _form(blocks: tuple[tuple[str, tuple[str, ...]], ...]) -> str:
    return f"""
["{FORM}"]
instrument = "verdipuls"
population = "staff"
kind = "main"
minutes = 3
title = {{ nb = "Verdipuls, delt", nn = "Verdipuls, delt", en = "Verdipuls, split" }}
""" + "".join(_block(items, name) for name, items in blocks)


TOML = _form(BLOCKS)
HEADLINE_IN_A_MODULE = _form(HEADLINE_BLOCKS)

# three questions of an index moved to the other module, and the form says that it is without it
WITHOUT_AN_INDEX = (
    TOML.replace(', "aa.6", "aa.7", "aa.8"]', "]")
    .replace('"vp.sik.5"]', '"vp.sik.5", "aa.6", "aa.7", "aa.8"]')
    .replace("minutes = 3", 'minutes = 3\nwithout_indices = ["AAI"]')
)


def split_questionnaire() -> Questionnaire:
    """Return the split form as it would be frozen, from the content of the first agency."""
    library = load_library()
    main = library.forms["verdipuls.main"]
    blocks = tuple(
        Block(shared_stem(items, library.items, library.options), items, None, name)
        for name, items in BLOCKS
    )
    form = replace(main, id=FORM, blocks=blocks, minutes=3, help=None)
    return replace(
        library,
        forms={FORM: form},
        unfiltered={FORM: ()},
        first_wave_without={FORM: ()},
    ).questionnaire(FORM)


def a_split_agency(root: Path, form: str = TOML) -> Path:
    """Copy the content to ``root``, where nothing may be, with a split form of staff besides."""
    shutil.copytree(FIRST, root)
    with (root / "forms.toml").open("a", encoding="utf-8") as file:
        file.write(form)
    return root


def with_split_form(monkeypatch: pytest.MonkeyPatch, folder: Path, form: str = TOML) -> Path:
    """Let this process read content with the split form, from the folder that is written here."""
    content = a_split_agency(folder / "content", form)
    monkeypatch.setenv(SETTING, str(content))
    return content
