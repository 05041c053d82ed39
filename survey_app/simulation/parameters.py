"""The figures of the two models, read once from the files beside this one."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Any, Final

import numpy as np

from questionnaires.toml_text import read_toml_file

HERE: Final = Path(__file__).parent


@functools.cache
def staff_parameters() -> dict[str, Any]:
    """Return the staff model's figures (instruments.md 7.1 to 7.3)."""
    return read_toml_file(HERE / "staff.toml")


@functools.cache
def public_parameters() -> dict[str, Any]:
    """Return the public model's figures (instruments.md 7.6)."""
    return read_toml_file(HERE / "public.toml")


def stream(seed: int, *path: int | str) -> np.random.Generator:
    """Return the chance of one part of the simulation, the same whatever else is simulated.

    Parameters
    ----------
    seed : int
        The seed of the whole simulation.
    *path : int or str
        What the chance is for, such as ``"staff", "answers", 3``.
    """
    return np.random.default_rng([seed, *(_word(part) for part in path)])


def _word(part: int | str) -> int:
    if isinstance(part, str):
        return int.from_bytes(part.encode(), "big")
    # a wave before the document's first has a negative number; a seed must not
    return part + 10_000
