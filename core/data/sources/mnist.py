"""MNIST and similar datasets: 28x28 grey pictures in IDX files, found in the data folder or downloaded into it.

The layout, addresses and checksums are torchvision's, so that both programs find the same files. Gzipped files are read
directly into memory; only downloads are written to disk. Axes: N examples, H height, W width.
"""

import contextlib
from collections.abc import Generator
from pathlib import Path
from typing import ClassVar

from torch import Tensor

from core import paths
from core.data.archives import extract_zip
from core.data.base import Card, DatasetInfo, Loading, cut_sizes
from core.data.download import download
from core.data.idx import read_idx
from core.data.images import Examples, ImageDatasetConfig, assemble, hold_back
from core.errors import DataError, NeurariumError
from core.events import Preparing
from core.generators import pull
from core.i18n import N_, _
from core.input_spec import Frame, ImageInput

_SIZE = 28


class IdxConfig(ImageDatasetConfig):
    """Settings of a dataset of IDX files. Subclasses define which dataset."""

    card: ClassVar[Card]
    class_names: ClassVar[tuple[str, ...]]
    examples: ClassVar[tuple[int, int]] = (60_000, 10_000)
    folder: ClassVar[str]
    frame: ClassVar[Frame] = "ink"
    train_files: ClassVar[tuple[str, str]] = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
    test_files: ClassVar[tuple[str, str]] = ("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    bytes_of: ClassVar[dict[str, int]] = {}
    more_mirrors: ClassVar[tuple[str, ...]] = ()

    def info(self) -> DatasetInfo:
        """Returns the published sizes."""
        train, validation = cut_sizes(self.examples[0], self.validation_fraction, self.train_examples)
        size = ImageInput(channels=1, height=_SIZE, width=_SIZE, frame=self.frame)
        return DatasetInfo(size, len(self.class_names), train, validation, self.examples[1])

    def download_bytes(self) -> int:
        """Returns how many bytes are not downloaded yet."""
        root = paths.data_folder() / self.folder
        return sum(self.bytes_of[name] for name in (*self.train_files, *self.test_files) if not _find(root, name))

    def load(self, seed: int) -> Loading:
        """Downloads missing files and reads the training files; see `DatasetConfig.load`."""
        root = paths.data_folder() / self.folder
        yield from self._fetch(root, self.train_files)
        # Training works without the test files; `split("test")` reports that they are missing.
        with contextlib.suppress(NeurariumError):
            yield from self._fetch(root, self.test_files)
        images_N1HW, targets_N = yield from self._read(root, self.train_files)
        train, validation = hold_back(self, seed, images_N1HW, targets_N)

        def read_test() -> Examples:
            return pull(self._read(root, self.test_files))

        return assemble(self.card, self.class_names, train, validation, read_test, self.frame)

    def _fetch(self, root: Path, names: tuple[str, ...]) -> Generator[Preparing, None, None]:
        for name in [name for name in names if not _find(root, name)]:
            # torchvision takes a second to import and is only needed for its list of addresses.
            from torchvision import datasets

            source = getattr(datasets, self.folder)
            file = f"{name}.gz"
            mirrors = (*source.mirrors, *self.more_mirrors)
            yield from download(
                [mirror + file for mirror in mirrors],
                root / "raw" / file,
                ("md5", dict(source.resources)[file]),
                size=self.bytes_of[name],
            )

    def _read(self, root: Path, names: tuple[str, str]) -> Generator[Preparing, None, Examples]:
        """Returns pictures (N, 1, H, W) as bytes and classes (N,)."""
        images_path, labels_path = (_find(root, name) or root / "raw" / f"{name}.gz" for name in names)
        what = _("Reading {dataset}").format(dataset=_(self.card.title))
        images_NHW = yield from read_idx(images_path, 3, what)
        labels_N = yield from read_idx(labels_path, 1, what)
        if images_NHW.shape[1:] != (_SIZE, _SIZE) or len(images_NHW) != len(labels_N):
            raise DataError(
                _("{first} and {second} do not belong together.").format(first=images_path, second=labels_path),
                _("Delete both, so that they are downloaded again, or put intact copies in their place."),
            )
        targets_N = self._classes_of(labels_N.long())
        if targets_N.min() < 0 or targets_N.max() >= len(self.class_names):
            raise DataError(
                _("{path} holds classes that {dataset} does not have.").format(
                    path=labels_path, dataset=_(self.card.title)
                ),
                _("Delete it, so that it is downloaded again, or put an intact copy in its place."),
            )
        return images_NHW.unsqueeze(1), targets_N

    def _classes_of(self, labels_N: Tensor) -> Tensor:
        return labels_N


def _find(root: Path, name: str) -> Path | None:
    """Returns the path of an IDX file, plain or gzipped, or None. Users and downloads may have put it there."""
    dotted = name.replace("-idx", ".idx")
    candidates = (
        folder / file for folder in (root / "raw", root) for file in (name, f"{name}.gz", dotted, f"{dotted}.gz")
    )
    return next((path for path in candidates if path.is_file()), None)


class MnistConfig(IdxConfig):
    """Handwritten digits."""

    key: ClassVar[str] = "mnist"
    title: ClassVar[str] = N_("MNIST")
    summary: ClassVar[str] = N_("70,000 handwritten digits: the set on which convolutional networks grew up.")
    source: ClassVar[str] = "http://yann.lecun.com/exdb/mnist/"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="CC BY-SA 3.0",
        citation=(
            "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition. "
            "Proceedings of the IEEE 86(11), 1998."
        ),
        notes=N_("Scanned digits of American census workers and pupils, in a box of 20x20 centred by mass in 28x28."),
    )
    class_names: ClassVar[tuple[str, ...]] = tuple("0123456789")
    folder: ClassVar[str] = "MNIST"
    bytes_of: ClassVar[dict[str, int]] = {
        "train-images-idx3-ubyte": 9_912_422,
        "train-labels-idx1-ubyte": 28_881,
        "t10k-images-idx3-ubyte": 1_648_877,
        "t10k-labels-idx1-ubyte": 4_542,
    }
    more_mirrors: ClassVar[tuple[str, ...]] = ("https://storage.googleapis.com/cvdf-datasets/mnist/",)


