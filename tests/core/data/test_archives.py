import stat
import zipfile

import pytest

from core.data.archives import extract_zip
from core.errors import DataError, StorageError
from core.generators import pull

FILES = {"set/a.txt": b"first", "set/deep/b.txt": b"second" * 1000}


def make_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def to(tmp_path):
    return tmp_path / "to"


def everything_under(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def test_an_archive_is_unpacked_with_its_folders(archive, to):
    written = pull(extract_zip(make_zip(archive, FILES), to, 10_000))
    assert {path.relative_to(to).as_posix(): path.read_bytes() for path in written} == FILES
    assert everything_under(to) == sorted(written)


def test_only_what_is_wanted_is_unpacked_flat_if_asked(archive, to):
    written = pull(extract_zip(make_zip(archive, FILES), to, 10_000, members=["set/deep/b.txt"], flat=True))
    assert written == [to / "b.txt"] == everything_under(to)


def test_a_missing_member_is_named(archive, to):
    with pytest.raises(DataError, match=r"set/c\.txt is not in it"):
        pull(extract_zip(make_zip(archive, FILES), to, 10_000, members=["set/a.txt", "set/c.txt"]))


@pytest.mark.parametrize(
    "name", ["../out.txt", "set/../../out.txt", "/out.txt", "..\\out.txt", "C:\\out.txt", "C:out.txt"]
)
def test_nothing_is_written_outside_the_folder(tmp_path, archive, to, name):
    make_zip(archive, {name: b"out"})
    with pytest.raises(DataError, match="would not stay inside"):
        pull(extract_zip(archive, to, 10_000))
    assert everything_under(tmp_path) == [archive]


def test_an_archive_larger_than_agreed_is_refused(archive, to):
    with pytest.raises(DataError, match="much larger"):
        pull(extract_zip(make_zip(archive, FILES), to, 5000))
    assert [path.name for path in everything_under(to)] == ["a.txt"]


def test_an_archive_that_lies_about_its_size_is_refused(archive, to):
    content = make_zip(archive, {"a.txt": bytes(50_000)}).read_bytes()
    archive.write_bytes(content.replace((50_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(DataError):
        pull(extract_zip(archive, to, 5000))
    assert not (to / "a.txt").exists()


def test_links_in_a_zip_are_refused(archive, to):
    with zipfile.ZipFile(archive, "w") as writer:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        writer.writestr(info, "/etc/passwd")
    with pytest.raises(DataError, match="link would not stay inside"):
        pull(extract_zip(archive, to, 10_000))


@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_a_truncated_archive_is_refused(archive, to, keep):
    content = make_zip(archive, FILES).read_bytes()
    archive.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DataError, match="archive cannot be unpacked"):
        pull(extract_zip(archive, to, 10_000))
    assert not [path for path in everything_under(to) if path.suffix == ".part"]


def test_one_wrong_byte_never_crashes_and_never_passes(archive, to):
    content = make_zip(archive, FILES).read_bytes()
    for place in range(0, len(content), 3):
        archive.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            written = pull(extract_zip(archive, to, 10_000))
        except DataError:
            continue
        assert set(FILES.values()) >= {path.read_bytes() for path in written}


def test_something_else_than_an_archive_is_refused(archive, to):
    archive.write_bytes(b"<html>not found</html>" * 50)
    with pytest.raises(DataError, match="cannot be unpacked"):
        pull(extract_zip(archive, to, 10_000))


def test_each_file_is_reported_so_that_one_can_stop_in_between(archive, to):
    work = extract_zip(make_zip(archive, FILES), to, 10_000)
    assert [next(work).done for _i in range(3)] == [0, 5, 5]
    work.close()
    assert [path.name for path in everything_under(to)] == ["a.txt"]


def test_a_file_in_the_way_of_the_folder_is_told_as_such(archive, to):
    to.write_text("in the way")
    with pytest.raises(StorageError):
        pull(extract_zip(make_zip(archive, FILES), to, 10_000))
