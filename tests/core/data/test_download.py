import hashlib
import os
import sys
import threading

import pytest

from core.data.download import download
from core.errors import DataError, OfflineError, StorageError
from core.generators import pull

CONTENT = os.urandom(300_000)
MD5 = ("md5", hashlib.md5(CONTENT).hexdigest())
SHA256 = ("sha256", hashlib.sha256(CONTENT).hexdigest())


@pytest.fixture
def target(tmp_path):
    return tmp_path / "data" / "SET" / "file.gz"


@pytest.fixture
def part(target):
    return target.with_name("file.gz.part")


@pytest.fixture(autouse=True)
def served(server):
    server.files["file.gz"] = CONTENT


def fetch(server, target, checksum=MD5, paths=("file.gz",), **more):
    return pull(download([server.url(path) for path in paths], target, checksum, **more))


def transfers():
    return [thread for thread in threading.enumerate() if thread.name.startswith("download of")]


@pytest.mark.parametrize("checksum", [MD5, SHA256], ids=["md5", "sha256"])
def test_a_file_arrives_whole_and_leaves_no_part_behind(server, target, part, checksum):
    assert fetch(server, target, checksum) == target
    assert target.read_bytes() == CONTENT
    assert not part.exists()


def test_progress_counts_bytes_up_to_the_size_of_the_file(server, target):
    server.silent_after = 100_000
    progress = download([server.url("file.gz")], target, MD5, size=200_000, what="Fetching")
    first = next(progress)
    assert (first.what, first.done, first.total, first.unit) == ("Fetching", 0, 200_000, "bytes")
    while (event := next(progress)).done < 65_536:
        assert event.unit == "bytes"
    assert event.total == len(CONTENT)
    progress.close()


def test_a_file_that_is_there_is_not_asked_for_again(server, target):
    fetch(server, target)
    fetch(server, target)
    assert len(server.requests) == 1


def test_a_broken_transfer_goes_on_where_it_broke(server, target):
    server.cut_after = 120_000
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert [wanted for _path, wanted in server.requests] == [None, "bytes=120000-", "bytes=240000-"]
    assert server.sent == len(CONTENT)


def test_a_server_that_cannot_continue_starts_over(server, target, part):
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT[:5000])
    server.honours_ranges = False
    fetch(server, target)
    assert target.read_bytes() == CONTENT
    assert server.sent == len(CONTENT)


def test_a_part_of_another_version_is_thrown_away(server, target, part):
    part.parent.mkdir(parents=True)
    part.write_bytes(b"of another version")
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_a_part_longer_than_the_file_is_thrown_away(server, target, part):
    part.parent.mkdir(parents=True)
    part.write_bytes(CONTENT + b"too much")
    fetch(server, target)
    assert target.read_bytes() == CONTENT


def test_a_file_with_another_checksum_is_refused_and_removed(server, target, part):
    server.files["file.gz"] = b"<html>Please log in to this network</html>"
    with pytest.raises(DataError, match=r"The file file\.gz from 127\.0\.0\.1.* is not the published file") as refusal:
        fetch(server, target)
    assert str(target.parent) in refusal.value.advice
    assert not target.exists()
    assert not part.exists()


def test_the_next_address_is_tried_when_one_lacks_the_file_or_has_another(server, target):
    server.files["other"] = b"something else"
    fetch(server, target, paths=("absent", "other", "file.gz"))
    assert [path for path, _range in server.requests] == ["absent", "other", "file.gz"]
    assert target.read_bytes() == CONTENT


def test_what_the_servers_answered_is_told_when_none_has_the_file(server, target):
    with pytest.raises(DataError, match="answered with 404") as refusal:
        fetch(server, target, paths=("absent", "gone"))
    assert not isinstance(refusal.value, OfflineError)


def test_without_a_network_the_advice_names_the_folder_and_another_dataset(server, target):
    address = server.url("file.gz").replace(str(server.server_port), "9")  # nothing listens on the discard port
    with pytest.raises(OfflineError) as refusal:
        pull(download([address], target, MD5, instead="Our English sentences"))
    assert "file.gz could not be downloaded" in refusal.value.what
    for part in (str(target.parent), address, "such as Our English sentences"):
        assert part in refusal.value.advice


def test_a_server_that_sends_without_end_is_given_up(server, target):
    with pytest.raises(DataError, match="far more"):
        fetch(server, target, size=1000)
    assert not target.exists()


def test_stopping_needs_no_word_from_a_server_that_fell_silent(server, target, part):
    server.silent_after = 100_000
    progress = download([server.url("file.gz")], target, MD5)
    while next(progress).done < 65_536:
        pass
    progress.close()
    for thread in transfers():
        thread.join()
    assert not server.speak.is_set()
    assert 65_536 <= part.stat().st_size <= 100_000
    assert not target.exists()


def test_stopping_does_not_wait_for_a_server_that_never_answered(server, target, part):
    server.silent_after = -1
    progress = download([server.url("file.gz")], target, MD5)
    next(progress)
    while not server.silent.is_set():
        next(progress)
    progress.close()
    assert not server.speak.is_set()
    server.speak.set()
    for thread in transfers():
        thread.join()
    assert not part.exists()
    assert not target.exists()


def test_a_stopped_download_goes_on_where_it_stopped(server, target, part):
    server.silent_after = 100_000
    progress = download([server.url("file.gz")], target, MD5)
    while next(progress).done < 65_536:
        pass
    progress.close()
    for thread in transfers():
        thread.join()
    arrived = part.stat().st_size
    server.silent_after = None
    fetch(server, target)
    assert server.requests[-1] == ("file.gz", f"bytes={arrived}-")
    assert target.read_bytes() == CONTENT


def test_closing_before_the_start_asks_for_nothing(server, target):
    progress = download([server.url("file.gz")], target, MD5)
    next(progress)
    progress.close()
    assert not transfers()
    assert not server.requests


def test_two_who_want_the_same_file_fetch_it_once(server, target):
    server.silent_after = 100_000
    first, second = (download([server.url("file.gz")], target, MD5) for _i in range(2))
    while next(first).done < 65_536:
        pass
    next(second), next(second)
    server.silent_after = None
    server.speak.set()
    assert pull(first) == pull(second) == target
    assert target.read_bytes() == CONTENT
    assert [wanted for _path, wanted in server.requests if wanted is None] == [None]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has a device that is always full")
def test_a_full_disk_is_told_as_such(server, target, part):
    part.parent.mkdir(parents=True)
    part.symlink_to("/dev/full")
    with pytest.raises(StorageError, match="disk is full"):
        fetch(server, target)


def test_a_file_where_the_folder_should_be_is_told_as_such(server, target):
    target.parent.parent.mkdir(parents=True)
    target.parent.write_text("in the way")
    with pytest.raises(StorageError):
        fetch(server, target)
