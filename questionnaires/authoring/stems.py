"""The sentence above the answers of a block: it stands there while all items have the same ones."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from questionnaires.authoring.form_edits import INTRO, block_beside
from questionnaires.authoring.version_files import STRUCTURE, VersionFiles
from questionnaires.parsing.forms import FORMS, NOT_ASKED


def keep_stems(files: VersionFiles, was: VersionFiles) -> VersionFiles:
    """Part blocks whose items have got other answers than those beside them, or other neighbours.

    A block has the sentence above its answers as long as all of its items have the same. Where one
    gets others, or one with others is moved among them, those beside it would be asked without the
    sentence, in other words than before. Whatever it passes on its way, and would stand alone then,
    goes to those below or above that have the same answers.

    Parameters
    ----------
    files, was : VersionFiles
        With the new answers or order, and before. Items of other instruments are taken to be
        answered as those beside them.
    """
    document = files.document(FORMS)
    then, now = _answers(was), _answers(files)
    parted = False
    for name in files.table(FORMS):
        blocks: Any = [] if name == NOT_ASKED else document[name].get("block", [])
        answered = [*_answered_then(was.table(FORMS).get(name, {}).get("block", ()), then)]
        for number in reversed(range(len(blocks))):
            runs = _runs([str(one) for one in blocks[number]["items"]], answered, now)
            for rest in reversed(runs[1:]):
                blocks.insert(number + 1, block_beside(blocks[number], rest))
                for one in rest:
                    blocks[number]["items"].remove(one)
                parted = True
        alone = {one for block in answered if len(block) == 1 for one in block}
        parted = _beside_their_like(blocks, then, now, alone) or parted
    return files.with_document(FORMS, document) if parted else files


def _beside_their_like(
    blocks: Any,  # noqa: ANN401 - tables of tomlkit
    then: Mapping[str, str],
    now: Mapping[str, str],
    alone: Collection[str],
) -> bool:
    """Put items that newly stand alone, with the answers they had, to a block of the same ones."""
    moved = False
    for at in reversed(range(len(blocks))):
        item, *others = (str(one) for one in blocks[at]["items"])
        asked_alike = item in now and now[item] == then.get(item)
        if others or item in alone or not asked_alike or INTRO in blocks[at]:
            continue
        below, above = blocks[at + 1 : at + 2], blocks[max(at - 1, 0) : at]
        if below and INTRO not in below[0] and _are_alike(below[0], blocks[at], now):
            below[0]["items"].insert(0, item)
        elif above and _are_alike(above[0], blocks[at], now):
            above[0]["items"].append(item)
        else:
            continue
        del blocks[at]
        moved = True
    return moved


def _are_alike(
    one: Mapping[str, Any], other: Mapping[str, Any], answers: Mapping[str, str]
) -> bool:
    """Tell whether two blocks have one set of answers, and are asked of the same people."""
    sets = {answers.get(str(item)) for block in (one, other) for item in block["items"]}
    return len(sets) == 1 and one.get("module") == other.get("module")


def _answers(files: VersionFiles) -> dict[str, str]:
    """Name the set of answers of each item of a version."""
    return {
        str(one.get("id")): str(one.get("options"))
        for one in files.table(STRUCTURE).get("item", ())
    }


def _answered_then(
    blocks: Sequence[Mapping[str, Any]], answers: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    """Name the answers of each item of each block; others' are those beside, or of the block."""
    for number, block in enumerate(blocks):
        own = {str(one): answers.get(one, "") for one in block["items"]}
        beside = next(filter(None, own.values()), f"block {number}")
        yield {one: said or beside for one, said in own.items()}


def _runs(
    items: Sequence[str], then: Sequence[Mapping[str, str]], now: Mapping[str, str]
) -> list[list[str]]:
    """Give the items of a block by their answers, in order; all where some shared none before."""
    if any(len({block[one] for one in items if one in block}) > 1 for block in then):
        return [list(items)]
    was = {one: said for block in then for one, said in block.items() if one in items}
    usual = next(iter(was.values()), "")
    return [list(run) for _, run in groupby(items, lambda one: now.get(one, was.get(one, usual)))]
