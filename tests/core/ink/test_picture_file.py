"""A picture file is opened as people see it, whatever its format; what is none is refused with a sentence."""

import struct
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import ExifTags, Image

from core.errors import DataError
from core.ink import picture_file
from core.ink.picture import LONGEST_SIDE, resize
from core.ink.picture_file import Picture, fit, open_picture

INK = np.zeros((28, 28), np.float32)  # a seven, unlike itself however it is turned or mirrored
INK[5:8, 6:22] = 1
for row in range(8, 24):
    INK[row, 19 - row // 2 : 22 - row // 2] = 1


def enlarged(zoom: int) -> np.ndarray:
    return np.kron(INK, np.ones((zoom, zoom), np.float32))


def image_of(levels: np.ndarray) -> Image.Image:
    return Image.fromarray(np.rint(255 * levels).astype(np.uint8))


def opened(image: Image.Image, file: Path, **options: Any) -> Picture:
    image.save(file, **options)
    return open_picture(file)


def distance(levels: np.ndarray, expected: np.ndarray) -> float:
    """Mean difference per pixel, at the size of what is expected."""
    return float(np.abs(resize(levels, *expected.shape) - expected).mean())


class TestAFile:
    @pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp", "a.gif", "a.tif"])
    def test_of_every_usual_format_is_read(self, tmp_path: Path, name: str) -> None:
        picture = opened(image_of(1 - enlarged(8)).convert("RGB"), tmp_path / name)
        assert distance(picture.grey_HW, 1 - enlarged(8)) < 0.01
        assert picture.name == name

    @pytest.mark.parametrize(("orientation", "quarters"), [(1, 0), (3, 2), (6, 1), (8, 3)])
    def test_of_a_camera_is_turned_upright(self, tmp_path: Path, orientation: int, quarters: int) -> None:
        about = Image.Exif()
        about[ExifTags.Base.Orientation] = orientation
        as_taken = image_of(np.rot90(1 - enlarged(40), quarters))
        picture = opened(as_taken, tmp_path / "a.jpg", exif=about)
        assert distance(picture.grey_HW, 1 - INK) < 0.01
        assert distance(picture.colours_HW3[..., 1] / np.float32(255), 1 - INK) < 0.01
        assert distance(picture.fitted(28, 28, 1)[..., 0] / np.float32(255), 1 - INK) < 0.03

    def test_is_read_where_what_its_camera_noted_is_damaged(self, tmp_path: Path) -> None:
        picture = opened(image_of(1 - enlarged(8)), tmp_path / "a.jpg", exif=b"Exif\0\0nothing of the kind")
        assert distance(picture.grey_HW, 1 - enlarged(8)) < 0.01

    def test_that_is_huge_is_reduced(self, tmp_path: Path) -> None:
        picture = opened(image_of(1 - enlarged(10)).resize((10_000, 10_000), 0), tmp_path / "a.png")
        assert picture.longest == 10_000
        assert max(picture.grey_HW.shape) <= LONGEST_SIDE
        assert distance(picture.grey_HW, 1 - INK) < 0.01

    @pytest.mark.parametrize("width", [17_001, 18_000, 60_000])
    def test_with_too_many_pixels_is_refused(self, tmp_path: Path, width: int) -> None:
        head = b"IHDR" + struct.pack(">IIBBBBB", width, 10_000, 8, 0, 0, 0, 0)
        chunks = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head)) + bytes(4) + b"IDAT" + bytes(4)
        (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + chunks)
        with pytest.raises(DataError, match=r"a\.png has more than 170 million pixels\. Reduce it"):
            open_picture(tmp_path / "a.png")

    @pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n" + bytes(40)])
    def test_that_is_no_picture_is_refused(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "a.png").write_bytes(content)
        with pytest.raises(DataError, match=r"a\.png cannot be read as a picture"):
            open_picture(tmp_path / "a.png")

    def test_that_was_cut_off_is_refused_when_somebody_looks_at_it(self, tmp_path: Path) -> None:
        image_of(enlarged(8)).save(tmp_path / "whole.png")
        (tmp_path / "a.png").write_bytes((tmp_path / "whole.png").read_bytes()[:200])
        picture = open_picture(tmp_path / "a.png")
        with pytest.raises(DataError, match="cannot be read"):
            _ = picture.grey_HW

    def test_that_is_larger_than_can_be_a_picture_is_not_read_to_its_end(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(picture_file, "_LARGEST_FILE", 100)
        with pytest.raises(DataError, match="cannot be read"):
            opened(image_of(enlarged(8)), tmp_path / "a.png")

    def test_that_is_a_folder_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="the album cannot be read as a picture"):
            open_picture(tmp_path, name="the album")

    def test_that_is_not_there_is_named(self, tmp_path: Path) -> None:
        with pytest.raises(DataError, match="There is no file"):
            open_picture(tmp_path / "a.png")

    def test_starts_no_other_program(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("PIL.EpsImagePlugin.Ghostscript", lambda *_given: pytest.fail("Ghostscript was started"))
        (tmp_path / "a.png").write_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 20 20\n%%EndComments\n")
        with pytest.raises(DataError, match="cannot be read"):
            open_picture(tmp_path / "a.png")


def inked(colour: int) -> Image.Image:
    """Ink of one grey level on a transparent ground."""
    opacity = np.rint(255 * enlarged(8)).astype(np.uint8)
    grey = np.full_like(opacity, colour)
    return Image.fromarray(np.dstack([grey, grey, grey, opacity]))


class TestThePicture:
    @pytest.mark.parametrize(("colour", "paper"), [(0, 1), (255, 0)])
    def test_with_a_transparent_ground_lies_on_paper_on_which_it_can_be_seen(self, colour: int, paper: int) -> None:
        picture = Picture.of(inked(colour))
        expected = np.abs(paper - enlarged(8))
        assert distance(picture.grey_HW, expected) < 0.01
        assert distance(picture.colours_HW3[..., 0] / np.float32(255), expected) < 0.01

    def test_is_always_opaque_on_white_for_a_network_of_pictures(self) -> None:
        assert Picture.of(inked(255)).fitted(28, 28, 1).min() == 255
        assert Picture.of(inked(0)).fitted(28, 28, 3).min() < 100

    def test_of_sixteen_bits_keeps_its_levels(self) -> None:
        picture = Picture.of(Image.fromarray(np.rint(65535 * enlarged(8)).astype(np.uint16)))
        assert distance(picture.grey_HW, enlarged(8)) < 0.01
        assert picture.colours_HW3.shape == (224, 224, 3)
        for levels in (picture.colours_HW3[..., 2], picture.fitted(224, 224, 1)[..., 0]):
            assert distance(levels / np.float32(255), enlarged(8)) < 0.01

    def test_keeps_its_colours(self) -> None:
        picture = Picture.of(Image.new("RGB", (50, 40), (200, 100, 50)))
        assert picture.colours_HW3.shape == (40, 50, 3)
        assert (picture.colours_HW3 == (200, 100, 50)).all()
        assert (picture.fitted(8, 8, 3) == (200, 100, 50)).all()

    def test_is_cropped_around_its_middle_where_its_sides_differ(self) -> None:
        wide = np.pad(INK, ((0, 0), (40, 40)), constant_values=0.5)
        assert distance(Picture.of_levels(wide).fitted(28, 28, 1)[..., 0] / np.float32(255), INK) < 0.01
        assert np.array_equal(fit(image_of(INK), 28, 28, 1)[..., 0], 255 * INK)

    def test_is_fitted_once_to_each_size(self) -> None:
        picture = Picture.of_levels(INK)
        assert picture.fitted(8, 8, 1) is picture.fitted(8, 8, 1)
        assert picture.fitted(8, 8, 3).shape == (8, 8, 3)

    def test_of_levels_beyond_0_and_1_is_cut_to_them(self) -> None:
        picture = Picture.of_levels(np.array([[-1.0, 0.0], [1.0, 2.0]], np.float32))
        assert picture.grey_HW.tolist() == [[0, 0], [1, 1]]
