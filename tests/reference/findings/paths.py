"""How often the path of a measure tells what is not so (docs/adr/0059).

``python -m tests.reference.findings.paths [agencies] [regime]`` (200 of each when left out; half an
hour). A path is the change since the wave that was lowest, the largest fall between any two waves:
picked by looking, in each of twelve publications. Agencies and what they show are those of
``tests.reference.findings``; of their publications the whole and its path are judged, with how
alike two answers of a person are taken to be where no units tell it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from analytics.comparison.margins import MARGIN
from analytics.comparison.verdict import sure_of_picked
from analytics.courses.alike import ASSUMED
from analytics.courses.course import courses
from analytics.courses.priors import AGENCY
from analytics.courses.published import courses_alone, read_levels
from analytics.digits import to_digits
from tests.reference.findings.agencies import MAIN, UNITS, YEARS, Regime, a_staff, draw
from tests.reference.findings.regimes import many, still, together

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from analytics.arrays import Floats
    from tests.reference.findings.agencies import Staff, Waves

SEASON: Final = 4  # waves in a year
PICKED: Final = ("fall", "rise")
PATH: Final = ("measure", "role", "since", "until", "difference", "verdict")
DUST: Final = 1e-6
PRINTED: Final = 0.1  # points
CERTAIN: Final = 0.975  # an interval excludes 0


def there_and_back(rng: np.random.Generator, staff: Staff, waves: int, measures: int) -> Floats:
    """The agency falls by five points and comes back two waves later, all units with it."""
    steps = still(rng, staff, waves, measures)
    at = rng.integers(waves - 3)
    steps[at] -= 5.0
    steps[at + 2] += 5.0
    return steps


REGIMES: Final = {
    "still": Regime(still),
    "still, a person's answers correlate 0": Regime(still, repeat=0.0),
    "still, measures correlate 0": Regime(still, alike=0.0),
    "still, main waves alone": Regime(still, waves=(MAIN,) * len(YEARS)),
    "agency moves": Regime(together),
    "agency falls and comes back": Regime(there_and_back),
    "everybody moves a little": Regime(many),
}


@dataclass(slots=True)
class Paths:
    """What the paths of agencies told, of all measures.

    ``met`` counts the agencies that met a false claim in any publication, of any measure, and
    ``met_first`` of the first measure, which is what pages begin with.
    """

    agencies: int = 0
    met: int = 0
    met_first: int = 0
    claims: int = 0
    wrong: int = 0
    under_half: int = 0

    def count(self, claims: pd.DataFrame, truth: str) -> None:
        """Add the claims of an agency's publications."""
        true = claims[truth].to_numpy() * np.sign(claims["difference"].to_numpy(dtype=np.float64))
        false = true < MARGIN / 2
        self.agencies += 1
        self.met += bool(false.any())
        self.met_first += bool((false & (claims["measure"] == "m0").to_numpy()).any())
        self.claims += len(claims)
        self.wrong += int((true < 0).sum())
        self.under_half += int(false.sum())


def claims_of(waves: Waves) -> pd.DataFrame:
    """List what the path says in each publication of an agency, with what is true."""
    told = pd.concat([_claims(path) for path in _paths(waves)], ignore_index=True)
    at = {key: number for number, key in enumerate(waves.keys)}
    since, until = (told[name].map(at).astype(int) for name in ("since", "until"))
    measure = told["measure"].astype(str).str[1:].astype(int)
    of = {"said": waves.said["agency"], "lasting": waves.lasting["agency"]}
    return told.assign(
        **{
            name: levels[until, 0, measure] - levels[since, 0, measure]
            for name, levels in of.items()
        }
    )


def _paths(waves: Waves) -> Iterator[pd.DataFrame]:
    whole = waves.shown[waves.shown["level"] == "agency"]
    for until in range(2, len(waves.keys)):
        keys = waves.keys[: until + 1]
        named = {keys[-2], keys[0], *keys[max(until - SEASON, 0) : until - SEASON + 1]}
        yield called_path(whole, keys, waves.linked[: until + 1, : until + 1], named)


