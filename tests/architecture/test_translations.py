"""Interface texts are found by `tests.translations`, and none is kept that nothing uses."""

import ast
from pathlib import Path

import pytest

from questionnaires.loader import load_library
from survey_app.shared.i18n import SOURCE, translator
from tests import translations

ROOT = Path(__file__).parents[2] / "survey_app"


def said():
    """List texts that stand in calls of a translator's ``gettext`` under whatever name."""
    for path in ROOT.rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        if ".gettext" not in source:
            continue
        nodes = list(ast.walk(ast.parse(source)))
        names = {
            target.id
            for node in nodes
            if isinstance(node, ast.Assign) and getattr(node.value, "attr", "") == "gettext"
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in nodes:
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and node.args:
                text = node.args[0]
                if isinstance(text, ast.Constant):
                    yield path.relative_to(ROOT).as_posix(), text.value


def test_every_text_that_is_translated_is_one_that_is_looked_for():
    unseen = [(path, text) for path, text in said() if text not in translations.used()]
    assert unseen == [], "call it `gettext`, or mark the text with N_"


def test_a_translation_of_a_text_that_nothing_uses_is_refused(monkeypatch):
    wanted = dict(translations.used())
    gone = "Avlyst"
    del wanted[gone]
    monkeypatch.setattr(translations, "used", lambda: wanted)
    [line] = translations.gaps("nn")
    assert line.endswith(f"no code or template uses: {gone!r}")


def test_a_text_without_translation_is_told_with_its_place_and_where_to_write_it(monkeypatch):
    wanted = {**translations.used(), "Ny tekst": "survey_app/reading/new.html:2"}
    monkeypatch.setattr(translations, "used", lambda: wanted)
    [line] = translations.gaps("en")
    assert line.startswith("en: survey_app/reading/new.html:2: not translated")
    assert "survey_app/shared/locale/en" in line
    assert line.endswith("'Ny tekst'")


def test_a_text_with_a_number_that_is_translated_without_one_is_told(monkeypatch):
    place = "survey_app/reading/new.html:2"
    wanted = {**translations.called(), ("Avlyst", True): place}
    monkeypatch.setattr(translations, "called", lambda: wanted)
    assert translations.gaps("en") == [f"en: {place}: not translated by number: 'Avlyst'"]


@pytest.mark.parametrize("language", [SOURCE, "nn", "en"])
def test_no_text_of_a_page_repeats_a_promise_in_words_of_its_own(language):
    """Promises are messages, so that what a page says follows from who holds the key."""
    promised = load_library().messages.text("promise.trustees", language).lower()
    nobody = " ".join(promised.split()[:4])
    assert nobody in {"ingen kan se hva", "ingen kan sjå kva", "nobody can see what"}
    texts = translations.used() if language == SOURCE else translator(language).messages.values()
    assert [text for text in texts if nobody in text.lower()] == []
