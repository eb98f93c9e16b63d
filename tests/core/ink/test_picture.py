import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import ExifTags, Image

from core.data.handwriting.generator import generate
from core.errors import DataError
from core.ink.picture import LONGEST_SIDE, ink_of, resize
from core.ink.picture_file import open_picture
from core.ink.prepare import prepare_picture

DIGIT = generate(4, seed=11, classes=(5,))[0][3].astype(np.float32) / 255


def enlarged(zoom: int) -> np.ndarray:
    return resize(DIGIT, 28 * zoom, 28 * zoom)


def photo(seed: int, *, light_ink: bool = False) -> np.ndarray:
    """A digit on paper with grain, uneven light and the dark edge of a table."""
    rng = np.random.default_rng(seed)
    height, width = 300, 400
    ink = np.zeros((height, width), np.float32)
    ink[60 : 60 + 196, 100 : 100 + 196] = enlarged(7)
    rows, columns = np.mgrid[:height, :width]
    light = 0.85 - rng.uniform(0, 0.001) * columns - rng.uniform(0, 0.0007) * rows
    paper = light * (1 - 0.7 * ink) + rng.normal(0, 0.015, ink.shape)
    if light_ink:
        paper = 0.15 + 0.1 * (light - 0.5) + 0.6 * ink + rng.normal(0, 0.015, ink.shape)
    else:
        paper[:, :12] = 0.1
    return np.clip(paper, 0, 1).astype(np.float32)


def distance(grey: np.ndarray) -> float:
    """Mean difference per pixel between the prepared picture and the digit it shows, one pixel of shift allowed."""
    prepared = prepare_picture(grey, {"normalise"})
    assert prepared is not None
    moved = [np.roll(DIGIT, (a, b), (0, 1)) for a in (-1, 0, 1) for b in (-1, 0, 1)]
    return float(min(np.abs(prepared.seen_HWC[..., 0] - other).mean() for other in moved))


def read_grey(file: Path) -> np.ndarray:
    return open_picture(file).grey_HW


class TestInk:
    @pytest.mark.parametrize("seed", range(5))
    @pytest.mark.parametrize("light_ink", [False, True])
    def test_is_found_in_a_photo_with_uneven_light_and_grain(self, seed: int, light_ink: bool) -> None:
        assert distance(photo(seed, light_ink=light_ink)) < 0.05

    @pytest.mark.parametrize("grey", [enlarged(5), 1 - enlarged(5), 0.3 * enlarged(5) + 0.4, 0.9 - 0.5 * enlarged(5)])
    def test_is_found_whatever_the_colours(self, grey: np.ndarray) -> None:
        assert distance(grey) < 0.05

    def test_of_a_clean_picture_is_the_picture(self) -> None:
        assert np.array_equal(ink_of(DIGIT), DIGIT)


class TestReadingAFile:
    @pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp", "a.gif", "a.tif"])
    def test_gives_the_digit_in_every_usual_format(self, tmp_path: Path, name: str) -> None:
        Image.fromarray((255 - 255 * enlarged(8)).astype(np.uint8)).convert("RGB").save(tmp_path / name)
        assert distance(read_grey(tmp_path / name)) < 0.05

    @pytest.mark.parametrize("colour", [0, 255])
    def test_shows_ink_on_a_transparent_ground(self, tmp_path: Path, colour: int) -> None:
        opacity = (255 * enlarged(8)).astype(np.uint8)
        grey = np.full_like(opacity, colour)
        Image.fromarray(np.dstack([grey, grey, grey, opacity])).save(tmp_path / "a.png")
        assert distance(read_grey(tmp_path / "a.png")) < 0.05

    def test_understands_sixteen_bits(self, tmp_path: Path) -> None:
        Image.fromarray((65535 * enlarged(8)).astype(np.uint16)).save(tmp_path / "a.png")
        assert distance(read_grey(tmp_path / "a.png")) < 0.05

    def test_of_one_pixel_finds_no_ink(self, tmp_path: Path) -> None:
        Image.new("L", (1, 1), 128).save(tmp_path / "a.png")
        assert prepare_picture(read_grey(tmp_path / "a.png")) is None

    def test_reduces_a_huge_one(self, tmp_path: Path) -> None:
        Image.fromarray((255 - 255 * enlarged(10)).astype(np.uint8)).resize((10_000, 10_000), 0).save(
            tmp_path / "a.png"
        )
        grey = read_grey(tmp_path / "a.png")
        assert max(grey.shape) <= LONGEST_SIDE
        assert distance(grey) < 0.05

    @pytest.mark.parametrize(("orientation", "quarters"), [(1, 0), (3, 2), (6, 1), (8, 3)])
    def test_turns_a_photo_upright(self, tmp_path: Path, orientation: int, quarters: int) -> None:
        about = Image.Exif()
        about[ExifTags.Base.Orientation] = orientation
        as_taken = np.rot90(255 - 255 * enlarged(40), quarters).astype(np.uint8)
        Image.fromarray(as_taken).save(tmp_path / "a.jpg", exif=about)
        assert distance(read_grey(tmp_path / "a.jpg")) < 0.05

    def test_does_without_what_a_camera_noted_where_that_is_damaged(self, tmp_path: Path) -> None:
        picture = Image.fromarray((255 - 255 * enlarged(8)).astype(np.uint8))
        picture.save(tmp_path / "a.jpg", exif=b"Exif\0\0nothing of the kind")
        assert distance(read_grey(tmp_path / "a.jpg")) < 0.05

    @pytest.mark.parametrize("width", [17_001, 18_000, 60_000])
    def test_says_that_a_picture_has_too_many_pixels(self, tmp_path: Path, width: int) -> None:
        head = b"IHDR" + struct.pack(">IIBBBBB", width, 10_000, 8, 0, 0, 0, 0)
        chunks = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + bytes(4) + b"IDAT" + bytes(4)
        (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
        with pytest.raises(DataError, match=r"a\.png has more than 170 million pixels\. Reduce it"):
            read_grey(tmp_path / "a.png")

    @pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n" + bytes(40)])
    def test_says_that_something_is_no_picture(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.png").write_bytes(content)
        with pytest.raises(DataError, match=r"a\.png cannot be read as a picture"):
            read_grey(tmp_path / "a.png")

    def test_says_that_a_picture_was_cut_off(self, tmp_path: Path) -> None:
        Image.fromarray((255 * enlarged(8)).astype(np.uint8)).save(tmp_path / "whole.png")
        (tmp_path / "a.png").write_bytes((tmp_path / "whole.png").read_bytes()[:400])
        with pytest.raises(DataError, match="cannot be read"):
            read_grey(tmp_path / "a.png")

    def test_starts_no_other_program(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *_given: pytest.fail("Ghostscript was started"))
        (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\n")
        with pytest.raises(DataError, match="cannot be read"):
            read_grey(tmp_path / "a.png")

    def test_says_that_there_is_no_file(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="no file"):
            read_grey(tmp_path / "a.png")
