import contextlib
import gzip
import struct
from pathlib import Path

import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import core.data.idx as reader
from core.errors import DataError
from core.generators import pull

PICTURES = torch.arange(2 * 3 * 5, dtype=torch.uint8).view(2, 3, 5)
reuses_a_folder = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)


def read_idx(path, dimensions):
    return pull(reader.read_idx(path, dimensions, "Reading"))


def idx(kind: int, sizes: tuple[int, ...], content: bytes) -> bytes:
    return struct.pack(f">BBBB{len(sizes)}I", 0, 0, kind, len(sizes), *sizes) + content


@pytest.mark.parametrize("name", ["pictures", "pictures.gz"])
def test_a_file_reads_back_as_written(tmp_path, write_idx, name):
    assert torch.equal(read_idx(write_idx(tmp_path / name, PICTURES), 3), PICTURES)


def test_a_gzipped_file_is_known_by_its_content_not_its_name(tmp_path, write_idx):
    gzipped = write_idx(tmp_path / "pictures.gz", PICTURES).rename(tmp_path / "pictures")
    assert torch.equal(read_idx(gzipped, 3), PICTURES)


@given(content=st.binary(max_size=60), dimensions=st.sampled_from([1, 3]))
@reuses_a_folder
def test_random_bytes_are_refused_and_never_crash(tmp_path, content, dimensions):
    path = tmp_path / "random"
    path.write_bytes(content)
    with contextlib.suppress(DataError):
        assert read_idx(path, dimensions).dtype == torch.uint8


@given(header=st.binary(max_size=8), length=st.integers(0, 40))
@reuses_a_folder
def test_bytes_after_a_good_magic_number_are_refused_or_read_whole(tmp_path, header, length):
    path = tmp_path / "labels"
    path.write_bytes(b"\0\0\x08\x01" + header + bytes(length))
    try:
        values = read_idx(path, 1)
    except DataError:
        return
    assert 8 + len(values) == path.stat().st_size


@given(data=st.data())
@reuses_a_folder
def test_a_gzipped_file_cut_anywhere_is_refused(tmp_path, data):
    whole = gzip.compress(idx(8, (2, 3, 5), bytes(30)))
    path = tmp_path / "cut.gz"
    path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    with pytest.raises(DataError, match=r"cut\.gz"):
        read_idx(path, 3)


@given(data=st.data())
@reuses_a_folder
def test_a_gzipped_file_with_one_wrong_bit_is_refused_or_unharmed(tmp_path, data):
    whole = bytearray(gzip.compress(idx(8, (30,), bytes(range(30)))))
    whole[data.draw(st.integers(0, len(whole) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    path = tmp_path / "flipped.gz"
    path.write_bytes(whole)
    with contextlib.suppress(DataError):
        assert read_idx(path, 1).tolist() == list(range(30))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "not an IDX file"),
        (b"<!DOCTYPE html>", "not an IDX file"),
        (idx(13, (1, 1, 1), bytes(4)), "something else"),
        (idx(8, (2,), bytes(2)), "something else"),
        (idx(8, (2, 3, 5), b"")[:10], "too early"),
        (idx(8, (2, 3, 5), bytes(29)), "too early"),
        (idx(8, (2, 3, 5), bytes(31)), "longer"),
        (idx(8, (0, 3, 5), b""), "impossible"),
        (idx(8, (2**32 - 1,) * 3, bytes(5)), "impossible"),
    ],
)
def test_a_broken_file_is_refused_with_the_reason(tmp_path, content, reason):
    path = tmp_path / "broken"
    path.write_bytes(content)
    with pytest.raises(DataError, match=reason) as refusal:
        read_idx(path, 3)
    assert "Delete it" in refusal.value.advice


def test_a_header_that_promises_gigabytes_reserves_none(tmp_path):
    path = tmp_path / "promises"
    path.write_bytes(gzip.compress(idx(8, (2**31 - 100,), bytes(1000))))
    with pytest.raises(DataError, match="too early"):
        read_idx(path, 1)


def test_a_missing_file_and_a_folder_in_its_place_are_named(tmp_path: Path):
    with pytest.raises(DataError, match="absent is missing"):
        read_idx(tmp_path / "absent", 1)
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match="folder could not be read"):
        read_idx(tmp_path / "folder", 1)


def test_reading_reports_bytes_and_can_be_stopped(tmp_path, write_idx):
    path = write_idx(tmp_path / "large", torch.zeros(9_000_000, dtype=torch.uint8))
    reading = reader.read_idx(path, 1, "Reading")
    events = [next(reading), next(reading)]
    assert 0 < events[0].done < events[1].done < events[1].total == 9_000_000
    reading.close()
