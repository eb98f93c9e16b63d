import numpy as np
import pytest
from PIL import Image

from core.data.handwriting.generator import generate
from core.ink.picture import LONGEST_SIDE, grey_of, ink_of, paper_level, reduce, resize
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

    @pytest.mark.parametrize("shadow", [0.0, 0.3])
    def test_of_a_photo_of_empty_paper_is_none(self, shadow: float) -> None:
        paper = 0.9 - np.linspace(0, shadow, 200) + np.random.default_rng(0).normal(0, 0.03, (150, 200))
        assert not ink_of(np.clip(paper, 0, 1).astype(np.float32)).any()


class TestTheGreyLevels:
    @pytest.mark.parametrize("colour", [0, 255])
    def test_show_ink_on_a_transparent_ground(self, colour: int) -> None:
        opacity = (255 * enlarged(8)).astype(np.uint8)
        grey = np.full_like(opacity, colour)
        assert distance(grey_of(Image.fromarray(np.dstack([grey, grey, grey, opacity])))) < 0.05

    def test_may_have_sixteen_bits_or_be_of_any_size(self) -> None:
        assert distance(grey_of(Image.fromarray((65535 * enlarged(8)).astype(np.uint16)))) < 0.05
        assert distance(grey_of(Image.fromarray(1000 * enlarged(8)))) < 0.05

    def test_of_one_pixel_hold_no_ink(self) -> None:
        assert prepare_picture(grey_of(Image.new("L", (1, 1), 128))) is None

    def test_of_a_huge_picture_are_reduced(self) -> None:
        huge = Image.fromarray((255 - 255 * enlarged(10)).astype(np.uint8)).resize((5000, 5000), 0)
        grey = grey_of(huge)
        assert max(grey.shape) <= LONGEST_SIDE
        assert distance(grey) < 0.05

    def test_along_the_edge_tell_the_paper(self) -> None:
        assert paper_level(1 - DIGIT) == 255
        assert paper_level(0.5 * DIGIT) == 0


class TestAnotherSize:
    def test_averages_where_it_shrinks_and_interpolates_where_it_grows(self) -> None:
        picture = np.array([[0, 1], [1, 0]], np.float32)
        assert resize(picture, 1, 1).tolist() == [[0.5]]
        assert resize(picture, 1, 4)[0] == pytest.approx([0.5] * 4)
        assert resize(picture, 2, 2) is picture

    def test_is_no_larger_than_asked_for(self) -> None:
        assert reduce(np.zeros((10, 40), np.float32), 20).shape == (5, 20)
        assert reduce(np.zeros((1, 400), np.float32), 20).shape == (1, 20)
        assert reduce(DIGIT) is DIGIT
