"""Between two revisions of the strategy every statement goes somewhere, once, for a reason."""

import re
import shutil

import pytest

from questionnaires.coverage import items_by_statement
from questionnaires.errors import QuestionnaireErrors
from questionnaires.loader import content_hashes, load_library
from questionnaires.strategy_maps import by_statement, carried
from tests.agencies import FIRST

MAP = "strategy/maps/2021-1_2027-1.toml"
LATER = "strategy/2027-1.toml"
LIBRARY = load_library()
[FOUND] = LIBRARY.strategy_maps


def change(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def content(tmp_path):
    root = tmp_path / "questionnaires"
    shutil.copytree(FIRST, root)
    return root


def problems(root):
    with pytest.raises(QuestionnaireErrors) as caught:
        load_library(root)
    return [str(problem) for problem in caught.value.problems]


def test_the_example_is_read_beside_what_is_asked_and_says_what_it_is():
    assert LIBRARY.strategy.revision == "2021-1"
    assert {one: found.status for one, found in LIBRARY.strategies.items()} == {
        "2021-1": "adopted", "2027-1": "example",
    }  # fmt: skip
    assert all(LIBRARY.questionnaire(form).strategy_revision == "2021-1" for form in LIBRARY.forms)


def test_every_statement_of_both_revisions_stands_once_with_a_reason_in_every_language():
    for revision, side in (("2021-1", "before"), ("2027-1", "after")):
        named = [name for move in FOUND.moves for name in getattr(move, side)]
        assert sorted(named) == sorted(LIBRARY.strategies[revision].statements)
    assert {tuple(move.reason) for move in FOUND.moves} == {("nb", "nn", "en")}
    assert {move.became for move in FOUND.moves} == {
        "same", "reworded", "split", "merged", "new", "gone",
    }  # fmt: skip


def test_a_statement_of_the_example_is_the_strategy_s_own_or_has_an_id_of_its_own():
    earlier, later = (LIBRARY.strategies[one].statements for one in ("2021-1", "2027-1"))
    shared = earlier.keys() & later.keys()
    assert [name for name in shared if earlier[name].text != later[name].text] == []
    assert [name for name in shared if earlier[name].goal != later[name].goal] == []


def test_items_follow_a_statement_that_means_the_same_and_no_other():
    measuring = items_by_statement(LIBRARY.strategy, LIBRARY.items.values(), LIBRARY.weak_links)
    found = {one.item: one for one in carried(measuring, FOUND.moves)}
    assert set(found) == {item for items in measuring.values() for item in items}
    judgement = found["vp.try.3"]
    assert judgement.statements == ("verdi.trygghet.2",)
    [split] = judgement.moves
    assert (split.became, split.carries) == ("split", False)
    assert split.after == ("verdi.trygghet.4", "verdi.trygghet.5")
    [kept] = found["vp.try.1"].moves
    assert (kept.became, kept.carries, kept.after) == ("same", True, ("verdi.trygghet.1",))
    moves = by_statement(FOUND.moves)
    assert moves["sikkerhet.ansatte.1"].carries
    assert moves["omdomme.plattform.1"] is moves["omdomme.plattform.3"]


def test_a_map_is_named_by_its_content_and_moves_no_hash_that_is_released():
    hashes = content_hashes(FIRST)
    assert {"strategy/2027-1", "strategy/maps/2021-1_2027-1"} <= hashes.keys()
    released = (FIRST / "released.toml").read_text(encoding="utf-8")
    for name, recorded in re.findall(r'^"(.+?)" = "(.+?)"', released, re.MULTILINE):
        assert hashes[name] == recorded


def test_a_released_map_that_changed_is_told(content):
    change(content / LATER, 'status = "example"\n', "")
    with (content / "released.toml").open("a", encoding="utf-8") as file:
        file.write(f'"strategy/maps/2021-1_2027-1" = "{content_hashes(content)[MAP[:-5]]}"\n')
    assert load_library(content)
    change(content / MAP, "ligger fast", "står fast")
    [told] = problems(content)
    assert told.startswith(f"released.toml: {MAP[:-5]}: the content of this released version has")


def test_a_map_of_a_revision_that_is_not_there_is_told(content):
    change(content / MAP, 'to = "2027-1"', 'to = "2028-1"')
    assert problems(content) == [
        f"{MAP}: from: the file is called 2021-1_2027-1 and maps 2021-1 to 2028-1; correct one",
        f"{MAP}: to: there is no strategy/2028-1.toml; correct the revision",
    ]


def test_other_words_under_the_same_id_are_refused(content):
    change(content / LATER, "Vi er fleksible og endringsvillige.", "Vi er fleksible.")
    [told] = problems(content)
    assert told == (
        f"{MAP}: statement verdi.nytenking.2: the words differ between the revisions; give the new"
        " ones an id of their own and call it reworded, since figures of the old words stand under"
        " the old id"
    )


def test_a_reworded_statement_with_the_same_words_is_refused(content):
    text = "Vi har felles digitale standarder og sikker infrastruktur"
    change(content / LATER, f'"{text}"', f'"{text} og standarder"')
    [told] = problems(content)
    assert told.startswith(f"{MAP}: statement organisasjon.digital.1: the words are the same; call")


def test_an_example_is_neither_asked_nor_released(content):
    change(content / "strategy/2021-1.toml", "revision = ", 'status = "draft"\nrevision = ')
    with (content / "released.toml").open("a", encoding="utf-8") as file:
        file.write(f'"strategy/2027-1" = "{content_hashes(content)["strategy/2027-1"]}"\n')
    found = problems(content)
    assert any("the revision is a draft and indices.toml asks it" in one for one in found)
    assert any(
        "released.toml: strategy/2027-1: strategy 2027-1 is an example, and what may" in one
        for one in found
    )
