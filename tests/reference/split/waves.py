"""An agency that is asked a split form again and again, by other people and draws each time."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from analytics.pipeline import WaveData, estimate_wave
from questionnaires.model import NOT_ASKED, Block, Questionnaire
from questionnaires.parts import part_numbers, part_places
from survey_app.publishing.closing.generalise import generalise_units
from tests.builders_questionnaire import a_questionnaire, a_scale, an_index, an_item

MODULES = 3
SCALES = 2  # of each module, and of the core
ITEMS = 3  # of each scale
REGIONS = 4
RESPONSE = 0.6
SHOWN_FROM = 10
K = 5


def split_form() -> Questionnaire:
    """A core and three modules, two scales of three items in each."""
    names = [f"{part}{scale}" for part in "abcd"[: MODULES + 1] for scale in range(SCALES)]
    items = {name: tuple(f"{name}.{at}" for at in range(ITEMS)) for name in names}
    plain = a_questionnaire(
        [an_item(item) for own in items.values() for item in own],
        [a_scale(name.upper(), *own) for name, own in items.items()],
        [an_index(name.upper()) for name in names],
    )
    blocks = tuple(
        Block(None, tuple(item for name in names if name[0] == part for item in items[name]), None,
              "" if part == "a" else part)
        for part in dict.fromkeys(name[0] for name in names)
    )  # fmt: skip
    return replace(plain, form=replace(plain.form, blocks=blocks))


@dataclass(frozen=True)
class World:
    """People with the answers that each of them would give."""

    form: Questionnaire
    frame: pd.DataFrame
    unit: np.ndarray
    answers: np.ndarray

    def truth(self) -> dict[tuple[str, str, str], float]:
        """Mean of all people on each scale, in points, by scale, level and domain."""
        points = (self.answers - 1.0) * 25.0
        scores = points.reshape(len(points), -1, ITEMS).mean(axis=2)
        region = self.frame.set_index("unit")["region"].reindex(self.unit).to_numpy()
        found = {}
        for at, scale in enumerate(self.form.scales):
            found[scale.code, "agency", ""] = scores[:, at].mean()
            for level, places in (("region", region), ("unit", self.unit)):
                for code in np.unique(places):
                    found[scale.code, level, str(code)] = scores[places == code, at].mean()
        return found


def a_world(seed: int, units: int = 24, smallest: int = 30) -> World:
    """Units of up to 200 people that differ, and people who differ more.

    From 100 people on, hardly any unit has too few of a module to be stored by itself. Smaller ones
    are stored as the rest of their region, in which those with few answers count for less.
    """
    rng, form = np.random.default_rng(seed), split_form()
    size = rng.integers(smallest, 200, units)
    names = [f"u{at:02d}" for at in range(units)]
    frame = pd.DataFrame({
        "unit": names, "region": [f"r{at % REGIONS}" for at in range(units)],
        "unit_type": ["even" if at % 2 else "odd" for at in range(units)],
        "population": size, "invited": size,
    })  # fmt: skip
    unit, scales = np.repeat(names, size), len(form.scales)
    person = rng.normal(0, 0.6, (size.sum(), scales)) + rng.normal(0, 0.4, (size.sum(), 1))
    place = np.repeat(rng.normal(0, 0.4, (units, scales)), size, axis=0)
    said = (
        3.4
        + (person + place).repeat(ITEMS, axis=1)
        + rng.normal(0, 0.7, (size.sum(), scales * ITEMS))
    )
    return World(form, frame, unit, np.clip(np.rint(said), 1, 5).astype(np.int64))


def a_wave(world: World, rng: np.random.Generator) -> WaveData:
    """Let chance choose who answers, and which module each of them gets."""
    who = np.flatnonzero(rng.random(len(world.unit)) < RESPONSE)
    drawn = rng.choice(part_numbers(world.form), size=len(who))
    answers = world.answers[who].copy()
    for number, places in part_places(world.form).items():
        answers[np.ix_(drawn != number, places)] = NOT_ASKED
    unit = pd.Series(world.unit[who])
    regions = dict(zip(world.frame["unit"], world.frame["region"], strict=True))
    counts = [unit[drawn == number].value_counts().to_dict() for number in part_numbers(world.form)]
    nobody = dict.fromkeys(regions, 0)
    stored = generalise_units(
        nobody | unit.value_counts().to_dict(), regions, minimum_group=K, parts=counts
    )
    assert stored is not None
    return WaveData(
        key="wave", kind="main", population="staff", questionnaire=world.form,
        answers=pd.DataFrame(answers, columns=list(world.form.columns)),
        domains=unit.map(stored).astype("str"), frame=world.frame, margins={},
        minimum_group=K, invited_everybody=True, panel=None,
    )  # fmt: skip


def held(seed: int, waves: int, **like: int) -> pd.DataFrame:
    """Hold the figures of many waves beside the truth; ``like`` goes to `a_world`.

    Returns
    -------
    DataFrame
        A row for each wave, scale and domain that would be shown: ``wave``, ``part`` (core or
        module), ``level``, ``n``, ``error`` in points, ``se``, and ``covered``.
    """
    world, rng = a_world(seed, **like), np.random.default_rng([seed, 1])
    truth = pd.Series(world.truth())
    found = []
    for wave in range(waves):
        table = estimate_wave(a_wave(world, rng)).estimates.frame
        rows = table[
            (table["statistic"] == "mean")
            & (table["kind"] == "index")
            & table["level"].isin(["agency", "region", "unit"])
            & (table["n"] >= SHOWN_FROM)
        ]
        true = truth.reindex(pd.MultiIndex.from_frame(rows[["measure", "level", "domain"]]))
        true = true.to_numpy()
        found.append(pd.DataFrame({
            "wave": wave,
            "part": np.where(rows["measure"].str.startswith("A"), "core", "module"),
            "level": rows["level"], "n": rows["n"], "se": rows["se"],
            "error": rows["mean"] - true,
            "covered": (rows["low"] <= true) & (true <= rows["high"]),
        }))  # fmt: skip
    return pd.concat(found, ignore_index=True)


def table_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Sum up by part and level: bias and its error, spread against the error told, coverage."""
    by = ["part", "level"]
    grouped = rows.groupby(by)
    by_wave = rows.groupby([*by, "wave"])[["error", "covered"]].mean().groupby(by)
    noise = by_wave.std().div(np.sqrt(by_wave.size()), axis=0)
    return pd.DataFrame({
        "rows": grouped.size(), "n": grouped["n"].mean(),
        "bias": grouped["error"].mean(), "bias_error": noise["error"],
        "spread": grouped["error"].std(),
        "told": np.sqrt(grouped["se"].apply(lambda se: (se**2).mean())),
        "covered": grouped["covered"].mean(), "covered_error": noise["covered"],
    })  # fmt: skip
