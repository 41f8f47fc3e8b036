"""Where models' weights lie on this machine: model folders and the Hub cache, by plain paths."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from advisor.bench.hashing import content_hash as content_hash
from advisor.bench.information import Information, information_of
from advisor.bench.model_folder import ModelFolder as ModelFolder
from advisor.bench.model_folder import (
    Origin,
    disk_bytes,
    graph_of,
    has_configuration,
    has_weights,
    is_model_folder,
)
from advisor.bench.places import Places as Places
from advisor.bench.places import default_places as default_places
from advisor.bench.snapshots import COMMIT, complete_snapshot, repo_of
from advisor.catalogue.card import ModelCard
from advisor.errors import NO_UTF8, CatalogueError
from advisor.text import is_utf8, one_line


def find(wanted: ModelCard | str, places: Places) -> ModelFolder | None:
    """Return where a model's weights are, given its card, `organisation/model` or a short name.

    A card's own revision is preferred in the Hub cache; hosted models are nowhere.
    """
    return _Shelves(places).find(wanted)


def available(cards: Iterable[ModelCard], places: Places) -> dict[str, ModelFolder]:
    """Return the folders of those cards whose weights are here, by card name."""
    shelves = _Shelves(places)
    found = ((card.name, shelves.find(card)) for card in cards)
    return {name: folder for name, folder in found if folder is not None}


def given_folder(path: Path) -> ModelFolder:
    """Return the model in a folder the user named, or in a repository's folder of a Hub cache.

    CatalogueError says why the folder holds none.
    """
    shown = one_line(str(path), 200)
    path = _opened(path.expanduser().absolute(), shown)
    if not has_configuration(path):
        raise CatalogueError(
            f"{shown} is no model folder: it has neither modules.json nor config.json; "
            "to look for models by name in it, use --models-dir"
        )
    if not has_weights(path) and graph_of(path) is None:
        raise CatalogueError(f"{shown} holds no weights (no .safetensors file)")
    return _as_model_folder(_Found(path, *_hub_identity(path)), "given folder")


def _own_folder(folder: str) -> ModelFolder | None:
    """Return the model in a folder of the user's own catalogue, None when it is there no longer."""
    try:
        return given_folder(Path(folder))
    except (CatalogueError, RuntimeError):  # RuntimeError: the home of nobody
        return None


def _opened(path: Path, shown: str) -> Path:
    """Return the folder to look into; CatalogueError when it is none, or empty."""
    if not is_utf8(str(path)):
        raise CatalogueError(f"{shown}: {NO_UTF8}")
    try:
        if not path.exists():
            raise CatalogueError(f"{shown} is not there; check the path")
        if not path.is_dir():
            raise CatalogueError(f"{shown} is a file; name the folder with the model's files in it")
        if not any(path.iterdir()):
            raise CatalogueError(f"{shown} is empty; name a folder with a model's files in it")
    except OSError as error:
        raise CatalogueError(f"{shown} cannot be opened: {error.strerror}") from error
    if path.name in ("", ".."):
        path = path.resolve()
    return (repo_of(path.name) and complete_snapshot(path, None)) or path


@dataclass(frozen=True)
class _Found:
    """A folder with a model in it, and which one by the folder's place."""

    path: Path
    repo: str | None = None
    revision: str | None = None
    says: str | None = None
    """The repository that the folder itself names."""


class _Shelves:
    """Everything that is on this machine, listed once."""

    def __init__(self, places: Places) -> None:
        self._shelves = [_Shelf(folder) for folder in places.models_dirs]
        self._hub = {
            repo.lower(): folder
            for folder in _folders(places.hub_cache)
            if (repo := repo_of(folder.name)) is not None
        }

    def find(self, wanted: ModelCard | str) -> ModelFolder | None:
        if isinstance(wanted, ModelCard):
            if not wanted.open_weights:
                return None
            if wanted.folder is not None:
                return _own_folder(wanted.folder)
            name, revision = (wanted.repo or wanted.name).lower(), wanted.revision
        else:
            name, revision = wanted.strip().lower(), None
        for shelf in self._shelves:
            if (found := shelf.get(name)) is not None:
                return _as_model_folder(found, "models folder")
        return self._in_the_hub_cache(name, revision)

    def _in_the_hub_cache(self, name: str, revision: str | None) -> ModelFolder | None:
        same = [repo for repo in self._hub if repo == name]
        if "/" not in name and not same:
            same = [repo for repo in self._hub if repo.rpartition("/")[2] == name]
        if len(same) != 1:  # a short name that two organisations use names neither
            return None
        folder = self._hub[same[0]]
        snapshot = complete_snapshot(folder, revision)
        if snapshot is None:
            return None
        return _as_model_folder(_Found(snapshot, *_hub_identity(snapshot)), "Hub cache")


class _Shelf:
    """One folder of model folders: by repository, and by name where no other is meant."""

    def __init__(self, folder: Path) -> None:
        self._by_repo: dict[str, _Found] = {}
        self._by_name: dict[str, _Found] = {}
        for found in sorted(_listing(folder), key=_variants_last):
            for repo in (found.repo, found.says):
                if repo is not None:
                    self._by_repo.setdefault(repo.lower(), found)
            self._by_name.setdefault(found.path.name.lower(), found)

    def get(self, name: str) -> _Found | None:
        if name in self._by_repo:
            return self._by_repo[name]
        found = self._by_name.get(name.rpartition("/")[2])
        if found is None or ("/" in name and (found.repo or found.says)):
            return None  # the folder says that it is another organisation's
        return found


def _listing(folder: Path) -> Iterator[_Found]:
    """Yield the models in a folder: NAME, ORG__NAME, ORG/NAME, or the folder itself."""
    if is_model_folder(folder):
        yield _placed(folder)
        return
    for path in _folders(folder):
        organisation, _, name = path.name.partition("__")
        if is_model_folder(path):
            yield _placed(path, f"{organisation}/{name}" if name else None)
            continue
        for inner in _folders(path):
            if is_model_folder(inner):
                yield _placed(inner, f"{path.name}/{inner.name}")


def _placed(path: Path, repo: str | None = None) -> _Found:
    return _Found(path, repo, says=information_of(path).repo)


def _variants_last(found: _Found) -> tuple[bool, str]:
    """Order so that of two folders with one repository the one called like it wins."""
    repo = found.says or found.repo or ""
    own = found.path.name.lower().rpartition("__")[2]
    return own != repo.lower().rpartition("/")[2], str(found.path)


def _folders(folder: Path) -> list[Path]:
    try:
        return sorted(
            path for path in folder.iterdir() if not path.name.startswith(".") and path.is_dir()
        )
    except OSError:
        return []


def _as_model_folder(found: _Found, origin: Origin) -> ModelFolder:
    # In the Hub cache the place says what it is; a file in the repository may claim anything.
    says = Information() if found.revision else information_of(found.path)
    repo = says.repo or found.repo
    name = repo.rpartition("/")[2] if repo and found.revision else found.path.name
    return ModelFolder(
        name=one_line(name, 120),
        path=found.path,
        repo=repo,
        revision=found.revision or says.revision,
        license=says.license,
        languages=says.languages,
        mark=says.mark,
        disk_bytes=disk_bytes(found.path),
        origin=origin,
    )


def _hub_identity(path: Path) -> tuple[str | None, str | None]:
    """Return repository and revision of a folder that is a snapshot in a Hub cache."""
    if path.parent.name != "snapshots" or not COMMIT.fullmatch(path.name):
        return None, None
    return repo_of(path.parent.parent.name), path.name
