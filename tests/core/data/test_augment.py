import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from core.data.augment import RANGES, Ranges, augment


def picture(batch=4, channels=1, height=28, width=28):
    """A bright disc off the middle, with empty space around it."""
    y, x = torch.meshgrid(torch.arange(height) / height, torch.arange(width) / width, indexing="ij")
    disc = ((y - 0.45) ** 2 + (x - 0.55) ** 2 < 0.04).float()
    return disc.expand(batch, channels, height, width).contiguous()


@pytest.fixture
def only(monkeypatch):
    """Restricts "light" to the given distortions."""

    def set_ranges(**amounts):
        nothing = {"shift": 0.0, "rotation": 0.0, "scale": 0.0, "shear": 0.0, "bend": 0.0}
        monkeypatch.setitem(RANGES, "light", Ranges(**(nothing | amounts)))

    return set_ranges


def test_off_gives_the_pictures_back():
    images = picture()
    assert augment(images, "off") is images


@given(
    strength=st.sampled_from(["light", "strong"]),
    channels=st.sampled_from([1, 3]),
    height=st.integers(8, 40),
    width=st.integers(8, 40),
    seed=st.integers(0, 1000),
)
@settings(max_examples=40, deadline=None)
def test_shape_range_and_input_are_kept(strength, channels, height, width, seed):
    torch.manual_seed(seed)
    images = torch.rand(3, channels, height, width)
    before = images.clone()
    result = augment(images, strength)
    assert result.shape == images.shape
    assert torch.equal(images, before)
    assert result.min() >= 0
    assert result.max() <= 1 + 1e-5


@pytest.mark.parametrize("strength", ["light", "strong"])
def test_the_same_seed_gives_the_same_pictures_and_another_other_ones(strength):
    images = picture()
    results = []
    for seed in (1, 1, 2):
        torch.manual_seed(seed)
        results.append(augment(images, strength))
    assert torch.equal(results[0], results[1])
    assert not torch.equal(results[0], results[2])


@pytest.mark.parametrize("strength", ["light", "strong"])
def test_every_picture_of_a_batch_moves_its_own_way(strength):
    result = augment(picture(batch=3), strength)
    assert not torch.equal(result[0], result[1])
    assert not torch.equal(result[1], result[2])


def test_the_channels_of_a_picture_move_together():
    result = augment(picture(channels=3), "strong")
    assert torch.equal(result[:, 0], result[:, 1])
    assert torch.equal(result[:, 0], result[:, 2])


def test_strong_changes_more_than_light():
    images = picture(batch=64)
    change = {strength: (augment(images, strength) - images).abs().mean() for strength in ("light", "strong")}
    assert 0 < change["light"] < change["strong"]


def test_without_any_amount_nothing_changes(only):
    only()
    images = torch.rand(2, 3, 20, 28)
    assert torch.allclose(augment(images, "light"), images, atol=1e-5)


def centre(images):
    """Centre of mass in pixels, x and y of each picture."""
    mass = images.sum((1, 2, 3))
    x = (images.sum((1, 2)) * torch.arange(images.shape[3])).sum(1) / mass
    y = (images.sum((1, 3)) * torch.arange(images.shape[2])).sum(1) / mass
    return x, y


@pytest.mark.parametrize(("height", "width"), [(28, 28), (28, 56)])
def test_a_shift_moves_by_at_most_its_share_of_the_size_and_keeps_the_ink(only, height, width):
    only(shift=0.1)
    images = picture(batch=200, height=height, width=width)
    result = augment(images, "light")
    x, y = (moved - still for moved, still in zip(centre(result), centre(images), strict=True))
    assert 0.08 * width < x.abs().max() <= 0.1 * width + 0.01
    assert 0.08 * height < y.abs().max() <= 0.1 * height + 0.01
    assert torch.allclose(result.sum((1, 2, 3)), images.sum((1, 2, 3)), rtol=0.01)


@pytest.mark.parametrize(("height", "width"), [(28, 28), (28, 56)])
def test_a_turn_keeps_area_and_distance_from_the_middle(only, height, width):
    only(rotation=30.0)
    y, x = torch.meshgrid(torch.arange(height), torch.arange(width), indexing="ij")
    middle_x, middle_y = (width - 1) / 2, (height - 1) / 2
    spot = ((y - middle_y + 6) ** 2 + (x - middle_x) ** 2 < 9).float().expand(100, 1, height, width)
    result = augment(spot, "light")
    moved_x, moved_y = centre(result)
    distance = ((moved_x - middle_x) ** 2 + (moved_y - middle_y) ** 2).sqrt()
    assert torch.allclose(distance, torch.tensor(6.0), atol=0.3)
    assert torch.allclose(result.sum((1, 2, 3)), spot.sum((1, 2, 3)), rtol=0.05)
    assert 2.0 < (moved_x - middle_x).abs().max() <= 6 * 0.5 + 0.3  # sin(30°) = 0.5


def test_scaling_changes_the_area_by_its_square(only):
    only(scale=0.2)
    images = picture(batch=300)
    ratio = augment(images, "light").sum((1, 2, 3)) / images.sum((1, 2, 3))
    assert 0.8**2 - 0.05 < ratio.min() < 0.7
    assert 1.35 < ratio.max() < 1.2**2 + 0.05


def test_bending_moves_parts_differently(only):
    only(bend=1.0)
    lines = torch.zeros(50, 1, 28, 28)
    lines[..., 14] = 1.0
    rows = augment(lines, "light").squeeze(1)
    position = (rows * torch.arange(28)).sum(2) / rows.sum(2).clamp(min=1e-6)
    wave = (position[:, 4:24] - position[:, 4:24].mean(1, keepdim=True)).abs()
    assert wave.mean() > 0.2
    assert (position[:, 5:24] - position[:, 4:23]).abs().max() < 2.0
