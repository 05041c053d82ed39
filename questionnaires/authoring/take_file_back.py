"""Take a file of a version back as somebody changed it elsewhere, if it is still one."""

from collections.abc import Mapping, Sequence

from questionnaires.authoring.edits import asked_order, forms_of
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.form_edits import only_intros
from questionnaires.authoring.numbering import misread, numbered, read_items
from questionnaires.authoring.own_groups import only_groups
from questionnaires.authoring.own_measures import only_measures
from questionnaires.authoring.version_files import OPTIONS, VersionFiles
from questionnaires.parsing.forms import FORMS, NOT_ASKED

LARGEST_FILE = 200_000  # bytes: the longest of ours has some 10,000


def take_file_back(
    files: VersionFiles, name: str, content: bytes, earlier: Sequence[VersionFiles]
) -> VersionFiles:
    """Return the version with one of its files as it was changed.

    Parameters
    ----------
    files : VersionFiles
    name : str
        Of the file, as it was taken out.
    content : bytes
        UTF-8.
    earlier : sequence of VersionFiles
        All versions before it, for the numbers of its wordings.

    Raises
    ------
    AuthoringError
        If pages could not go on with it. Texts that are missing, and all that the content's own
        rules ask for, may wait until the version is released.
    """
    if len(content) > LARGEST_FILE:
        raise AuthoringError("too_large", name)
    try:
        changed = files.with_text(name, content.decode())
        if misread(changed) or _misread_beside(changed) or not read_items(changed).items:
            raise AuthoringError("unreadable", name)
        own = {place.value.id for place in read_items(changed).items}
        if not all(own & set(asked_order(changed, form)) for form in forms_of(changed)):
            raise AuthoringError("unreadable", name)
    except (UnicodeDecodeError, LookupError, TypeError, AttributeError) as error:
        # whatever a hand may write into TOML
        raise AuthoringError("unreadable", name) from error
    return numbered(changed, earlier)


def _misread_beside(files: VersionFiles) -> bool:
    """Tell whether sets of answers, measures, groups, texts before blocks or reasons are none.

    Other texts are not its own.
    """
    if not isinstance(files.table(FORMS).get(NOT_ASKED, {}), Mapping):
        return True
    messages = [name for name in files.texts if name.startswith("messages.")]
    if not all(only_intros(files, name) for name in messages):
        return True
    if not (only_measures(files) and only_groups(files)):
        return True
    sets = files.table(OPTIONS) if OPTIONS in files.texts else {}
    return not all(
        isinstance(one, Mapping)
        and isinstance(one.get("options"), list)
        and all(isinstance(answer, Mapping) for answer in one["options"])
        for one in sets.values()
    )