class FashionMnistConfig(IdxConfig):
    """Clothes."""

    key: ClassVar[str] = "fashion_mnist"
    title: ClassVar[str] = N_("Fashion-MNIST")
    summary: ClassVar[str] = N_(
        "70,000 small pictures of clothes and shoes in ten classes: as small as MNIST, but much harder."
    )
    source: ClassVar[str] = "https://github.com/zalandoresearch/fashion-mnist"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="MIT",
        citation=(
            "H. Xiao, K. Rasul, R. Vollgraf: Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine Learning "
            "Algorithms. arXiv:1708.07747, 2017."
        ),
        notes=N_("Product photographs of a shop, shrunk to 28x28 and inverted. Same format as MNIST, but harder."),
    )
    class_names: ClassVar[tuple[str, ...]] = (
        N_("T-shirt/top"),
        N_("Trouser"),
        N_("Pullover"),
        N_("Dress"),
        N_("Coat"),
        N_("Sandal"),
        N_("Shirt"),
        N_("Sneaker"),
        N_("Bag"),
        N_("Ankle boot"),
    )
    folder: ClassVar[str] = "FashionMNIST"
    frame: ClassVar[Frame] = "picture"
    bytes_of: ClassVar[dict[str, int]] = {
        "train-images-idx3-ubyte": 26_421_880,
        "train-labels-idx1-ubyte": 29_515,
        "t10k-images-idx3-ubyte": 4_422_102,
        "t10k-labels-idx1-ubyte": 5_148,
    }
    more_mirrors: ClassVar[tuple[str, ...]] = ("https://storage.googleapis.com/tensorflow/tf-keras-datasets/",)


