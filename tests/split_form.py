"""A split questionnaire: everybody is asked the culture index, and one of two modules beside it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from questionnaires.content import SETTING, SHIPPED
from questionnaires.loader import load_library
from questionnaires.model import Block, Questionnaire

FORM = "verdipuls.delt"
SAFETY, WORKPLACE = "trygghet", "arbeidsplass"
MODULES = {
    SAFETY: ("vp.sik.1", "vp.sik.2", "vp.sik.3", "vp.sik.4", "vp.sik.5", "vp.hen.1", "vp.hen.2"),
    WORKPLACE: ("vp.amb.1", *(f"aa.{number}" for number in range(1, 9))),
}
CORE = tuple(f"vp.{value}.{number}" for value in ("try", "apn", "nyt") for number in range(1, 6))


def _block(items: tuple[str, ...], module: str = "") -> str:
    listed = ", ".join(f'"{item}"' for item in items)
    named = f'module = "{module}"\n' if module else ""
    return f'\n[["{FORM}".block]]\n{named}items = [{listed}]\n'


_PARTS = (("", CORE), *MODULES.items())

TOML = f"""
["{FORM}"]
instrument = "verdipuls"
population = "staff"
kind = "main"
minutes = 3
title = {{ nb = "Verdipuls, delt", nn = "Verdipuls, delt", en = "Verdipuls, split" }}
""" + "".join(_block(items, name) for name, items in _PARTS)


def split_questionnaire() -> Questionnaire:
    """Return the split form as it would be frozen, from the content that is shipped."""
    library = load_library()
    main = library.forms["verdipuls.main"]
    blocks = tuple(Block(None, items, None, name) for name, items in _PARTS)
    form = replace(main, id=FORM, blocks=blocks, minutes=3, help=None)
    return replace(
        library,
        forms={FORM: form},
        unfiltered={FORM: ()},
        first_wave_without={FORM: ()},
    ).questionnaire(FORM)


def a_split_agency(root: Path, form: str = TOML) -> Path:
    """Copy the content to ``root``, where nothing may be, with a split form of staff besides."""
    shutil.copytree(SHIPPED, root, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    with (root / "forms.toml").open("a", encoding="utf-8") as file:
        file.write(form)
    return root


def with_split_form(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Let this process read content with the split form, from the folder that is written here."""
    content = a_split_agency(folder / "content")
    monkeypatch.setenv(SETTING, str(content))
    return content
