"""A questionnaire alone as DDI-Codebook 2.5: questions as variables, scales and indices as groups.

There is no data behind it, so there is no file and no figure: what an archive holds of a survey
before it is asked, or beside answers that it must not have.
"""

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from questionnaires.arms import arm_of
from questionnaires.formats.ddi import (
    LANG,
    add,
    add_text,
    codebook,
    codebook_bytes,
)
from questionnaires.formats.left_out import (
    LeftOut,
    WrittenFile,
    in_words,
    lost_exclusive,
    lost_placeholders,
    lost_values,
)
from questionnaires.formats.names import NameRule, allowed_names
from questionnaires.formats.outline import FileContext, ends_of, joined_texts
from questionnaires.model import Block, Item, Questionnaire, Text

_ID: Final = NameRule(re.compile(r"[^A-Za-z0-9_.]"), re.compile(""), "")
_ANSWERED_BY: Final = {"radio": "category", "select": "category", "checkbox": "multiple"}


def to_ddi(asked: Questionnaire, language: str, beside: FileContext) -> WrittenFile:
    """Write a questionnaire as a codebook.

    Parameters
    ----------
    asked : Questionnaire
    language : str
        The codebook's own language, and the first of the title.
    beside : FileContext
        With the agency, whom is asked, and the statements.
    """
    root = codebook(language)
    citation = add(root, "docDscr")
    _citation(citation, asked, language, beside)
    study = add(root, "stdyDscr")
    _citation(study, asked, language, beside)
    summary = add(study, "stdyInfo/sumDscr")
    add_text(summary, "universe", beside.universe)
    described = add(root, "dataDscr")
    ids = _Ids(asked)
    for group in _groups(asked, ids):
        described.append(group)
    for block in asked.form.blocks:
        for name in block.items:
            _variable(described, asked, block, asked.item(name), ids, beside)
    return WrittenFile(codebook_bytes(root), tuple(_lost(asked, beside)))


def _lost(asked: Questionnaire, beside: FileContext) -> Iterator[LeftOut]:
    form = asked.form
    yield LeftOut(form.id, "frame")
    yield LeftOut(form.id, "marks")
    yield from (LeftOut(form.id, "module", name) for name in form.modules)
    for item in asked.items:
        if arm_of(item.id) is not None:
            yield LeftOut(item.id, "arm")
        if item.reversed:
            yield LeftOut(item.id, "reversed")
        if item.presentation == "select":
            yield LeftOut(item.id, "list")
        for one in item.filter:
            yield LeftOut(item.id, "condition", in_words(one))
    yield from _lost_weights(asked)
    yield from lost_values(asked)
    yield from lost_exclusive(asked, beside.alone)
    if form.screen_out:
        yield LeftOut(form.id, "screen_out", in_words(form.screen_out))
    if form.help:
        yield LeftOut(form.id, "thanks")
    yield from lost_placeholders(asked)


def _lost_weights(asked: Questionnaire) -> Iterator[LeftOut]:
    for index in asked.indices:
        if len(set(index.weights.values())) > 1:
            weights = ", ".join(f"{code} {weight:.3g}" for code, weight in index.weights.items())
            yield LeftOut(index.code, "weights", weights)


class _Ids:
    """Names of elements: one for each scale, index and item, though they may be called alike."""

    def __init__(self, asked: Questionnaire) -> None:
        self.scales = _ids("S_", (one.code for one in asked.scales))
        self.indices = _ids("I_", (one.code for one in asked.indices))
        self.items = _ids("M_", (one.id for one in asked.items))
        self.questions = _ids("Q_", (one.id for one in asked.items))


def _ids(before: str, codes: Iterable[str]) -> Mapping[str, str]:
    return {code: before + name for code, name in allowed_names(codes, _ID).items()}


def _citation(parent: ET.Element, asked: Questionnaire, language: str, beside: FileContext) -> None:
    citation = add(parent, "citation")
    titles = add(citation, "titlStmt")
    title = asked.form.title
    first = language if language in title else next(iter(title), language)
    add(titles, "titl", title.get(first, asked.form.id), {LANG: first})
    for one, words in title.items():
        if one != first:
            add(titles, "parTitl", words, {LANG: one})
    add(titles, "IDNo", asked.hash, {"agency": "Verdibarometer"})
    agency = beside.agency.get(language, "")
    if agency:
        add(citation, "rspStmt/AuthEnty", agency)
    produced = add(citation, "prodStmt")
    if agency:
        add(produced, "producer", agency)
    add(produced, "software", "Verdibarometer")


def _groups(asked: Questionnaire, ids: _Ids) -> Iterator[ET.Element]:
    holder = ET.Element("holder")
    for index in asked.indices:
        parts = [ids.scales[code] for code in index.weights if code in ids.scales]
        attributes = {"ID": ids.indices[index.code], "type": "subject", "name": index.code}
        group = add(holder, "varGrp", "", attributes | _listed("varGrp", parts))
        add_text(group, "labl", index.title)
        add_text(group, "txt", index.about)
    for scale in asked.scales:
        items = [ids.items[name] for name in scale.items]
        attributes = {"ID": ids.scales[scale.code], "type": "subject", "name": scale.code}
        group = add(holder, "varGrp", "", attributes | _listed("var", items))
        add_text(group, "labl", scale.title)
    yield from holder


def _listed(name: str, ids: Sequence[str]) -> dict[str, str]:
    return {name: " ".join(ids)} if ids else {}


def _variable(
    parent: ET.Element,
    asked: Questionnaire,
    block: Block,
    item: Item,
    ids: _Ids,
    beside: FileContext,
) -> None:
    options = asked.option_set(item)
    variable = add(parent, "var", "", {
        "ID": ids.items[item.id], "name": item.id, "intrvl": "discrete",
    })  # fmt: skip
    add_text(variable, "labl", item.text)
    before: Text = joined_texts(
        "\n", block.intro if block.items[0] == item.id else None, block.stem
    )
    question = add(variable, "qstn", "", {
        "ID": ids.questions[item.id],
        "responseDomainType": _ANSWERED_BY[item.presentation],
    })  # fmt: skip
    add_text(question, "preQTxt", before)
    add_text(question, "qstnLit", item.text)
    if item.filter:
        known = [ids.questions[one.item] for one in item.filter if one.item in ids.questions]
        words = "; ".join(in_words(one) for one in item.filter)
        add(question, "backward", words, _listed("qstn", known))
    add_text(question, "ivuInstr", joined_texts("\n", item.help, ends_of(options)))
    add_text(variable, "universe", item.note or {})
    for option in options.options:
        category = add(variable, "catgry", "", {"missing": "Y"} if option.missing else {})
        add(category, "catValu", option.code)
        add_text(category, "labl", option.label)
    for name in item.statements:
        if name in beside.statements:
            add(variable, "concept", beside.statements[name].text, {"vocab": name})
        else:
            add(variable, "concept", name, {"vocab": name})
