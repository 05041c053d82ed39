"""Whoever sends is killed in the middle: each has one; long: `python -m tests.faults.messages`."""

import pytest

from survey_app.settings import Settings
from tests.builders_answering import without_pools
from tests.faults.messages import SECRET, letters, texts


async def test_text_messages_of_senders_that_are_killed_arrive_once_at_most(database):
    with without_pools():
        told = await texts(database, 7, people=15, kills=5, knows_repeats=False)
    assert "none twice" in told


@pytest.mark.slow
async def test_letters_of_whoever_is_killed_making_them_arrive_once(database, tmp_path):
    chosen = Settings(
        data_dir=tmp_path / "var", secret_key=SECRET, base_url="http://testserver.local"
    )
    with without_pools():
        told = await letters(chosen, database, 7, tmp_path, people=6, kills=3)
    assert "one each" in told


@pytest.mark.slow
@pytest.mark.parametrize("knows_repeats", [True, False])
async def test_a_thousand_text_messages_and_two_hundred_kills_are_one_each(database, knows_repeats):
    with without_pools():
        told = await texts(database, 1, people=1000, kills=200, knows_repeats=knows_repeats)
    print(told)
