import io
import stat
import tarfile
import zipfile

import pytest

from core.data.archives import extract_tar, extract_zip
from core.errors import DataError, StorageError
from core.generators import pull

FILES = {"set/a.txt": b"first", "set/deep/b.txt": b"second" * 1000}


def make_zip(path, files):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


def make_tar(path, files, *special):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
        for info in special:
            archive.addfile(info)
    return path


both = pytest.mark.parametrize(
    ("make", "extract"), [(make_zip, extract_zip), (make_tar, extract_tar)], ids=["zip", "tar"]
)


@pytest.fixture
def archive(tmp_path):
    return tmp_path / "archive"


@pytest.fixture
def to(tmp_path):
    return tmp_path / "to"


def everything_under(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


@both
def test_an_archive_is_unpacked_with_its_folders(archive, to, make, extract):
    written = pull(extract(make(archive, FILES), to, 10_000))
    assert {path.relative_to(to).as_posix(): path.read_bytes() for path in written} == FILES
    assert everything_under(to) == sorted(written)


@both
def test_only_what_is_wanted_is_unpacked_flat_if_asked(archive, to, make, extract):
    written = pull(extract(make(archive, FILES), to, 10_000, members=["set/deep/b.txt"], flat=True))
    assert written == [to / "b.txt"] == everything_under(to)


@both
def test_a_missing_member_is_named(archive, to, make, extract):
    with pytest.raises(DataError, match=r"set/c\.txt is not in it"):
        pull(extract(make(archive, FILES), to, 10_000, members=["set/a.txt", "set/c.txt"]))


@both
@pytest.mark.parametrize(
    "name", ["../out.txt", "set/../../out.txt", "/out.txt", "..\\out.txt", "C:\\out.txt", "C:out.txt"]
)
def test_nothing_is_written_outside_the_folder(tmp_path, archive, to, make, extract, name):
    make(archive, {name: b"out"})
    with pytest.raises(DataError, match="would not stay inside"):
        pull(extract(archive, to, 10_000))
    assert everything_under(tmp_path) == [archive]


@both
def test_an_archive_larger_than_agreed_is_refused(archive, to, make, extract):
    with pytest.raises(DataError, match="much larger"):
        pull(extract(make(archive, FILES), to, 5000))
    assert [path.name for path in everything_under(to)] == ["a.txt"]


def test_an_archive_that_lies_about_its_size_is_refused(archive, to):
    content = make_zip(archive, {"a.txt": bytes(50_000)}).read_bytes()
    archive.write_bytes(content.replace((50_000).to_bytes(4, "little"), (10).to_bytes(4, "little")))
    with pytest.raises(DataError):
        pull(extract_zip(archive, to, 5000))
    assert not (to / "a.txt").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_links_and_devices_in_a_tar_are_refused(archive, to, kind):
    info = tarfile.TarInfo("link")
    info.type, info.linkname = kind, "/etc/passwd"
    make_tar(archive, {}, info)
    with pytest.raises(DataError, match="link would not stay inside"):
        pull(extract_tar(archive, to, 10_000))


def test_links_in_a_zip_are_refused(archive, to):
    with zipfile.ZipFile(archive, "w") as writer:
        info = zipfile.ZipInfo("link")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        writer.writestr(info, "/etc/passwd")
    with pytest.raises(DataError, match="link would not stay inside"):
        pull(extract_zip(archive, to, 10_000))


@both
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9])
def test_a_truncated_archive_is_refused(archive, to, make, extract, keep):
    content = make(archive, FILES).read_bytes()
    archive.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(DataError, match="archive cannot be unpacked"):
        pull(extract(archive, to, 10_000))
    assert not [path for path in everything_under(to) if path.suffix == ".part"]


@both
def test_one_wrong_byte_never_crashes_and_in_a_zip_never_passes(archive, to, make, extract):
    content = make(archive, FILES).read_bytes()
    for place in range(0, len(content), 3):
        archive.write_bytes(content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :])
        try:
            written = pull(extract(archive, to, 10_000))
        except DataError:
            continue
        if extract is extract_zip:  # a tar carries no checksum of its files; downloads have their own
            assert set(FILES.values()) >= {path.read_bytes() for path in written}


@both
def test_something_else_than_an_archive_is_refused(archive, to, make, extract):
    archive.write_bytes(b"<html>not found</html>" * 50)
    with pytest.raises(DataError, match="cannot be unpacked"):
        pull(extract(archive, to, 10_000))


@both
def test_each_file_is_reported_so_that_one_can_stop_in_between(archive, to, make, extract):
    work = extract(make(archive, FILES), to, 10_000)
    assert [next(work).done for _i in range(3)] == [0, 5, 5]
    work.close()
    assert [path.name for path in everything_under(to)] == ["a.txt"]


def test_a_file_in_the_way_of_the_folder_is_told_as_such(archive, to):
    to.write_text("in the way")
    with pytest.raises(StorageError):
        pull(extract_zip(make_zip(archive, FILES), to, 10_000))
