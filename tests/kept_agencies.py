"""Agencies whose first waves are published once in a process: each test goes on from a copy.

To publish a wave takes a second or more, and dozens of tests begin with one that was. What was
published is kept as a database and the files beside it; whoever asks for the same again is given
both anew. A test that is about the way there calls the methods of `SmallAgency`.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from survey_app.settings import Settings
from survey_app.shared.embedded.postgres import EmbeddedPostgres
from tests.databases import bound, cloned, dropped
from tests.kept_connections import close_kept
from tests.publishing_builders import SmallAgency

PUBLIC: Final = -1
"""The first wave of the public, among numbers of staff waves."""


@dataclass(frozen=True, slots=True)
class _Stage:
    """A database and files as they were once some waves were published."""

    database: str
    files: Path
    earlier: np.ndarray
    published: Sequence[tuple[Any, Any]]


_stages: dict[tuple[object, ...], _Stage] = {}


@dataclass(kw_only=True)
class KeptAgency(SmallAgency):
    """An agency of one test, in databases of its own."""

    postgres: EmbeddedPostgres
    kept_in: Path
    databases: list[str] = field(default_factory=list)

    async def imported(self) -> KeptAgency:
        await self.with_published()
        return self

    async def with_published(self, *waves: int) -> list[tuple[Any, Any]]:
        """Return waves with their publications, as if they had just been published in this order.

        Nothing else may have been done with the agency before.
        """
        key = (self.people, self.waves, self.public_waves, self.gross, self.panels, *waves)
        if key in _stages:
            return await self._go_on_from(_stages[key])
        if waves:
            published = [*await self.with_published(*waves[:-1]), await self._publish(waves[-1])]
        else:
            await self._take(await cloned(self.postgres))
            await super().imported()
            published = []
        _stages[key] = await self._kept(published)
        return published

    async def _publish(self, wave: int) -> tuple[Any, Any]:
        return await (self.public_published() if wave == PUBLIC else self.published(wave))

    async def _take(self, database: str) -> None:
        await close_kept()
        self.databases.append(database)
        bound(self.postgres, database)

    async def _go_on_from(self, stage: _Stage) -> list[tuple[Any, Any]]:
        await self._take(await cloned(self.postgres, stage.database))
        for folder in (self.settings.data_dir, self.settings.key_folder):
            if folder.exists():
                shutil.rmtree(folder)
        _copy(stage.files, self.settings)
        self.earlier = stage.earlier.copy()
        return [*stage.published]

    async def _kept(self, published: Sequence[tuple[Any, Any]]) -> _Stage:
        await close_kept()
        name = await cloned(self.postgres, self.databases[-1])
        files = self.kept_in / name
        for at, folder in enumerate((self.settings.data_dir, self.settings.key_folder)):
            if folder.exists():
                shutil.copytree(folder, files / str(at))
        return _Stage(name, files, self.earlier.copy(), published)


def _copy(files: Path, settings: Settings) -> None:
    for at, folder in enumerate((settings.data_dir, settings.key_folder)):
        if (files / str(at)).exists():
            shutil.copytree(files / str(at), folder)


@contextlib.asynccontextmanager
async def kept_agency(
    postgres: EmbeddedPostgres, settings: Settings, kept_in: Path, **chosen: Any
) -> AsyncIterator[KeptAgency]:
    """Lend an agency whose register and campaigns are imported."""
    settings.data_dir.mkdir()
    agency = KeptAgency(settings, **chosen, postgres=postgres, kept_in=kept_in)
    try:
        yield await agency.imported()
    finally:
        await close_kept()
        for name in agency.databases:
            await dropped(postgres, name)
