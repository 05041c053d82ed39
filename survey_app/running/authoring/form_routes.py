"""What a form asks: its parts and the text before each, which questions, and its minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from unicodedata import normalize
from urllib.parse import urlencode

from litestar import Request, Response, get, post
from litestar.datastructures import FormMultiDict
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect

from questionnaires.authoring.edits import asked_order, forms_of
from questionnaires.authoring.errors import AuthoringError
from questionnaires.authoring.form_edits import (
    WITHOUT,
    ask_in,
    begin_block,
    give_to_module,
    go_without,
    join_block,
    keep_modules_in_mind,
    own_intro,
    stop_asking,
    write_intro,
    write_minutes,
)
from questionnaires.authoring.numbering import read_items
from questionnaires.authoring.version_files import VersionFiles
from questionnaires.library import Library
from questionnaires.model import Text
from questionnaires.parsing.forms import FORMS
from survey_app.accounts.guards import requires
from survey_app.asking.campaigns.permissions import READERS
from survey_app.asking.instruments.versions import VersionState, WrittenVersion
from survey_app.running.asking import reader_of
from survey_app.running.authoring.access import (
    allowed_draft,
    allowed_version,
    assessed,
    earlier_versions,
    keep_draft,
    somebody_was_before,
    version_address,
)
from survey_app.running.authoring.editor import (
    in_offered_order,
    page_names,
    refuse_long,
    small_number,
)
from survey_app.running.authoring.mends import refusal, version_mends
from survey_app.running.authoring.set_form import SetField
from survey_app.running.authoring.stop_routes import lost_figures, stop_address
from survey_app.shared.agency import in_language
from survey_app.shared.i18n import N_, Language, first_language, own_names
from survey_app.shared.i18n import gettext as _
from survey_app.shared.pages import language_of, page
from survey_app.shared.unseen import without_unseen

WRONG: Final = 422  # HTTP's own number for a form that can be read but not used
PURPOSES: Final = {
    "measure": N_("Spørsmål"),
    "filter": N_("Filterspørsmål"),
    "background": N_("Bakgrunnsspørsmål"),
}


@dataclass(frozen=True, slots=True)
class WrittenPart:
    """Questions that are shown together, with what stands before them in each language.

    `stem` is what is read above the answers, once, where all of them have the same. Where it is
    joined with the part above and either loses that, `joining_costs`. `module` is of those alone
    who are drawn for it; empty where everybody is asked. `named` is what somebody wrote instead.
    """

    first: str
    stem: str
    intro: tuple[SetField, ...]
    items: tuple[tuple[str, str], ...]
    joining_costs: bool
    module: str
    named: str


@dataclass(frozen=True, slots=True)
class ShownModules:
    """What a form with modules asks of everybody and of those drawn for each, in numbers.

    `spread` are the indices that it asks whole, but nobody: it says that it is `without` them.
    """

    core: int
    modules: tuple[tuple[str, int], ...]
    spread: tuple[str, ...]
    without: bool


@get("/questionnaires/{form:str}/{version:str}/form", guards=[requires(*READERS)])
async def show_written_form(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Show one form of a version in its parts, to be written."""
    return await _page(request, await allowed_version(request, form, version))


@post("/questionnaires/{form:str}/{version:str}/form", guards=[requires(*READERS)])
async def write_form(
    request: Request[Any, Any, Any], form: FromPath[str], version: FromPath[str]
) -> Response[Any]:
    """Do one thing to a form: part or join, take a question out or in, write a text, or minutes."""
    was = await allowed_draft(request, form, version)
    sent = await request.form()
    reader = reader_of(request, str(sent.get("csrf", "")))
    shown = str(sent.get("order", ""))
    library = (await assessed(was.files)).library
    chosen = str(sent.get("item", "")) if sent.get("act") == "stop" else ""
    if chosen and await lost_figures(was.files, chosen, shown, language_of(request)):
        return Redirect(stop_address(was, shown, chosen), status_code=303)
    try:
        files = await _still_without(_changed(was.files, sent, shown, library), shown)
        files = keep_modules_in_mind(files, shown, next(reversed(earlier_versions(files)), None))
    except AuthoringError as error:
        return await _page(request, was, sent, problem=refusal(error, language_of(request)))
    same = str(was.saved) == str(sent.get("saved", ""))
    if not same or (files != was.files and not await keep_draft(was, files, reader, form=shown)):
        was = await allowed_draft(request, form, version)
        return await _page(request, was, sent, problem=somebody_was_before())
    asked = urlencode({"order": shown})
    return Redirect(f"{version_address(was)}/form?{asked}", status_code=303)


