"""The agency's content with a second version of an instrument, for tests that compare the two."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.first_versions import write_first_versions

PULSE = "instruments/verdipuls"
WORKPLACE = "instruments/arbeidsplass"
REWORDED = "vp.try.1"
RESCALED = "vp.opf.1"
RETIRED, ADDED = "vp.sik.5", "vp.sik.6"
HELP = {
    "nb": "Jeg får hjelp etter en hendelse med vold eller trusler.",
    "nn": "Eg får hjelp etter ei hending med vald eller truslar.",
    "en": "I get help after an incident of violence or threats.",
}


def change(path: Path, old: str, new: str) -> None:
    """Replace the first of a text in a file, which must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def second_version(root: Path) -> Path:
    """Write the content to a new folder, with a version 2 in which one item is reworded."""
    write_first_versions(root)
    new = shutil.copytree(root / f"{PULSE}/v1", root / f"{PULSE}/v2")
    change(new / "instrument.toml", "version = 1", "version = 2")
    _next(new, REWORDED)
    change(new / "text.nb.toml", "Der jeg jobber, kan jeg si fra", "Der jeg jobber, tør jeg si fra")
    return root


def many_changes(root: Path) -> Path:
    """Go on from `second_version`: other answers to one item, one taken out, one new.

    The instrument of the workplace has a second version, too, with one item reworded.
    """
    new = second_version(root) / f"{PULSE}/v2"
    structure = new / "instrument.toml"
    _next(new, RESCALED)
    answers = f'id = "{RESCALED}"\nversion = 2\noptions = '
    change(structure, f'{answers}"enig5"', f'{answers}"inntrykk5"')
    files = [*new.iterdir(), *root.glob("*.toml")]
    for path in files:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace(f'"{RETIRED}"', f'"{ADDED}"'), encoding="utf-8")
    for name, other in HELP.items():
        old = f'[item."{ADDED}"]\ntext = '
        change(new / f"text.{name}.toml", old, f'{old}"{other}"\n\n# ')
    workplace = shutil.copytree(root / f"{WORKPLACE}/v1", root / f"{WORKPLACE}/v2")
    change(workplace / "instrument.toml", "version = 1", "version = 2")
    change(workplace / "instrument.toml", 'id = "aa.1"\nversion = 1', 'id = "aa.1"\nversion = 2')
    change(workplace / "text.nb.toml", "Jeg er stolt av å jobbe", "Jeg er stolt over å jobbe")
    for form in ("verdipuls.k2", "verdipuls.main"):
        earlier = f'[["{form}".earlier]]\nversion = 1\nitems = ["{RETIRED}"]\n\n'
        block = f'[["{form}".block]]'
        change(root / "forms.toml", block, f"{earlier}{block}")
    return root


def _next(version: Path, item: str) -> None:
    old = f'id = "{item}"\nversion = '
    change(version / "instrument.toml", f"{old}1", f"{old}2")
