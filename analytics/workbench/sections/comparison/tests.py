"""Tests of several domains at once: equality of means, contrasts, ranks, rows that count once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from analytics.errors import SpecificationError, UnsupportedError
from analytics.estimation.means import domain_means
from analytics.workbench.file.categories import same_category
from analytics.workbench.methods.comparison.domain_tests import domain_covariance
from analytics.workbench.methods.comparison.rank_scores import rank_scores
from analytics.workbench.protection.error_rounding import DISTRIBUTION
from analytics.workbench.sections.comparison.model_based_rows import model_based_row
from analytics.workbench.sections.comparison.wald_rows import adjusted, unadjusted
from analytics.workbench.sections.plain_values import plain, rounded_figures
from analytics.workbench.specification.comparison import SECTION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analytics.arrays import Booleans, Floats, Integers
    from analytics.comparison.difference import DifferenceEstimates
    from analytics.estimation.means import DomainMeans
    from analytics.workbench.file.waves import DivisionEstimates
    from analytics.workbench.methods.comparison.domain_tests import DomainCovariance
    from analytics.workbench.methods.comparison.joint import Wald
    from analytics.workbench.sections.comparison.measures import ComparedMeasures
    from analytics.workbench.specification.comparison import ComparisonSpec

FEWEST: Final = 2  # answers that show a spread
SAFE: Final = 30  # answers; with 15 a test at 5 % errs in 7 to 14 %, see docs/methods.md
NOT_ALL: Final = "{name}: tested without {domains}, which {why}"
FEW: Final = "have fewer than two answers"
HIDDEN: Final = (
    f"are hidden or have fewer than {DISTRIBUTION} answers, or hold hidden groups that the design "
    "takes apart"
)
ONE_LEFT: Final = "{name}: fewer than two domains are left to test"
NO_TEST: Final = (
    "{name}: no test of {what}: the errors of so many domains together are not known, as in a "
    "complete count or with fewer clusters than domains"
)
SMALL: Final = (
    "{name}: the smallest domain has {n} answers, and with fewer than {few} tests of several "
    "domains find too much"
)
LEFT_OUT: Final = "{name}: no contrast {contrast}, since one of its domains is left out"
PLAIN_ROWS: Final = (
    "model_based: every row counts once and as if drawn by itself, without {what}: rest, pairs, "
    "equality, contrasts and rank_tests are those of the design"
)


@dataclass(frozen=True, slots=True)
class ComparisonTests:
    """The tests that [comparison] asks for; ``exact`` where nothing is rounded or hidden.

    ``tested`` marks the domains of each measure whose errors may be told: a test tells them.

    Raises
    ------
    SpecificationError
        If a contrast names a domain that the level does not have.
    UnsupportedError
        If figures are protected and ``model_based`` is asked for.
    """

    measures: ComparedMeasures
    level: DivisionEstimates
    spec: ComparisonSpec
    confidence: float
    exact: bool
    tested: Booleans
    warnings: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._matrix()
        if not self.spec.model_based:
            return
        if not self.exact:
            raise UnsupportedError(
                f"{SECTION} model_based is not for a file with [disclosure]: unweighted means and "
                "spreads beside the others would tell of single answers"
            )
        design = self.measures.wave.design
        told = {
            "weights": bool(np.ptp(design.weight) > 0),
            "strata": len(design.stages[0].fraction) > 1,
            "clusters": not design.stages[0].drawn_themselves,
            "finite population": any(bool((stage.fraction > 0).any()) for stage in design.stages),
        }
        if any(told.values()):
            what = ", ".join(name for name, there in told.items() if there)
            self.warnings.append(f"{SECTION} {PLAIN_ROWS.format(what=what)}")

    @property
    def asked(self) -> tuple[str, ...]:
        """Name the lists of the result."""
        asked = {
            "equality": self.spec.equality,
            "contrasts": bool(self.spec.contrasts),
            "contrasts_together": len(self.spec.contrasts) > 1,
            "rank_tests": bool(self.spec.rank_tests),
            "model_based": self.spec.model_based,
        }
        return tuple(name for name, there in asked.items() if there)

    def rows(self, column: int, means: DomainMeans, show: Booleans) -> dict[str, list[object]]:
        """Test one measure among the domains that are shown."""
        if not self.asked:
            return {}
        n = means.n[:, column]
        among = show & (n >= self._fewest) & self.tested[:, column]
        self._tell(column, among, n)
        found: dict[str, list[object]] = {}
        if int(among.sum()) < FEWEST:
            return found
        if self.spec.equality or self.spec.contrasts:
            own = domain_covariance(
                self.measures.wave.design, means, self.level.partition, column, among
            )
            found |= self._of_means(column, own, among)
        if self.spec.rank_tests:
            found["rank_tests"] = [
                self._ranks(column, scores, among) for scores in self.spec.rank_tests
            ]
        if self.spec.model_based:
            found["model_based"] = self._model_based(column, among)
        if not self.exact:
            return {key: list(_round(rows)) for key, rows in found.items()}
        return found

    def _of_means(
        self, column: int, own: DomainCovariance, among: Booleans
    ) -> dict[str, list[object]]:
        found: dict[str, list[object]] = {}
        head = {"index": self.measures.names[column]}
        if self.spec.equality:
            shown = {"domains": self._domains(among)}
            found["equality"] = [head | shown | self._wald(column, "equality", *own.equality())]
        matrix = self._matrix()
        whole = [not weights[~among].any() for weights in matrix]
        names = [name for name, kept in zip(self.spec.contrasts, whole, strict=True) if kept]
        for name in self.spec.contrasts:
            if name not in names:
                self._warn(LEFT_OUT.format(name=head["index"], contrast=name))
        if not names:
            return found
        rows = matrix[whole][:, among]
        as_such, current = own.single(rows, self.confidence)
        found["contrasts"] = [
            head | {"contrast": name} | _figures(as_such, number)
            | self._beside(_figures(current, number, "se", "low", "high", "p"))
            for number, name in enumerate(names)
        ]  # fmt: skip
        if len(self.spec.contrasts) > 1:
            together = self._wald(column, "all contrasts", *own.joint(rows))
            found["contrasts_together"] = [head | {"contrasts": names} | together]
        return found

    def _ranks(self, column: int, scores: str, among: Booleans) -> dict[str, object]:
        design, level = self.measures.wave.design, self.level
        inside = np.append(among, False)[level.partition.code]
        values = np.where(inside, self.measures.scores(column), np.nan)
        ranked = rank_scores(design.weight, values, scores)[:, None]
        means = domain_means(design, ranked, level.partition)
        # An index has a score of persons with all of its parts, who may be fewer.
        among = among & (means.n[:, 0] >= self._fewest)
        own = domain_covariance(design, means, level.partition, 0, among)
        ranks = [
            {"domain": domain, "n": int(n), "mean_rank": plain(float(mean))}
            for domain, n, mean in zip(
                self._domains(among), means.n[among, 0], own.mean, strict=True
            )
        ]
        return {
            "index": self.measures.names[column], "scores": scores, "domains": ranks,
            **self._wald(column, f"ranks ({scores})", *own.equality()),
        }  # fmt: skip

    def _model_based(self, column: int, among: Booleans) -> list[object]:
        scores, code = self.measures.scores(column), self.level.partition.code
        groups = [scores[(code == n) & np.isfinite(scores)] for n in np.flatnonzero(among)]
        large = [len(part) >= FEWEST for part in groups]
        if sum(large) < FEWEST:
            return []
        domains = [one for one, kept in zip(self._domains(among), large, strict=True) if kept]
        kept = [part for part, there in zip(groups, large, strict=True) if there]
        return [model_based_row(self.measures.names[column], domains, kept, self.confidence)]

    def _wald(self, column: int, what: str, as_such: Wald, current: Wald) -> dict[str, object]:
        if np.isnan(as_such.p):
            self._warn(NO_TEST.format(name=self.measures.names[column], what=what))
        return (
            {"wald": plain(as_such.wald)}
            | adjusted(as_such)
            | {"unadjusted": unadjusted(as_such)}
            | self._beside(
                {"wald": plain(current.wald)}
                | adjusted(current)
                | {"unadjusted": unadjusted(current)}
            )
        )

    def _beside(self, figures: dict[str, object]) -> dict[str, object]:
        """Put what is known of today's staff beside, but in a file whose errors could tell more."""
        return {"current_staff": figures} if self.exact else {}

    def _domains(self, among: Booleans) -> list[dict[str, str]]:
        level = self.level
        return [dict(zip(level.by, level.domains[n], strict=True)) for n in np.flatnonzero(among)]

    def _tell(self, column: int, among: Booleans, n: Integers) -> None:
        """Say which domains a test is made without."""
        name = self.measures.names[column]
        gone = ~among if not self.exact else ~among & (n > 0)
        if gone.any():
            domains = ", ".join(" x ".join(self.level.domains[k]) for k in np.flatnonzero(gone))
            why = FEW if self.exact else HIDDEN
            self._warn(NOT_ALL.format(name=name, domains=domains, why=why))
        if int(among.sum()) < FEWEST:
            self._warn(ONE_LEFT.format(name=name))
        elif n[among].min() < SAFE and self._tests_several:
            self._warn(SMALL.format(name=name, n=int(n[among].min()), few=SAFE))

    @property
    def _fewest(self) -> int:
        """Answers of a domain from which on it is tested."""
        return FEWEST if self.exact else DISTRIBUTION

    @property
    def _tests_several(self) -> bool:
        return self.spec.equality or bool(self.spec.rank_tests) or len(self.spec.contrasts) > 1

    def _warn(self, text: str) -> None:
        self.warnings.append(f"{SECTION} {text}")

    def _matrix(self) -> Floats:
        """Read contrasts as a matrix, shape (n_contrasts, n_domains)."""
        names = [" x ".join(domain) for domain in self.level.domains]
        found = np.zeros((len(self.spec.contrasts), len(names)))
        for number, (contrast, weights) in enumerate(self.spec.contrasts.items()):
            for written, weight in weights.items():
                name = same_category(written, names)
                if name not in names:
                    raise SpecificationError(
                        f"[comparison.contrasts.{contrast}] names {written!r}, which is none of "
                        f"the domains of {' x '.join(self.level.by)}: " + _listed(names)
                    )
                if names.count(name) > 1:
                    raise SpecificationError(
                        f"[comparison.contrasts.{contrast}] names {written!r}, as two of the "
                        f"domains of {' x '.join(self.level.by)} are called: rename a category"
                    )
                found[number, names.index(name)] += weight
        return found


def _listed(names: Sequence[str], most: int = 8) -> str:
    return ", ".join(names[:most]) + (" ..." if len(names) > most else "")


def _figures(found: DifferenceEstimates, number: int, *keys: str) -> dict[str, object]:
    wanted = keys or ("difference", "se", "df", "low", "high", "p")
    return {key: plain(float(getattr(found, key)[number])) for key in wanted}


def _round(rows: Sequence[object]) -> Sequence[object]:
    rounded = rounded_figures(list(rows))
    assert isinstance(rounded, list)
    return rounded