class KmnistConfig(IdxConfig):
    """Cursive Japanese characters."""

    key: ClassVar[str] = "kmnist"
    title: ClassVar[str] = N_("Kuzushiji-MNIST")
    summary: ClassVar[str] = N_("70,000 cursive Japanese characters in ten classes, each written in several ways.")
    source: ClassVar[str] = "http://codh.rois.ac.jp/kmnist/"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence="CC BY-SA 4.0",
        citation=(
            "T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha: Deep Learning for Classical "
            "Japanese Literature. arXiv:1812.01718, 2018."
        ),
        notes=N_(
            "Ten cursive characters cut from Japanese books of the 17th to 19th century; each has several shapes."
        ),
    )
    class_names: ClassVar[tuple[str, ...]] = (
        "お o",
        "き ki",
        "す su",
        "つ tsu",
        "な na",
        "は ha",
        "ま ma",
        "や ya",
        "れ re",
        "を wo",
    )
    folder: ClassVar[str] = "KMNIST"
    bytes_of: ClassVar[dict[str, int]] = {
        "train-images-idx3-ubyte": 18_165_135,
        "train-labels-idx1-ubyte": 29_497,
        "t10k-images-idx3-ubyte": 3_041_136,
        "t10k-labels-idx1-ubyte": 5_120,
    }


class EmnistLettersConfig(IdxConfig):
    """Handwritten Latin letters."""

    key: ClassVar[str] = "emnist_letters"
    title: ClassVar[str] = N_("EMNIST letters")
    summary: ClassVar[str] = N_(
        "145,600 handwritten letters in 26 classes. The download is large, for it holds all of EMNIST."
    )
    source: ClassVar[str] = "https://www.nist.gov/itl/products-and-services/emnist-dataset"
    card: ClassVar[Card] = Card(
        title=title,
        source=source,
        licence=N_("none stated; made from NIST Special Database 19, a work of the U.S. Government"),
        citation=(
            "G. Cohen, S. Afshar, J. Tapson, A. van Schaik: EMNIST: an extension of MNIST to handwritten letters. "
            "arXiv:1702.05373, 2017."
        ),
        notes=N_("Capital and small letters share a class; some pairs, such as I and L, can hardly be told apart."),
    )
    class_names: ClassVar[tuple[str, ...]] = tuple("abcdefghijklmnopqrstuvwxyz")
    examples: ClassVar[tuple[int, int]] = (124_800, 20_800)
    folder: ClassVar[str] = "EMNIST"
    train_files: ClassVar[tuple[str, str]] = (
        "emnist-letters-train-images-idx3-ubyte",
        "emnist-letters-train-labels-idx1-ubyte",
    )
    test_files: ClassVar[tuple[str, str]] = (
        "emnist-letters-test-images-idx3-ubyte",
        "emnist-letters-test-labels-idx1-ubyte",
    )
    archive_bytes: ClassVar[int] = 561_753_746

    def download_bytes(self) -> int:
        """Returns the size of the archive of all of EMNIST, the only download, or 0 if the letters are here."""
        root = paths.data_folder() / self.folder
        found = (root / "raw" / "gzip.zip").is_file() or all(
            _find(root, name) for name in (*self.train_files, *self.test_files)
        )
        return 0 if found else self.archive_bytes

    def _fetch(self, root: Path, names: tuple[str, ...]) -> Generator[Preparing, None, None]:
        if all(_find(root, name) for name in names):
            return
        archive = root / "raw" / "gzip.zip"
        placed_by_hand = archive.is_file()
        from torchvision.datasets import EMNIST

        yield from download([EMNIST.url], archive, ("md5", EMNIST.md5), size=self.archive_bytes)
        wanted = [f"gzip/{name}.gz" for name in (*self.train_files, *self.test_files)]
        yield from extract_zip(archive, root / "raw", max_bytes=2**28, members=wanted, flat=True)
        if not placed_by_hand:
            archive.unlink()

    def _read(self, root: Path, names: tuple[str, str]) -> Generator[Preparing, None, Examples]:
        images_N1WH, targets_N = yield from super()._read(root, names)
        # Unlike MNIST, this dataset stores its pictures column by column.
        return images_N1WH.transpose(2, 3).contiguous(), targets_N

    def _classes_of(self, labels_N: Tensor) -> Tensor:
        return labels_N - 1
