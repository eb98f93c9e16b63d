"""Downloads a file with a known checksum. Reports progress, stops at once, and resumes an interrupted download.

Independent of datasets. pooch decides whether a file is needed, verifies it and moves it to its place. The transfer is
implemented here, since pooch's cannot be stopped or resumed. It runs in its own thread, so the caller of the generator
gets control back every twentieth of a second, even if the server does not answer.
"""

import contextlib
import threading
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import filelock

from core.errors import DataError, OfflineError
from core.events import Preparing
from core.files import storage_errors
from core.i18n import N_, _

if TYPE_CHECKING:
    import requests

_TICK_SECONDS = 0.05
_CONNECT_SECONDS, _SILENCE_SECONDS = 6.0, 15.0
_RESUMES = 5
_CHUNK = 1 << 15


def download(
    urls: Sequence[str],
    destination: Path,
    checksum: tuple[Literal["md5", "sha256"], str],
    *,
    size: int | None = None,
    what: str | None = None,
    instead: str = N_("Small digits"),
) -> Generator[Preparing, None, Path]:
    """Downloads `destination` from the first of `urls` that has it, unless it already exists.

    Closing the generator stops the transfer; received bytes stay in a `.part` file and are not requested again.

    Args:
        urls: addresses of the same file, in the order in which to try them.
        destination: path of the file; its folder is created.
        checksum: kind and hexadecimal digits of the published checksum.
        size: bytes, if known.
        what: a translated phrase that describes the download; by default it names the file.
        instead: title of a dataset that needs no network, for the advice; marked with `N_`.

    Returns:
        `destination`, which has the checksum.

    Raises:
        OfflineError: no server could be reached.
        DataError: the servers do not have the file, or have another one.
        StorageError: it could not be written.
    """
    what = what or _("Downloading {file}").format(file=destination.name)
    transfer = _Transfer(urls, destination, ":".join(checksum), size, instead)
    # A daemon thread: a DNS look-up cannot be interrupted and must not keep the program from ending.
    thread = threading.Thread(target=transfer.run, name=f"download of {destination.name}", daemon=True)
    try:
        yield Preparing(what, 0, size, "bytes")
        thread.start()
        while not transfer.ended.wait(_TICK_SECONDS):
            yield Preparing(what, transfer.done, transfer.total, "bytes")
    finally:
        transfer.cancel()
    if transfer.error is not None:
        raise transfer.error
    return destination


class _Cancelled(Exception):
    """The download was cancelled."""


class _Broken(Exception):
    """The connection failed."""


class _Refused(Exception):
    """The server answered, but not with the file."""


