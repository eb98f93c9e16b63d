"""The user's own pictures: a folder with one sub-folder per class, pictures of any size and format.

Every picture is turned upright, scaled until its shorter side fits, and cropped around its middle to a square. The
folder may have sub-folders `train`, `val` and `test`. Axes: N examples, C channels, H height, W width.
"""

import hashlib
import os
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from core import paths
from core.data.base import Card, DatasetInfo, Loading, cut, cut_sizes
from core.data.images import ImageDatasetConfig, assemble
from core.errors import DataError
from core.events import Preparing
from core.generators import pull, pull_for
from core.i18n import N_, _
from core.ink.picture_file import open_picture
from core.input_spec import ImageInput
from core.settings import setting

_SUFFIXES = (
    ".png",
    ".jpg",
    ".jpeg",
    ".jfif",
    ".bmp",
    ".gif",
    ".webp",
    ".tif",
    ".tiff",
    ".ppm",
    ".pgm",
    ".pbm",
    ".avif",
)
_ROLES = {
    "train": ("train", "training"),
    "validation": ("val", "valid", "validation"),
    "test": ("test", "testing"),
}
_TEST_SHARE = 0.15
_LARGEST_IN_MEMORY = 2 << 30
_READERS = 4
_STATS = 200  # files between two chances to stop
_PATIENCE_S = 1.0  # for `info`, whose caller waits


@dataclass(frozen=True)
class _Files:
    """Picture files and the class of each (N,)."""

    files: list[Path]
    targets_N: Tensor

    def __getitem__(self, index: Tensor) -> "_Files":
        return _Files([self.files[i] for i in index.tolist()], self.targets_N[index])

    def __len__(self) -> int:
        return len(self.files)


_Found = tuple[tuple[str, ...], _Files, _Files | None, _Files]


class ImageFolderConfig(ImageDatasetConfig):
    """Pictures in sub-folders, one per class."""

    key: ClassVar[str] = "image_folder"
    title: ClassVar[str] = N_("Folder of pictures")
    summary: ClassVar[str] = N_("Your own pictures of any size, sorted into one sub-folder per class.")
    source: ClassVar[str] = "https://pytorch.org/vision/stable/generated/torchvision.datasets.ImageFolder.html"

    folder: str = setting(
        "",
        N_("Folder"),
        N_(
            "A folder with one sub-folder of pictures per class. If it has sub-folders train, val and test, each with "
            "the classes inside, they are used as such."
        ),
        editor="folder",
    )
    size: int = setting(
        64,
        N_("Size"),
        N_(
            "Pictures are scaled and cropped around their middle to a square of this many pixels. Twice the size costs "
            "four times the memory and about four times the time."
        ),
        ge=28,
        le=224,
    )
    colour: Literal["rgb", "grey"] = setting(
        "rgb",
        N_("Colour"),
        N_("Colour gives the network three channels to look at, grey only one."),
        choices={"rgb": N_("Colour"), "grey": N_("Grey")},
    )

    @property
    def channels(self) -> int:
        """The number of channels of a picture."""
        return 3 if self.colour == "rgb" else 1

    def own_paths(self) -> tuple[str, ...]:
        """Returns the folder."""
        return (self.folder,) if self.folder.strip() else ()

    def info(self) -> DatasetInfo | None:
        """Returns the sizes by the names of the files, or None if the folder is unusable or too large to scan."""
        try:
            found = pull_for(_PATIENCE_S, self._scan())
        except (DataError, OSError):
            return None
        if found is None:
            return None
        names, train, validation, test = found
        if validation is None:
            sizes = cut_sizes(len(train), self.validation_fraction, self.train_examples)
        else:
            sizes = min(len(train), self.train_examples or len(train)), len(validation)
        return DatasetInfo(
            ImageInput(channels=self.channels, height=self.size, width=self.size, frame="picture"),
            len(names),
            *sizes,
            len(test),
        )

    def state_of_files(self) -> Generator[Preparing, None, str]:
        """Returns a digest of names, sizes and times of all pictures."""
        digest = hashlib.sha256()
        for number, file in enumerate((yield from _pictures(self._root())) if self.folder else []):
            if number % _STATS == 0:
                yield Preparing(_("Looking for pictures"))
            try:
                found = file.stat()
            except OSError:
                continue  # a broken link; `load` reports it
            digest.update(f"{file} {found.st_size} {found.st_mtime_ns}\n".encode(errors="surrogateescape"))
        return digest.hexdigest()

    def load(self, seed: int) -> Loading:
        """Reads and shrinks all pictures except those for testing; see `DatasetConfig.load`."""
        names, train, validation, test = yield from self._scan()
        train_index, held_index = cut(train.targets_N, self.validation_fraction, self.train_examples, seed)
        if validation is None:
            validation = train[held_index]
        elif self.train_examples is None:
            train_index = torch.arange(len(train))
        train = train[train_index]
        images_NCHW = yield from self._read(train.files + validation.files)

        def read_test() -> tuple[Tensor, Tensor]:
            return pull(self._read(test.files)), test.targets_N

        return assemble(
            self._card(),
            names,
            (images_NCHW[: len(train)], train.targets_N),
            (images_NCHW[len(train) :], validation.targets_N),
            read_test,
            "picture",
        )

    def _card(self) -> Card:
        root = self._root()
        return Card(
            title=root.name,
            source=str(root),
            licence=N_("as its owner says"),
            notes=N_(
                "Scaled so that the shorter side fits, then cropped around the middle. Without a folder test, 15 % of "
                "each class, chosen by the names of the files, are set apart for testing."
            ),
        )

    def _root(self) -> Path:
        """Returns the folder; a relative path may also be in the data folder."""
        if not self.folder.strip():
            raise DataError(
                _("No folder of pictures has been chosen."), _("Choose one with a sub-folder of pictures per class.")
            )
        given = Path(self.folder).expanduser()
        root = next((path for path in (given, paths.data_folder() / given) if path.is_dir()), None)
        if root is None:
            raise DataError(
                _("There is no folder {folder}.").format(folder=given), _("Check the name, or choose another.")
            )
        return root.resolve()

    def _scan(self) -> Generator[Preparing, None, _Found]:
        """Returns the names of the classes and the files for training, validation (None: cut later) and test."""
        root = self._root()
        roles = {role: _role_folder(root, role) for role in _ROLES}
        base = roles["train"] or root
        taken = {folder for folder in roles.values() if folder}
        classes = {}
        for folder in _folders(base):
            if folder not in taken:
                classes[folder.name] = yield from _pictures(folder)
        names = tuple(name for name, files in classes.items() if files)
        if len(names) < 2:
            found = _("only one class, {name}").format(name=names[0]) if names else _("no sub-folder with pictures")
            raise DataError(
                _("{folder} holds {found}.").format(folder=base, found=found),
                _("Put the pictures into two or more sub-folders, one per class, named like the class."),
            )
        train = _gather(names, classes)
        validation = yield from _of_role(roles["validation"], names)
        test = yield from _of_role(roles["test"], names)
        if test is None:
            apart = torch.tensor(_set_apart(base, names, classes))
            train, test = train[torch.nonzero(~apart).flatten()], train[torch.nonzero(apart).flatten()]
        lonely = [name for i, name in enumerate(names) if validation is None and int((train.targets_N == i).sum()) < 2]
        if lonely:
            raise DataError(
                _("{folder} holds too few pictures of {name}.").format(folder=base, name=_(", ").join(lonely)),
                _("Put at least two pictures into every sub-folder: one to learn from and one to validate with."),
            )
        return names, train, validation, test

    def _read(self, files: list[Path]) -> Generator[Preparing, None, Tensor]:
        """Returns the pictures as bytes (N, C, size, size)."""
        needed = len(files) * self.channels * self.size**2
        if needed > _LARGEST_IN_MEMORY:
            raise DataError(
                _("{count} pictures of this size need {needed:.1f} GB of memory; {limit:.1f} GB are the limit.").format(
                    count=len(files), needed=needed / 2**30, limit=_LARGEST_IN_MEMORY / 2**30
                ),
                _("Choose a smaller size, grey instead of colour, or fewer training examples."),
            )
        images_NHWC = np.empty((len(files), self.size, self.size, self.channels), np.uint8)
        # Threads help, because Pillow releases the interpreter lock while it decodes.
        pool = ThreadPoolExecutor(_READERS, thread_name_prefix="pictures")
        try:
            for i, pixels_HWC in enumerate(pool.map(self._read_one, files)):
                images_NHWC[i] = pixels_HWC
                yield Preparing(_("Reading pictures"), i + 1, len(files), "examples")
        finally:
            pool.shutdown(cancel_futures=True)
        return torch.from_numpy(images_NHWC).permute(0, 3, 1, 2).contiguous()

    def _read_one(self, file: Path) -> NDArray[np.uint8]:
        try:
            return open_picture(file, str(file)).fitted(self.size, self.size, self.channels)
        except DataError as error:
            advice = _("Replace it or take it out of the folder, then start again.")
            raise DataError(error.what, advice) from error


