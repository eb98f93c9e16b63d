import numpy as np
import pytest
from scipy import ndimage

from core.data.handwriting.generator import generate
from core.ink.pen import with_even_pen
from core.ink.prepare import BOX, ink_box, prepare_picture


def sheet(zoom: int, change: int, seed: int = 0) -> np.ndarray:
    """A generated digit, enlarged, with lines wider (or narrower) by 2 * change pixels of the picture."""
    image = generate(30, seed=4)[0][seed] / np.float32(255)
    large = np.pad(ndimage.zoom(image, zoom, order=1), 20).astype(np.float32)
    if change > 0:
        return np.asarray(ndimage.grey_dilation(large, size=2 * change + 1))
    return np.asarray(ndimage.grey_erosion(large, size=-2 * change + 1)) if change else large


def ink_in_frame(picture: np.ndarray, disabled: tuple[str, ...] = ()) -> float:
    prepared = prepare_picture(picture, ("normalise", *disabled))
    assert prepared is not None
    return float(prepared.seen_HWC.sum())


def test_a_thin_pen_and_a_thick_one_come_closer_to_a_normal_one() -> None:
    for i in range(10):
        normal, thin, thick = (ink_in_frame(sheet(8, change, i)) for change in (0, -5, 8))
        raw_thin, raw_thick = (ink_in_frame(sheet(8, change, i), ("ink",)) for change in (-5, 8))
        assert raw_thin <= thin <= 1.1 * normal
        assert raw_thick + 1 >= thick >= 0.9 * normal


def test_a_hairline_is_not_faint_to_the_network() -> None:
    paper = np.zeros((400, 400), np.float32)
    paper[60:340, 200:202] = 1
    paper[60:62, 120:201] = 1
    prepared = prepare_picture(paper, ("normalise",))
    assert prepared is not None
    assert prepared.seen_HWC.max() > 0.8


@pytest.mark.parametrize("width", [1, 2, 3])
def test_pictures_at_the_networks_own_resolution_stay_as_they_are(width: int) -> None:
    ink = np.zeros((28, 28), np.float32)
    ink[4:24, 13 : 13 + width] = 1
    box = ink_box(ink)
    assert box is not None
    assert with_even_pen(ink, box, BOX) is ink


def test_a_blob_stays_a_blob() -> None:
    y, x = np.mgrid[:200, :200]
    blob = (np.hypot(y - 100, x - 100) < 70).astype(np.float32)
    prepared = prepare_picture(blob, ("normalise",))
    assert prepared is not None
    assert (prepared.seen_HWC > 0.5).sum() > 250
