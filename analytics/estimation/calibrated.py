"""What of a design the errors of calibrated weights need, and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from analytics.arrays import Floats, Integers


class Sampled(Protocol):
    """The part of a stage that is needed here."""

    @property
    def stratum(self) -> Integers: ...  # noqa: D102 - as in `analytics.estimation.design.Stage`
    @property
    def cluster(self) -> Integers: ...  # noqa: D102
    @property
    def drawn_themselves(self) -> bool: ...  # noqa: D102
    @property
    def fraction(self) -> Floats: ...  # noqa: D102
    @property
    def size(self) -> Integers: ...  # noqa: D102
    @property
    def repeated(self) -> Floats | None: ...  # noqa: D102


class Calibrated(Protocol):
    """The part of a design that is needed here."""

    @property
    def weight(self) -> Floats: ...  # noqa: D102 - as in `analytics.estimation.design.Design`
    @property
    def calibration(self) -> Floats | None: ...  # noqa: D102
    @property
    def base(self) -> Floats | None: ...  # noqa: D102
    @property
    def repeated(self) -> Floats: ...  # noqa: D102
    @property
    def leverage(self) -> bool: ...  # noqa: D102
    @property
    def stages(self) -> tuple[Sampled, ...]: ...  # noqa: D102
