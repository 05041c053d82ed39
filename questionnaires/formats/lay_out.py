"""The agency's content with one more instrument: as files, checked, written into a new folder."""

import io
import os
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Final

from questionnaires.errors import Problem, QuestionnaireErrors
from questionnaires.formats.carried import CarriedInstrument
from questionnaires.formats.foreign import Foreign
from questionnaires.formats.write_toml import additions, new_files
from questionnaires.library import Library
from questionnaires.whole import check_content

_CONTENT: Final = frozenset({".toml", ".md", ".po", ".csv"})
_NOT_CONTENT: Final = frozenset({"template", "authoring", "formats", "parsing", "__pycache__"})
# in an archive, the same files are the same bytes whenever they are made
_LONG_AGO: Final = (1980, 1, 1, 0, 0, 0)


class FolderError(ValueError):
    """The content cannot be written where it was asked for; nothing of it is."""


def content_with(
    carried: CarriedInstrument, foreign: Foreign, library: Library
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return the agency's content with the instrument in it, and the paths that are new or longer.

    Parameters
    ----------
    carried : CarriedInstrument
    foreign : Foreign
    library : Library
        What the agency has; its files stay as they are, but for lines at the end of some.
    """
    files = _content(library.agency.folder)
    changed = []
    for path, text in new_files(carried, foreign, library).items():
        files[path] = text.encode()
        changed.append(path)
    spoken = [code for code in library.agency.languages if f"messages/{code}.toml" in files]
    for path, text in additions(carried, spoken).items():
        before = files.get(path, b"")
        files[path] = before + (b"" if before.endswith(b"\n") else b"\n") + text.encode()
        changed.append(path)
    return files, tuple(sorted(changed))


def _content(root: Path) -> dict[str, bytes]:
    found = {}
    for folder, folders, names in os.walk(root):
        inside = Path(folder).relative_to(root)
        folders[:] = [
            one for one in folders
            if not one.startswith(".") and (inside.parts or one not in _NOT_CONTENT)
        ]  # fmt: skip
        for name in names:
            path = Path(folder) / name
            if path.suffix in _CONTENT and not path.is_symlink():
                found[(inside / name).as_posix()] = path.read_bytes()
    return dict(sorted(found.items()))


def to_fill_in(files: Mapping[str, bytes]) -> tuple[Problem, ...]:
    """Return what `check_content` still asks of a person."""
    with tempfile.TemporaryDirectory(prefix="barometer-check-") as folder:
        _write(Path(folder), files)
        try:
            check_content(Path(folder))
        except QuestionnaireErrors as error:
            return error.problems
    return ()


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder that does not exist or holds nothing: all of them, or none.

    Raises
    ------
    FolderError
        If something stands there, or it cannot be written.
    """
    check_free(folder)
    try:
        with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}-") as beside:
            made = Path(beside) / "content"
            _write(made, files)
            made.rename(folder)
    except OSError as error:
        told = error.strerror or str(error)
        raise FolderError(f"{folder} cannot be written ({told}): name another") from None


def check_free(folder: Path) -> None:
    """Make sure that nothing would be written over.

    Raises
    ------
    FolderError
        If something stands there, or the folder above it does not exist.
    """
    if folder.is_symlink() or (folder.exists() and (not folder.is_dir() or any(folder.iterdir()))):
        raise FolderError(
            f"{folder} holds something already, and nothing is written over: name a new folder"
        )
    if not folder.parent.is_dir():
        raise FolderError(f"{folder.parent} is no folder: make it first")


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / PurePosixPath(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def as_zip(name: str, files: Mapping[str, bytes]) -> bytes:
    """Pack files below a folder of a name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(f"{name}/{path}", _LONG_AGO), content)
    return packed.getvalue()
