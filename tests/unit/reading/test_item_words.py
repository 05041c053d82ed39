"""A question says since when it has its words, and what they did where a wave asked both."""

from types import SimpleNamespace

from survey_app.reading.broken import item_notes

WAVE = {"in": {"nb": "i september 2025", "nn": "i september 2025", "en": "in September 2025"}}


def shown(*, key="2026-k1", breaks=(), links=()):
    content = {"wave": {"key": key, "labels": WAVE}, "breaks": breaks, "links": links}
    words = {"2025-k3": WAVE}
    return SimpleNamespace(content=content, words_for=lambda wave: words.get(wave, {}))


def link(**other):
    row = {"measure": "vp.a", "wave": "2025-k3", "delta": -3.0, "se": 1.0, "method": "additive"}
    return row | other


def notes(published, lang="nb"):
    return list(item_notes(published, "vp.a", lang))


def test_a_broken_question_has_figures_of_its_own_words_alone():
    row = {"measure": "vp.a", "before": "2025-k2", "since": "2025-k3", "waves": ["2025-k2"],
           "why": "reworded"}  # fmt: skip
    broken = shown(breaks=[row], links=[link(method="none")])
    assert notes(broken) == [
        "Spørsmålet ble endret i september 2025. Tallene før og etter kan ikke sammenlignes."
    ]


def test_a_linked_question_says_what_the_words_did():
    [said] = notes(shown(links=[link(), link(measure="vp.b")]), "en")
    # halves are linked over other answers to choose from, too, and the publication tells not which
    assert said.startswith("The wording, or the answers to choose from, changed in September 2025.")
    assert "A random half was then asked the old way" in said
    assert "3.0 points lower (±\xa02.0)" in said
    # the wave that asked both names itself
    assert notes(shown(key="2025-k3", links=[link()]))


def test_of_a_wave_without_words_for_it_nothing_is_said():
    assert notes(shown(links=[link(wave="1999")])) == []
    assert notes(shown()) == []