def _folders(root: Path) -> list[Path]:
    return sorted(path for path in root.iterdir() if path.is_dir() and not path.name.startswith("."))


def _pictures(root: Path) -> Generator[Preparing, None, list[Path]]:
    """Returns all picture files under `root`, sorted; hidden files and folders are ignored."""
    found: list[Path] = []
    for folder, subfolders, files in os.walk(root):
        yield Preparing(_("Looking for pictures"))
        subfolders[:] = [name for name in subfolders if not name.startswith(".")]
        found += [Path(folder, name) for name in files if not name.startswith(".") and name.lower().endswith(_SUFFIXES)]
    return sorted(found)


def _role_folder(root: Path, role: str) -> Path | None:
    """Returns the sub-folder for a role, or None. It has the role's name and contains folders; else it is a class."""
    return next((path for path in _folders(root) if path.name.lower() in _ROLES[role] and _folders(path)), None)


def _gather(names: Sequence[str], classes: dict[str, list[Path]]) -> _Files:
    files = [file for name in names for file in classes[name]]
    targets = [label for label, name in enumerate(names) for _file in classes[name]]
    return _Files(files, torch.tensor(targets, dtype=torch.int64))


def _of_role(folder: Path | None, names: Sequence[str]) -> Generator[Preparing, None, _Files | None]:
    if folder is None:
        return None
    classes = {}
    for name in names:
        classes[name] = yield from _pictures(folder / name)
    for path in _folders(folder):
        if path.name not in classes and (yield from _pictures(path)):
            raise DataError(
                _("{folder} is a class without training pictures.").format(folder=path),
                _("Name the sub-folders of train, val and test alike."),
            )
    if not any(classes.values()):
        return None
    return _gather(names, classes)


def _set_apart(base: Path, names: Sequence[str], classes: dict[str, list[Path]]) -> list[bool]:
    """Chooses the test pictures and leaves two of each class. Names decide, so new pictures change little."""
    apart: set[Path] = set()
    for name in names:
        files = sorted(classes[name], key=lambda f: hashlib.sha256(f.relative_to(base).as_posix().encode()).digest())
        apart.update(files[: min(max(round(len(files) * _TEST_SHARE), 1), max(len(files) - 2, 0))])
    return [file in apart for name in names for file in classes[name]]