class _Transfer:
    """The transfer of one file. Other threads may read `done`, `total`, `ended` and `error`, and call `cancel`."""

    def __init__(self, urls: Sequence[str], destination: Path, known_hash: str, size: int | None, instead: str) -> None:
        self.done = 0
        self.total = size
        self.ended = threading.Event()
        self.error: Exception | None = None
        self._urls = urls
        self._destination = destination
        self._part = destination.with_name(f"{destination.name}.part")
        self._known_hash = known_hash
        self._size = size
        self._instead = instead
        self._cancelled = threading.Event()
        self._response: requests.Response | None = None

    def run(self) -> None:
        """Downloads the file; the target of the thread."""
        try:
            with storage_errors(self._destination), self._alone():
                self._try_all()
        except _Cancelled:
            pass
        except Exception as error:  # noqa: BLE001 - raised again by `download`
            self.error = error
        finally:
            self.ended.set()

    def cancel(self) -> None:
        """Stops the transfer; returns at once, but the thread may need until its next timeout to stop."""
        self._cancelled.set()
        response = self._response
        if response is not None:
            # Wakes a thread that waits for bytes. Fails if the transfer is over or urllib3 is too old.
            with contextlib.suppress(ValueError, OSError, AttributeError):
                response.raw.shutdown()

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits until no other run or process downloads into the same folder."""
        self._destination.parent.mkdir(parents=True, exist_ok=True)
        lock = filelock.FileLock(self._destination.parent / ".download.lock")
        while True:
            try:
                lock.acquire(blocking=False)
                break
            except filelock.Timeout:
                if self._cancelled.wait(_TICK_SECONDS):
                    raise _Cancelled from None
        try:
            yield
        finally:
            lock.release()

    def _try_all(self) -> None:
        failure: Exception = _Broken()
        for url in self._urls:
            try:
                self._try(url)
                return
            except (_Refused, DataError) as error:
                failure = error
            except _Broken as error:
                # The answer of one server is more helpful than the fact that another could not be reached.
                failure = failure if isinstance(failure, _Refused | DataError) else error
        if isinstance(failure, DataError):
            raise failure
        raise self._unavailable(failure) from failure

    def _try(self, url: str) -> None:
        """Downloads the file from one address; tries again after an interruption if some bytes have arrived."""
        # pooch is imported here because it imports requests, which is slow.
        import pooch  # type: ignore[import-untyped]

        pooch.get_logger().setLevel("ERROR")
        for _attempt in range(_RESUMES + 1):
            before = self._arrived()
            try:
                pooch.retrieve(
                    url,
                    self._known_hash,
                    fname=self._destination.name,
                    path=self._destination.parent,
                    downloader=self._receive,
                )
                return
            except ValueError as error:
                # The `.part` file may belong to another version: then a new start helps.
                if before == 0:
                    raise self._foreign(url) from error
            except _Broken:
                if self._arrived() == before:
                    raise
            finally:
                if self._cancelled.is_set():
                    raise _Cancelled
        raise _Broken

    def _arrived(self) -> int:
        return self._part.stat().st_size if self._part.exists() else 0

    def _receive(self, url: str, output_file: Any, _pooch: Any) -> None:
        """Completes the `.part` file and moves it to `output_file` for pooch."""
        import requests
        import urllib3

        offset = self._arrived()
        # Without this header a server may compress the file again; its length and ranges would then be different.
        headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={offset}-"} if offset else {})
        try:
            with requests.get(
                url, headers=headers, stream=True, timeout=(_CONNECT_SECONDS, _SILENCE_SECONDS)
            ) as response:
                self._response = response
                self._store(response, offset)
        except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
            raise _Broken from error
        finally:
            self._response = None
        self._part.replace(output_file)

    def _store(self, response: "requests.Response", offset: int) -> None:
        if self._cancelled.is_set():
            raise _Cancelled
        if response.status_code == 416:
            self._part.unlink(missing_ok=True)
            raise ValueError("the part is longer than the file")
        if not response.ok:
            raise _Refused(response.status_code)
        continues = response.headers.get("Content-Range", "").startswith(f"bytes {offset}-")
        self.done = offset if response.status_code == 206 and continues else 0
        length = response.headers.get("Content-Length", "")
        self.total = self.done + int(length) if length.isdecimal() else self._size
        with self._part.open("ab" if self.done else "wb") as stream:
            for chunk in response.raw.stream(_CHUNK, decode_content=False):
                if self._cancelled.is_set():
                    raise _Cancelled
                stream.write(chunk)
                self.done += len(chunk)
                if self._size is not None and self.done > 2 * self._size:
                    raise _Refused(_("far more than the file"))

    def _foreign(self, url: str) -> DataError:
        return DataError(
            _("The file {file} from {host} is not the published file.").format(
                host=urlsplit(url).netloc, file=self._destination.name
            ),
            _("Check whether your network asks you to log in first, then try again, or {place}.").format(
                place=self._place()
            ),
        )

    def _unavailable(self, failure: Exception) -> DataError:
        file, hosts = self._destination.name, ", ".join(urlsplit(url).netloc for url in self._urls)
        if isinstance(failure, _Refused):
            return DataError(
                _("{file} could not be downloaded: {hosts} answered with {answer}.").format(
                    file=file, hosts=hosts, answer=failure.args[0]
                ),
                _("Try again later, {place}, or choose a dataset that needs no network, such as {instead}.").format(
                    place=self._place(), instead=_(self._instead)
                ),
            )
        return OfflineError(
            _("{file} could not be downloaded: there is no network, or {hosts} cannot be reached.").format(
                file=file, hosts=hosts
            ),
            _(
                "Connect to a network and try again, {place}, or choose a dataset that needs none, such as {instead}."
            ).format(place=self._place(), instead=_(self._instead)),
        )

    def _place(self) -> str:
        return _("put {file} (from {url}) into {folder} yourself").format(
            file=self._destination.name, url=self._urls[0], folder=self._destination.parent
        )
