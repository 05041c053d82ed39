"""Lay versions that were written elsewhere over an agency's content, and judge the whole."""

import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from questionnaires.authoring.form_edits import with_own_intros
from questionnaires.authoring.numbering import read_items
from questionnaires.authoring.option_sets import with_own_sets
from questionnaires.authoring.own_groups import own_groups, with_own_groups
from questionnaires.authoring.own_measures import (
    REVISION,
    own_measures,
    with_own_measure,
    with_own_places,
)
from questionnaires.authoring.version_files import (
    INDICES,
    OPTIONS,
    STRUCTURE,
    VersionFiles,
    language_file,
    messages_file,
    read_version_files,
    with_own_forms,
)
from questionnaires.checks_of_texts import check_signs
from questionnaires.errors import Problem, QuestionnaireErrors
from questionnaires.library import Library
from questionnaires.loader import content_hashes, read_leniently
from questionnaires.parsing.background import BACKGROUND
from questionnaires.parsing.forms import FORMS
from questionnaires.parsing.measures import MEASURES
from questionnaires.reading import read_toml
from questionnaires.whole import check_content

RELEASED = "released.toml"
_CODE = shutil.ignore_patterns("*.py", "__pycache__", "template", "authoring")


@dataclass(frozen=True, slots=True)
class Assessment:
    """A version within the content that it would be released into.

    `library` holds what can be read of it, also while texts are missing; `problems` is all that
    must be mended before it can be released.
    """

    library: Library
    problems: tuple[Problem, ...]


def assess(content: Path, files: VersionFiles) -> Assessment:
    """Read a version as it would be asked, and tell everything that is wrong with it."""
    with tempfile.TemporaryDirectory(prefix="version-") as folder:
        root = lay_over(content, [files], Path(folder) / "content")
        library, found = read_leniently(root)
        problems = list(found)
        if not problems:
            try:
                check_content(root)
            except QuestionnaireErrors as errors:
                problems.extend(errors.problems)
        # what the agency's own texts have is not for whoever writes the version to mend
        unseen = list(check_signs(root))
        known = set(check_signs(content)) if unseen else set()
        problems.extend(one for one in unseen if one not in known)
    problems.extend(_taken(content, files))
    return Assessment(library, tuple(problems))


def _taken(content: Path, files: VersionFiles) -> Iterator[Problem]:
    """Tell of measures and groups that are something else already, written meanwhile elsewhere."""
    for file, own in ((INDICES, own_measures(files)), (BACKGROUND, own_groups(files))):
        known = read_toml(content, file, []) if own else {}
        for code in (one for one in own if one in known and known[one] != files.table(file)[one]):
            sentence = "it is something else already; a code never has two meanings, so choose one"
            yield Problem(file, f"{code} taken", sentence)


def lay_over(
    content: Path, versions: Iterable[VersionFiles], target: Path, *, release: bool = False
) -> Path:
    """Write an agency's content with further versions into a folder that is not there yet.

    Parameters
    ----------
    content : Path
        The agency's own folder; it is not touched.
    versions : iterable of VersionFiles
        Earlier ones first.
    target : Path
    release : bool
        Whether the versions are recorded as released, so that nothing changes them any more.

    Returns
    -------
    Path
        `target`.
    """
    shutil.copytree(content, target, ignore=_CODE)
    for files in versions:
        _write(target, files)
        if release:
            _record(target, files)
    return target


def _write(root: Path, files: VersionFiles) -> None:
    folder = root / files.directory
    folder.mkdir(parents=True, exist_ok=True)
    for name in (STRUCTURE, *(language_file(one) for one in files.languages)):
        (folder / name).write_text(files.texts[name], encoding="utf-8")
    for language in (one for one in files.languages if messages_file(one) in files.texts):
        own = files.texts[messages_file(language)]
        messages = root / "messages" / f"{language}.toml"
        known = messages.read_text(encoding="utf-8-sig") if messages.exists() else ""
        messages.write_text(with_own_intros(known, own), encoding="utf-8")
    if OPTIONS in files.texts:
        sets = root / OPTIONS
        known = sets.read_text(encoding="utf-8-sig")
        sets.write_text(with_own_sets(known, files.texts[OPTIONS]), encoding="utf-8")
    _write_measures(root, files)
    if BACKGROUND in files.texts:
        groups = root / BACKGROUND
        known = groups.read_text(encoding="utf-8-sig") if groups.exists() else ""
        groups.write_text(with_own_groups(known, files.texts[BACKGROUND]), encoding="utf-8")
    forms = root / FORMS
    merged = with_own_forms(
        forms.read_text(encoding="utf-8-sig"), files.texts[FORMS], _every_item(root, files.key)
    )
    forms.write_text(merged, encoding="utf-8")


def _write_measures(root: Path, files: VersionFiles) -> None:
    """Lay measures over those of the strategy that they were made for, and give them their places.

    Where the agency has another strategy since, they stand among its earlier indices, and have no
    place on pages but what it gives them.
    """
    own = own_measures(files)
    if not own:
        return
    revision = files.table(INDICES)[REVISION]
    earlier = sorted(path.relative_to(root).as_posix() for path in root.glob("indices/*.toml"))
    tables = {name: read_toml(root, name, []) for name in (INDICES, *earlier)}
    same = {name: one for name, one in tables.items() if one.get(REVISION) == revision}
    usual = next(iter(same), f"indices/{files.key}.v{files.version}.toml")
    for code in own:
        path = root / next((name for name, one in same.items() if code in one), usual)
        path.parent.mkdir(exist_ok=True)
        known = path.read_text("utf-8-sig") if path.exists() else f'{REVISION} = "{revision}"\n'
        path.write_text(with_own_measure(known, files.texts[INDICES], code), encoding="utf-8")
    if INDICES in same and MEASURES in files.texts:
        places = root / MEASURES
        known = places.read_text(encoding="utf-8-sig")
        places.write_text(with_own_places(known, files.texts[MEASURES]), encoding="utf-8")


def _every_item(root: Path, key: str) -> set[str]:
    folders = (path.parent for path in (root / "instruments" / key).glob("v*/instrument.toml"))
    versions = (read_version_files(root, key, int(one.name.removeprefix("v"))) for one in folders)
    return {place.value.id for files in versions for place in read_items(files).items}


def _record(root: Path, files: VersionFiles) -> None:
    """Write the version's hashes where they are not yet: what is recorded already is kept."""
    path = root / RELEASED
    revision = files.table(STRUCTURE)[REVISION]
    released = [files.directory, *(f"indices/{revision}/{one}" for one in own_measures(files))]
    text = path.read_text(encoding="utf-8-sig")
    new = [
        f'"{name}" = "{found}"'
        for name, found in content_hashes(root).items()
        if any(f"{name}/".startswith(f"{one}/") for one in released) and f'"{name}"' not in text
    ]
    path.write_text("\n".join([text.rstrip("\n"), *new, ""]), encoding="utf-8")