def called_path(
    shown: pd.DataFrame, keys: Sequence[str], linked: Floats, named: Collection[str]
) -> pd.DataFrame:
    """Give what `analytics.courses.path.path_of` calls up or down, and nothing else."""
    whole = read_levels(shown, keys)["agency"]
    since, until = np.triu_indices(len(keys), 1)
    pairs = list(zip(since.tolist(), until.tolist(), strict=True))
    known = courses(courses_alone(whole, linked), AGENCY, pairs, ASSUMED)
    last, rows = len(keys) - 1, np.arange(len(whole.value))
    found = []
    for number, (first, then) in enumerate(pairs):
        beforehand = then == last and keys[first] in named
        among = 1 if beforehand else (last if then == last else len(pairs))
        sure = sure_of_picked(np.array([among]))[0]
        both = (known.lasting[number], known.said[number])
        half = np.full(len(rows), MARGIN / 2)
        up = printed(np.minimum(*(one.above(half) for one in both)))
        down = printed(np.minimum(*(1 - one.above(-half) for one in both)))
        # as `verdicts_of_courses`, without the ends of intervals, which take most of the time
        said, zero = known.said[number], np.full(len(rows), PRINTED / 2)
        up = (up >= sure - DUST) & (said.above(zero) >= CERTAIN)
        down = (down >= sure - DUST) & (1 - said.above(-zero) >= CERTAIN)
        near = np.flatnonzero(up | down)
        if not len(near):
            continue
        difference = to_digits(said.of_rows(near).middle(), 1)
        enough = np.abs(difference) >= MARGIN - DUST
        near, difference = near[enough], difference[enough]
        verdict = np.where(up[near], "up", "down")
        found.append(pd.DataFrame({
            "measure": whole.keys["measure"].to_numpy()[near], "since": keys[first],
            "until": keys[then], "difference": difference, "verdict": verdict,
            "role": "since" if then == last else np.where(verdict == "up", "rise", "fall"),
        }))  # fmt: skip
    called = pd.concat(found) if found else pd.DataFrame(columns=list(PATH))
    size = called["difference"].astype(float).abs()
    order = called.assign(size=size).sort_values(["size", "until", "since"], kind="stable")
    legs = order[order["role"].isin(PICKED)].drop_duplicates(["measure", "role"], keep="last")
    return pd.concat([called[called["role"] == "since"], legs])[list(PATH)].reset_index(drop=True)


def printed(chance: Floats) -> Floats:
    """Give chances as publications do, by which they decide: whole hundredths, never rounded up."""
    return np.asarray(np.floor(to_digits(chance * 100, 6)) / 100, dtype=np.float64)


def _claims(path: pd.DataFrame) -> pd.DataFrame:
    """Choose what is told of each measure, as `survey_app.reading.path` does.

    The sure fall or rise that ended last, whether it was made good and where the level lies beside
    the one of before; else the largest sure change since an earlier wave.
    """
    told = []
    for _, own in path.groupby("measure"):
        legs = own[own["role"].isin(PICKED)].sort_values("until", kind="stable")
        since = own[~own["role"].isin(PICKED)]
        if legs.empty:
            told.append(since.loc[[since["difference"].abs().idxmax()]])
            continue
        leg = legs.iloc[-1]
        back = (since["since"] == leg["until"]) & (since["verdict"] != leg["verdict"])
        told += [legs.iloc[[-1]], since[back], since[since["since"] == leg["since"]]]
    return pd.concat(told) if told else path


def tallied(name: str, agencies: int, units: int = UNITS) -> dict[str, Paths]:
    """Publish agencies of a regime, and count their claims against each truth."""
    found = {"said": Paths(), "lasting": Paths()}
    for seed in range(agencies):
        rng = np.random.default_rng(seed)
        claims = claims_of(draw(rng, a_staff(rng, units), REGIMES[name]))
        for truth, paths in found.items():
            paths.count(claims, truth)
    return found


def main() -> None:
    agencies = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    for name in sys.argv[2:] or REGIMES:
        for truth, one in tallied(name, agencies).items():
            met, first = one.met / one.agencies, one.met_first / one.agencies
            error = 100 * np.sqrt(met * (1 - met) / one.agencies)
            print(
                f"{name:38} {truth:8} agencies that meet a false claim {100 * met:5.1f} % "
                f"({error:.1f}), of the first measure {100 * first:5.1f} %; {one.claims} claims, "
                f"{one.under_half} under half the margin, {one.wrong} of the wrong sign",
                flush=True,
            )


if __name__ == "__main__":
    main()
