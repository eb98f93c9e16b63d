import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.handwriting.allographs import DIGITS
from core.data.handwriting.alphabet import Shape, compile_alphabet, read_shapes
from core.data.handwriting.generator import generate, generate_in_parts, generate_non_digits
from core.data.handwriting.oddities import SCRIBBLES, SIGNS
from core.ink.prepare import BOX, centre_of_mass, ink_box


class TestGeneratedDigits:
    @settings(max_examples=15, deadline=None)
    @given(st.integers(0, 1200), st.integers(0, 2**31))
    def test_are_the_same_for_the_same_seed_however_many_are_asked_for(self, count: int, seed: int) -> None:
        images, labels = generate(count, seed)
        more_images, more_labels = generate(1300, seed)
        assert images.shape == (count, 28, 28)
        assert np.array_equal(images, more_images[:count])
        assert np.array_equal(labels, more_labels[:count])

    def test_come_in_parts_that_make_up_the_whole_and_can_be_left_unfinished(self) -> None:
        images, labels = generate(1300, 12)
        parts = list(generate_in_parts(1300, 12))
        assert len(parts) > 1
        assert np.array_equal(np.concatenate([part for part, _ in parts]), images)
        assert np.array_equal(np.concatenate([part for _, part in parts]), labels)
        unfinished = generate_in_parts(10**9, 12)
        assert np.array_equal(next(unfinished)[0], images[: len(parts[0][0])])
        unfinished.close()

    def test_differ_between_seeds(self) -> None:
        assert not np.array_equal(generate(20, 0)[0], generate(20, 1)[0])

    def test_never_come_twice(self) -> None:
        images, _labels = generate(3000, 2)
        assert len(np.unique(images.reshape(3000, -1), axis=0)) == 3000

    @given(st.sets(st.integers(0, 9), min_size=1), st.integers(0, 100))
    @settings(max_examples=15, deadline=None)
    def test_are_spread_evenly_over_the_wanted_classes(self, classes: set[int], seed: int) -> None:
        _images, labels = generate(500, seed, sorted(classes))
        counts = np.bincount(labels, minlength=10)
        assert set(np.flatnonzero(counts)) == classes
        assert np.ptp(counts[sorted(classes)]) <= 1

    def test_lie_in_the_frame_of_mnist(self) -> None:
        images, _labels = generate(300, 5)
        ink = images.astype(np.float32) / 255
        assert images.dtype == np.uint8
        assert (centre_of_mass(ink) == 14).mean() > 0.99  # the others are on the border between two pixels
        boxes = [ink_box(picture) for picture in ink]
        sides = [max(box[2] - box[0], box[3] - box[1]) for box in boxes if box is not None]
        assert len(sides) == 300
        assert np.mean(np.array(sides) == BOX) > 0.97

    def test_are_as_dark_as_mnist_s(self) -> None:
        images, _labels = generate(2000, 6)
        assert images.mean() / 255 == pytest.approx(0.1307, abs=0.02)
        assert images.std() / 255 == pytest.approx(0.3081, abs=0.02)

    def test_are_told_apart_by_their_nearest_neighbour(self) -> None:
        images, labels = generate(6000, 7)
        flat = images.reshape(6000, -1).astype(np.float32) / 255
        known, new = flat[:5500], flat[5500:]
        nearest = ((known**2).sum(1) - 2 * new @ known.T).argmin(1)
        assert (labels[:5500][nearest] == labels[5500:]).mean() > 0.85


class TestGeneratedNonDigits:
    def test_are_the_same_for_the_same_seed_however_many_are_asked_for(self) -> None:
        assert np.array_equal(generate_non_digits(40, 8), generate_non_digits(700, 8)[:40])

    def test_fill_the_same_frame(self) -> None:
        images = generate_non_digits(200, 9)
        assert images.shape == (200, 28, 28)
        assert images.dtype == np.uint8
        assert (images.max((1, 2)) > 100).all()


class TestTheTableOfShapes:
    def test_has_at_least_three_ways_to_write_every_digit(self) -> None:
        ways = np.bincount([shape.label for shape in read_shapes(DIGITS)])
        assert len(ways) == 10
        assert ways.min() >= 3

    @pytest.mark.parametrize("table", [DIGITS, SIGNS, SCRIBBLES])
    def test_compiles_to_splines_that_pass_through_their_first_and_last_knots(self, table: str) -> None:
        alphabet = compile_alphabet(read_shapes(table))
        knots_AK2 = alphabet.knots_AVK2[:, 0]
        points_AS2 = (alphabet.places_ASK + alphabet.bends_ASK) @ knots_AK2
        assert np.abs(points_AS2[:, 0] - knots_AK2[:, 0]).max() < 1e-3
        for shape, points_S2, stroke_S in zip(read_shapes(table), points_AS2, alphabet.stroke_AS, strict=True):
            last = [stroke.split()[-1].rstrip("^") for stroke in shape.variants[0].split(";")]
            for s, knot in enumerate(last):
                x, y = (float(number) - 50 for number in knot.split(","))
                wanted = (x * shape.breadth - y * shape.lean, y)
                assert points_S2[stroke_S == s][-1] == pytest.approx(wanted, abs=0.01)

    def test_refuses_variants_that_cannot_be_mixed(self) -> None:
        with pytest.raises(ValueError, match="differ"):
            compile_alphabet([Shape(0, 1, ("0,0 50,50 100,100", "0,0 100,100"))])
