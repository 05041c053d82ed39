"""Content in which the pulse has a second version that took an item out of a scale."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from questionnaires.content import SETTING
from tests.first_versions import write_first_versions

GONE, SCALE = "vp.apn.5", "APN"


def with_an_item_less(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Path:
    """Let this process read content with such a v2, from the folder that is written here."""
    root = write_first_versions(folder / "content")
    own = root / "instruments" / "verdipuls"
    new = shutil.copytree(own / "v1", own / "v2")
    _without(new / "instrument.toml", rf'\[\[item\]\]\nid = "{GONE}"\n(?:[^\n]+\n)+\n')
    _without(new / "instrument.toml", rf', "{GONE}"')
    structure = new / "instrument.toml"
    text = structure.read_text(encoding="utf-8").replace("version = 1", "version = 2", 1)
    structure.write_text(text, encoding="utf-8")
    for words in new.glob("text.*.toml"):
        _without(words, rf'\[item\."{GONE}"\]\n(?:[^\n]+\n)+\n')
    _without(root / "forms.toml", rf', "{GONE}"')
    _without(root / "weak_links.toml", rf'\[\[link\]\]\nitem = "{GONE}"\n(?:[^\n]+\n)+\n?', least=0)
    monkeypatch.setenv(SETTING, str(root))
    return root


def _without(path: Path, pattern: str, *, least: int = 1) -> None:
    text, found = re.subn(pattern, "", path.read_text(encoding="utf-8"))
    assert found >= least, f"{path} has no {pattern}"
    path.write_text(text, encoding="utf-8")