def _changed(files: VersionFiles, sent: FormMultiDict, form: str, library: Library) -> VersionFiles:
    before = next(reversed(earlier_versions(files)), None)
    act, item = _act(sent)
    item = item or str(sent.get("item", ""))
    if act in {"begin", "stop"} and not item:
        raise AuthoringError("nothing_chosen")
    if act == "stop":
        return stop_asking(files, item, form, before)
    if act == "ask" and item in _offered(files, form, library):
        return ask_in(files, item, form, before)
    if act == "minutes":
        return write_minutes(files, form, small_number(sent.get("minutes")) or 0, before)
    if act == "without" and form in library.forms:
        return go_without(files, form, [one.code for one in library.spread_indices(form)])
    return _of_part(files, sent, (act, item), form, library)


def _offered(files: VersionFiles, form: str, library: Library) -> set[str]:
    """Name what a form can ask: what it asks already, too, as of one who was before."""
    asked = set(asked_order(files, form))
    more = _more(files, asked, library, first_language())
    return asked.union(name for _label, items in more for name, _text in items)


def _of_part(
    files: VersionFiles, sent: FormMultiDict, what: tuple[str, str], form: str, library: Library
) -> VersionFiles:
    """Do one thing to the part that a question stands in."""
    act, item = what
    if act == "begin":
        return begin_block(files, item, form)
    if act == "join":
        return join_block(files, item, form)
    if act == "module":
        name = "-".join(normalize("NFC", without_unseen(str(sent.get("module", "")))).split())
        return give_to_module(files, item, form, name)
    if act == "intro":
        words = {one: without_unseen(str(sent.get(f"intro.{one}", ""))) for one in files.languages}
        refuse_long(words.values())
        return _with_intro(files, item, form, words, library)
    raise AuthoringError("unknown_item" if act == "ask" else "unknown_choice", item)


async def _still_without(files: VersionFiles, form: str) -> VersionFiles:
    """Take out of what a form is without the indices that somebody is asked all of again."""
    said = files.table(FORMS).get(form, {}).get(WITHOUT, ())
    library = (await assessed(files)).library if said else None
    if library is None or form not in library.forms:
        return files
    spread = {one.code for one in library.spread_indices(form)}
    return go_without(files, form, [one for one in said if one in spread])


def _with_intro(
    files: VersionFiles, item: str, form: str, words: Mapping[str, str], library: Library
) -> VersionFiles:
    now = _intro(files, form, item, library)
    said = {one: " ".join(text.split()) for one, text in words.items()}
    same = all(text == " ".join(now.get(one, "").split()) for one, text in said.items())
    return files if same else write_intro(files, item, form, said)


def _intro(files: VersionFiles, form: str, item: str, library: Library) -> Mapping[str, str]:
    blocks = files.table(FORMS).get(form, {}).get("block", [])
    key = next((str(one.get("intro", "")) for one in blocks if item in one["items"]), "")
    own = own_intro(files, key)
    if own is None and key in library.messages.keys:
        return library.messages.in_all_languages(key)
    return own or {}


async def _page(
    request: Request[Any, Any, Any],
    was: WrittenVersion,
    sent: FormMultiDict | None = None,
    *,
    problem: str = "",
) -> Response[Any]:
    language, files = language_of(request), was.files
    forms = forms_of(files)
    shown = request.query_params.get("order", next(iter(forms), ""))
    if shown not in forms:
        raise NotFoundException
    assessment = await assessed(files)
    library = assessment.library
    form = files.table(FORMS)[shown]
    asked = {item for block in form["block"] for item in block["items"]}
    said = _said(sent)
    stored = _parts(files, shown, library, language, {})
    context = {
        **page_names(was, language),
        "locked": was.state is not VersionState.DRAFT,
        "forms": [(one, library.forms[one].title) for one in forms if one in library.forms],
        "shown": shown,
        "parts": _parts(files, shown, library, language, said),
        "gone": _gone(stored, said, files),
        "stored": _stored(stored, said),
        "count": len(asked),
        "split": _modules(library, shown, tuple(form.get(WITHOUT, ())), language),
        "minutes": sent.get("minutes", "")
        if sent and _act(sent)[0] == "minutes"
        else form.get("minutes", ""),
        "more": _more(files, asked, library, language),
        "mends": [one for one in version_mends(assessment.problems, language) if not one.item],
        "problem": problem,
    }
    return page(request, "running/version_form.html", context, status=WRONG if problem else 200)


