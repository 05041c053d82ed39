"""A bag for the archive: every file with its hash, and the same bytes whenever it is made."""

import hashlib
import io
import zipfile

from survey_app.running.bags import pack_bag, zip_bag

FILES = {"b.txt": b"two", "a.json": b"{}"}
ABOUT = {"Source-Organization": "Kriminalomsorgen", "External-Description": "One\nline"}


def test_a_bag_names_every_file_with_its_hash_as_the_rfc_has_it():
    bag = pack_bag(FILES, ABOUT)
    assert bag["bagit.txt"] == b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    assert bag["bag-info.txt"].decode() == (
        "Source-Organization: Kriminalomsorgen\nExternal-Description: One line\n"
        # two and three bytes in two files
        "Payload-Oxum: 5.2\n"
    )
    for manifest, named in (
        ("manifest-sha256.txt", {"data/a.json", "data/b.txt"}),
        ("tagmanifest-sha256.txt", {"bag-info.txt", "bagit.txt", "manifest-sha256.txt"}),
    ):
        lines = dict(reversed(line.split("  ")) for line in bag[manifest].decode().splitlines())
        assert set(lines) == named
        for name, told in lines.items():
            assert hashlib.sha256(bag[name]).hexdigest() == told


def test_the_same_files_are_the_same_bytes_in_whatever_order_they_come():
    once, again = (pack_bag(dict(files), ABOUT) for files in (FILES, reversed(FILES.items())))
    assert once == again
    packed = zip_bag(once, "wave")
    assert packed == zip_bag(dict(reversed(again.items())), "wave")
    with zipfile.ZipFile(io.BytesIO(packed)) as read:
        assert read.testzip() is None
        assert {name.removeprefix("wave/") for name in read.namelist()} == set(once)
        assert {one.date_time for one in read.infolist()} == {(1980, 1, 1, 0, 0, 0)}
