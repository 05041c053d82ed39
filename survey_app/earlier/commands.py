"""What the command line does for earlier results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from survey_app.earlier.differences import summary
from survey_app.earlier.errors import EarlierProblems, source_problem
from survey_app.earlier.import_source import compare_source, remove_source, take_in_source
from survey_app.earlier.manifest import read_manifest
from survey_app.earlier.mistakes import SourceMistake
from survey_app.earlier.model import Source
from survey_app.earlier.read_source import read_source
from survey_app.earlier.shelf import list_sources
from survey_app.shared.clock import now


def read_files(path: Path) -> Source:
    """Read a manifest and the files beside it.

    Raises
    ------
    EarlierProblems
        With every mistake.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = source_problem(path.name, 0, "", SourceMistake.MANIFEST_NOT_UTF8)
        raise EarlierProblems([wrong]) from error
    manifest = read_manifest(text, path.name)
    found = {name: path.parent / name for name in manifest.files}
    # what is missing is told with all the other mistakes
    files = {name: file.read_bytes() for name, file in found.items() if file.is_file()}
    return read_source(manifest, files)


async def import_named(path: Path, *, dry_run: bool, echo: Callable[[str], None]) -> None:
    """Take a source in; show the differences first.

    Raises
    ------
    EarlierProblems
        With every mistake; nothing is written then.
    """
    plan = await compare_source(read_files(path))
    for line in plan.lines():
        echo(line)
    if dry_run:
        echo("dry run: nothing was written")
    elif plan.changed:
        await take_in_source(plan, now=now())
        echo("imported")


async def list_named(echo: Callable[[str], None]) -> None:
    """List the sources."""
    for source in await list_sources():
        echo(f"{source.key:<24} {source.kind:<8} {source.audience:<7} {summary(source)}")


async def remove_named(key: str, echo: Callable[[str], None]) -> None:
    """Remove a source."""
    await remove_source(key, now=now())
    echo(f"removed {key}")
