"""Which programme made a publication: its version, the sources that compute, and their libraries.

Two installations with equal answers here give equal bytes; any other pair may differ without that
anybody changed a publication.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# below the folder of the packages; tests/architecture holds that nothing else computes
SOURCES: Final = (
    "analytics",
    "questionnaires",
    "survey_app/publishing",
    "survey_app/counting/responses/rows.py",
    "survey_app/counting/responses/store.py",
    "survey_app/publications/breaks.py",
    "survey_app/publications/doubted.py",
    "survey_app/publications/formats.py",
    "survey_app/publications/lineage.py",
    "survey_app/publications/links.py",
    "survey_app/publications/regrouped.py",
    "survey_app/publications/series.py",
    "survey_app/publications/store.py",
    "survey_app/publications/told_left.py",
    "survey_app/publications/untold.py",
    "survey_app/shared/unseen.py",
    "survey_app/waves/plan.py",
    "survey_app/waves/stored.py",
    "survey_app/asking/campaigns/arrival_alarms.py",
    "survey_app/asking/campaigns/field_days.py",
    "survey_app/asking/campaigns/key_groups.py",
    "survey_app/asking/people/crosswalk.py",
    "survey_app/asking/people/panels.py",
)
_ROOT: Final = Path(__file__).parents[3]
_KINDS: Final = frozenset({".py", ".toml"})
# those that can move a digit
_LIBRARIES: Final = ("numpy", "pandas", "scipy", "statsmodels")


@dataclass(frozen=True, slots=True)
class Maker:
    """A programme, as manifests name it."""

    code_version: str
    lock_hash: str

    @classmethod
    def here(cls) -> Self:
        """Name this programme."""
        return cls(code_version(), lock_hash())

    @classmethod
    def of(cls, manifest: Mapping[str, Any]) -> Self:
        """Name the programme that wrote a manifest."""
        return cls(manifest["code_version"], manifest["lock_hash"])


@functools.cache
def code_version() -> str:
    """Name this programme's version and the exact sources that compute.

    Returns
    -------
    str
        As ``0.2.0+9f86d081884c7d65``. Manifests of the first days have the version alone, which was
        the same for all of them.
    """
    digest = hashlib.sha256()
    for name, content in sources():
        digest.update(f"{name}\n{len(content)}\n".encode())
        digest.update(content)
    return f"{version('verdibarometer')}+{digest.hexdigest()[:16]}"


@functools.cache
def lock_hash() -> str:
    """Name the versions of the libraries that compute."""
    lines = "".join(f"{name}=={version(name)}\n" for name in _LIBRARIES)
    return f"sha256:{hashlib.sha256(lines.encode()).hexdigest()}"


def sources() -> Iterator[tuple[str, bytes]]:
    """Give the files that a figure can depend on, in order, each with its name and content."""
    for source in SOURCES:
        top = _ROOT / source
        files = [top] if top.is_file() else sorted(top.rglob("*"))
        for file in files:
            if file.suffix in _KINDS:
                yield file.relative_to(_ROOT).as_posix(), file.read_bytes()