def _act(sent: FormMultiDict | None) -> tuple[str, str]:
    """Return what was to be done to the form, and to the part of which question."""
    act, _sep, item = str(sent.get("act", "") if sent else "").partition(":")
    return act, item


def _said(sent: FormMultiDict | None) -> Mapping[str, Mapping[str, str]]:
    """Return what was written of a part, by its first question."""
    act, first = _act(sent)
    if sent is None or act not in {"intro", "module"}:
        return {}
    written = {name: str(text) for name, text in sent.items()}
    return {first: {name: text for name, text in written.items() if name.startswith(act)}}


def _gone(
    parts: Sequence[WrittenPart], said: Mapping[str, Mapping[str, str]], files: VersionFiles
) -> list[tuple[str, str]]:
    """Return what was written of a part that there is not any more, with its language."""
    here = {part.first for part in parts}
    return [
        (end if (end := name.rpartition(".")[2]) in files.languages else "", text)
        for first, written in said.items()
        for name, text in written.items()
        if first not in here and text.strip()
    ]


def _stored(parts: Sequence[WrittenPart], said: Mapping[str, Mapping[str, str]]) -> list[SetField]:
    """Return the text before a part as it is stored, where somebody wrote another."""
    return [
        one
        for part in parts
        for one in part.intro
        if " ".join(said.get(part.first, {}).get(one.field, one.said).split())
        != " ".join(one.said.split())
    ]


def _parts(
    files: VersionFiles,
    form: str,
    library: Library,
    lang: Language,
    said: Mapping[str, Mapping[str, str]],
) -> tuple[WrittenPart, ...]:
    names = dict(own_names())
    known = library.forms[form].blocks if form in library.forms else ()
    stems = {block.items[0]: block.stem for block in known if block.items}
    found: list[WrittenPart] = []
    above: Text | None = None
    for block in files.table(FORMS)[form]["block"]:
        first = str(block["items"][0])
        stem, intro = stems.get(first), _intro(files, form, first, library)
        written = said.get(first, {})
        fields = tuple(
            SetField(field, one, names.get(one, one), written.get(field, intro.get(one, "")))
            for one in in_offered_order(files.languages)
            for field in (f"intro.{one}",)
        )
        items = tuple((str(one), _text(str(one), library, lang)) for one in block["items"])
        above_answers = in_language(stem, lang) if stem else ""
        costs, module = bool(found) and stem != above, str(block.get("module", ""))
        named = written.get("module", module)
        found.append(WrittenPart(first, above_answers, fields, items, costs, module, named))
        above = stem
    return tuple(found)


def _modules(
    library: Library, form: str, without: tuple[str, ...], lang: Language
) -> ShownModules | None:
    asked = library.forms.get(form)
    if asked is None or not asked.modules:
        return None
    core, *others = map(len, asked.items_by_part)
    spread = library.spread_indices(form)
    return ShownModules(
        core,
        tuple(zip(asked.modules, others, strict=True)),
        tuple(in_language(one.title, lang) for one in spread),
        {one.code for one in spread} <= set(without),
    )


def _more(
    files: VersionFiles, asked: set[str], library: Library, lang: Language
) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return what the form could ask, too: the version's own by purpose, then others' by name.

    A question of another instrument is the same question wherever it is asked: its words are
    written there alone. What only that instrument needs, its filters and background, stays there.
    """
    own = [place.value for place in read_items(files).items]
    found: dict[str, list[tuple[str, str]]] = {}
    for one in own:
        if one.id not in asked:
            found.setdefault(_(PURPOSES[one.purpose]), []).append(
                (one.id, _text(one.id, library, lang))
            )
    known = {one.id for one in own} | asked
    for key in (key for key in library.versions if key != files.key):
        newest = library.versions[key][max(library.versions[key])]
        title = _("Fra %(name)s") % {"name": in_language(library.instrument_title(key), lang)}
        found[title] = [
            (name, _text(name, library, lang))
            for name in newest.items
            if name not in known and library.items[name].purpose == "measure"
        ]
    return [(label, items) for label, items in found.items() if items]


def _text(item: str, library: Library, lang: Language) -> str:
    return in_language(library.items[item].text, lang) if item in library.items else item


HANDLERS = [show_written_form, write_form]
