"""A docstring names the types that the signature has: a class that was renamed is renamed there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("survey_app", "analytics", "questionnaires")
A_CLASS = re.compile(r"\b[A-Z]\w*[a-z]\w*")
# what stands on the line of a type and is none
NO_TYPE = re.compile(r"\{[^}]*\}|`[^`]*`|\"[^\"]*\"|None|True|False")
HEADING = re.compile(r"\n *(\w+)\n *-{3,}\n")
TOLD = ("Parameters", "Attributes", "Returns", "Yields")
OF_NAMES = ("Parameters", "Attributes")


def trees():
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield path.relative_to(ROOT).as_posix(), ast.parse(path.read_text(encoding="utf-8"))


def classes_in(text):
    return set(A_CLASS.findall(NO_TYPE.sub("", text)))


def told_types(docstring):
    """Give each line of a docstring that names a type: its names, where it has any, and classes."""
    parts = HEADING.split("\n" + docstring)
    for heading, body in zip(parts[1::2], parts[2::2], strict=True):
        for line in body.splitlines() if heading in TOLD else ():
            names, colon, told = line.partition(" : ")
            if line.startswith(" ") or (heading in OF_NAMES and not colon):
                continue
            parameters = names.replace("*", "").split(", ") if heading in OF_NAMES else []
            yield line, parameters, classes_in(told if colon else line)


def annotations(node):
    """Give what a function's arguments are, or a class's fields and what makes one."""
    if isinstance(node, ast.ClassDef):
        fields = [one for one in node.body if isinstance(one, ast.AnnAssign)]
        made = [one for one in node.body if getattr(one, "name", "") == "__init__"]
        known = {ast.unparse(one.target): ast.unparse(one.annotation) for one in fields}
        return known | (annotations(made[0]) if made else {})
    found = node.args
    every = [*found.posonlyargs, *found.args, *found.kwonlyargs, found.vararg, found.kwarg]
    return {one.arg: ast.unparse(one.annotation) for one in every if one and one.annotation}


def wrongly_told(name, tree, meant):
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        known = annotations(node)
        returned = getattr(node, "returns", None)
        bounds = "".join(f" {ast.unparse(one)}" for one in node.type_params)
        for line, parameters, told in told_types(ast.get_docstring(node) or ""):
            if parameters and not known.keys() & set(parameters):
                continue  # an attribute that stands in no list of fields
            there = " ".join(known.get(one, "") for one in parameters) + bounds
            there = there if parameters else f"{ast.unparse(returned) if returned else ''}{bounds}"
            words = set(re.findall(r"\w+", there))
            words |= {word for alias in words for word in meant.get(alias, ())}
            if told - words:
                yield f"{name}:{node.lineno} {node.name}: «{line}», and it is {there}"


def aliases(every):
    """Give the words that a type with a name of its own stands for."""
    return {
        node.name.id: set(re.findall(r"\w+", ast.unparse(node.value)))
        for _, tree in every
        for node in ast.walk(tree)
        if isinstance(node, ast.TypeAlias)
    }


def test_docstrings_name_the_types_of_the_signature():
    every = list(trees())
    meant = aliases(every)
    found = [told for name, tree in every for told in wrongly_told(name, tree, meant)]
    assert not found, "\n".join(found)


def test_a_type_that_is_told_otherwise_is_found():
    source = '''
def f(one: Shown, other: Table) -> Level | None:
    """Do it.

    Parameters
    ----------
    one : Level
        Of a Publication.
    other : Table or None

    Returns
    -------
    Draft
        Whole.
    """
'''
    lines = [told.partition("«")[2][:8] for told in wrongly_told("m.py", ast.parse(source), {})]
    assert lines == ["one : Le", "Draft», "]
