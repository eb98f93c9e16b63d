"""Strokes of a pen become grey pictures: in their box, as wide as the pen, and where ink runs only."""

import numpy as np
import pytest

from core.ink.raster import Lines, coverage, fit, join, resample


def line(*points: tuple[float, float], width: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    """One stroke of an even pen."""
    return np.array(points, np.float32), np.full(len(points), width / 2, np.float32)


def box(lines: Lines) -> np.ndarray:
    """The corners of the first drawing's ink, pen width included: (low, high) by (x, y)."""
    points, radii = lines.points_NS2[0], lines.radii_NS[0][:, None]
    inked = lines.inked_NS()[0]
    return np.stack([(points - radii)[inked].min(0), (points + radii)[inked].max(0)])


class TestDrawing:
    def test_a_line_covers_as_many_pixels_as_it_is_long_and_wide(self) -> None:
        (picture,) = coverage(join([line((4, 10), (16, 10), width=4)]), 20, 20)
        assert (picture[8:12, 4:16] == 1).all()
        assert picture[10].sum() == pytest.approx(16, abs=0.5), "12 and a round end of 2 at either side"
        assert picture[:7].sum() == picture[13:].sum() == 0

    def test_a_pixel_that_ink_covers_in_half_is_grey(self) -> None:
        (picture,) = coverage(join([line((0, 5.5), (20, 5.5), width=4)]), 12, 20)
        assert picture[:, 10].tolist() == [0, 0, 0, 0.5, 1, 1, 1, 0.5, 0, 0, 0, 0]

    def test_a_point_is_a_disc(self) -> None:
        (picture,) = coverage(join([line((10, 10), (10, 10), width=12)]), 20, 20)
        assert picture.sum() == pytest.approx(np.pi * 36, rel=0.02)
        assert np.array_equal(picture, picture.T)

    def test_a_line_widens_where_the_pen_is_pressed(self) -> None:
        points, _radii = line((5, 10), (35, 10))
        (picture,) = coverage(join([(points, np.array([1, 4], np.float32))]), 20, 40)
        assert picture[:, 30].sum() > 2 * picture[:, 10].sum()

    def test_between_two_strokes_there_is_no_ink(self) -> None:
        (picture,) = coverage(join([line((2, 4), (2, 16)), line((18, 4), (18, 16))]), 20, 20)
        assert picture[:, 4:16].sum() == 0
        assert picture[10, 2] == picture[10, 18] == 1

    def test_ink_beyond_the_edge_is_cut_off(self) -> None:
        (picture,) = coverage(join([line((-30, 5), (50, 5))]), 10, 20)
        assert (picture[4:6] == 1).all()
        assert picture.shape == (10, 20)

    def test_nothing_leaves_the_paper_empty(self) -> None:
        nothing = Lines(np.zeros((3, 4, 2), np.float32), np.ones((3, 4), np.float32), np.zeros((3, 4), np.bool_))
        assert coverage(nothing, 5, 6).shape == (3, 5, 6)
        assert not coverage(nothing, 5, 6).any()

    def test_drawings_drawn_together_are_those_drawn_alone(self) -> None:
        rng = np.random.default_rng(0)
        many = Lines(
            rng.uniform(0, 28, (50, 6, 2)).astype(np.float32),
            rng.uniform(0.5, 3, (50, 6)).astype(np.float32),
            rng.random((50, 6)) < 0.8,
        )
        many.joined_NS[:, -1] = False
        alone = [
            Lines(*(part[i : i + 1] for part in (many.points_NS2, many.radii_NS, many.joined_NS))) for i in range(50)
        ]
        assert np.array_equal(coverage(many, 28, 28), np.concatenate([coverage(each, 28, 28) for each in alone]))


class TestFitting:
    @pytest.mark.parametrize(("scale", "shift"), [(1, 0), (0.01, 5), (30, -700)])
    def test_ink_starts_in_the_corner_and_its_longer_side_has_the_size_asked_for(
        self, scale: float, shift: float
    ) -> None:
        points, radii = line((0, 0), (3, 10), (6, 0))
        fitted = fit(join([(points * scale + shift, radii)]), 20)
        low, high = box(fitted)
        assert low == pytest.approx([0, 0], abs=1e-3)
        assert high == pytest.approx([2 + 18 * 0.6, 20], abs=0.05)
        assert np.array_equal(fitted.radii_NS[0], radii), "the pen stays as wide as it is"

    def test_the_widest_place_need_not_be_the_outermost_one(self) -> None:
        points, _radii = line((0, 0), (5, 0), (10, 0))
        low, high = box(fit(join([(points, np.array([1, 4, 1], np.float32))]), 20))
        assert (high - low).max() == pytest.approx(20, abs=0.05)

    def test_a_dot_is_not_enlarged(self) -> None:
        points, radii = line((50, 50), (50.1, 50))
        low, high = box(fit(join([(points, radii)]), 20, smallest=10))
        assert (high - low).max() < 3

    def test_what_carries_no_ink_takes_no_part(self) -> None:
        points, radii = line((0, 0), (10, 0), (500, 500))
        unused = Lines(points[None], radii[None], np.array([[True, False, False]]))
        assert unused.inked_NS().tolist() == [[True, True, False]]
        assert box(fit(unused, 20))[1] == pytest.approx([20, 2], abs=0.05)


class TestSampling:
    def test_samples_lie_no_further_apart_than_asked_and_keep_the_ends(self) -> None:
        points, widths = resample(np.array([[0.0, 0], [10, 0], [10, 5]]), np.array([1.0, 2, 4]), 0.7)
        assert np.hypot(*np.diff(points, axis=0).T).max() <= 0.7
        assert points[[0, -1]].tolist() == [[0, 0], [10, 5]]
        assert (np.diff(widths) >= 0).all()
        assert widths[[0, -1]].tolist() == [1, 4]

    def test_a_single_point_becomes_two_on_one_spot(self) -> None:
        points, widths = resample(np.array([[3.0, 4.0]]), np.array([2.0]), 0.7)
        assert points.tolist() == [[3, 4], [3, 4]]
        assert widths.tolist() == [2, 2]
