"""Maps, filters and training examples as small pictures with captions. Knows no widget that shows them.

Axes: O maps or filters, C channels, H height, W width, Y and X a kernel's height and width, F features.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.arrays import Floats32
from core.explain.image.activations import Layer
from core.explain.image.neighbours import Neighbour
from core.i18n import _
from gui.widgets import heat
from gui.widgets.picture_grid import Tile

MAP, EXAMPLE, _FEW, _MANY = 48, 64, 44, 150
_SINGLE = 64  # more numbers than this are shown as one picture


def of_layer(layer: Layer) -> tuple[list[Tile], int]:
    """Returns a layer's maps, or its numbers, as tiles; and how large they should be."""
    if layer.maps_OHW is not None:
        is_signed = bool((layer.maps_OHW < 0).any())
        most = float(np.abs(layer.maps_OHW).max())
        paint = heat.balance if is_signed else heat.strength
        tiles = [
            Tile(paint(map_HW, most), "", _("Map {number}: {low} to {high}").format(
                number=number, low=f"{map_HW.min():.2f}", high=f"{map_HW.max():.2f}"
            ))
            for number, map_HW in enumerate(layer.maps_OHW, 1)
        ]  # fmt: skip
        return tiles, MAP
    assert layer.values_F is not None
    values_F = layer.values_F
    if len(values_F) <= _SINGLE:
        colours_1F3 = heat.balance(values_F[None])
        return [
            Tile(colours_1F3[:, place : place + 1], f"{value:.1f}", f"{place}: {value:.4f}")
            for place, value in enumerate(values_F.tolist())
        ], _FEW
    side = int(np.ceil(len(values_F) ** 0.5))
    square_HW = np.zeros(side * side, np.float32)
    square_HW[: len(values_F)] = values_F
    return [Tile(heat.balance(square_HW.reshape(side, side)), "", _("All numbers of this layer, row by row"))], _MANY


def of_filters(filters_OCYX: Floats32) -> list[Tile]:
    """Returns filters as tiles: blue where they respond to light, orange where they respond to dark."""
    most = float(np.abs(filters_OCYX).max())
    return [
        Tile(
            heat.balance(filter_CYX.mean(0), most),
            "",
            _("Filter {number}: blue wants light, orange wants dark").format(number=number),
        )
        for number, filter_CYX in enumerate(filters_OCYX, 1)
    ]


def of_neighbours(neighbours: Sequence[Neighbour], names: Sequence[str]) -> list[Tile]:
    """Returns training examples as tiles with their class and similarity; `names` are translated."""
    return [
        Tile(
            _colours(neighbour.picture_CHW),
            f"{names[neighbour.label]} · {neighbour.similarity:.2f}",
            _("Training example {index}: it is {label}, the network says {predicted}; similarity {cosine}").format(
                index=neighbour.index,
                label=names[neighbour.label],
                predicted=names[neighbour.predicted],
                cosine=f"{neighbour.similarity:.3f}",
            ),
        )
        for neighbour in neighbours
    ]


def _colours(picture_CHW: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.repeat(picture_CHW, 3, 0).transpose(1, 2, 0) if len(picture_CHW) == 1 else picture_CHW.transpose(1, 2, 0)
