"""What a download would bring: asked of the Hub before the user is asked."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi, ModelInfo, constants
from huggingface_hub.errors import HFValidationError

from advisor.bench.engine import EngineError
from advisor.bench.hub.failures import explained, refuse_offline
from advisor.bench.hub.files import HubFile, needed
from advisor.bench.snapshots import COMMIT, repo_folder_name
from advisor.text import one_line

ANSWER_S = 30.0
"""How long the Hub may take to describe a repository."""
_BLOB = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True)
class DownloadPlan:
    """The files of one repository at one commit, and where they go."""

    repo: str
    revision: str
    """40-hex commit: the download gets what the plan said, whatever is published meanwhile."""
    files: tuple[HubFile, ...]
    already_bytes: int
    """Of these files, what is in the Hub cache."""

    @property
    def total_bytes(self) -> int:
        """Size of all files."""
        return sum(file.bytes for file in self.files)

    @property
    def missing_bytes(self) -> int:
        """What is still to come over the network."""
        return self.total_bytes - self.already_bytes

    @property
    def folder(self) -> Path:
        """The repository's folder in the Hub cache."""
        return folder_of(self.repo)

    @property
    def snapshot(self) -> Path:
        """The folder that holds the model once it is downloaded."""
        return self.folder / "snapshots" / self.revision


def folder_of(repo: str) -> Path:
    """Return a repository's folder in the Hub cache."""
    return Path(constants.HF_HUB_CACHE) / repo_folder_name(repo)


def plan_download(repo: str, revision: str | None = None) -> DownloadPlan:
    """Ask the Hub what `repo` holds and choose the files a model needs; nothing is fetched.

    EngineError when it cannot be asked, does not show the repository, or offers nothing that can
    be used.
    """
    refuse_offline()
    with explained(repo):
        api = HfApi()
        info = _asked(api, repo, revision)
        if info.gated:
            api.auth_check(repo)  # a gated repository is described to everyone
    _refuse_own_code(info, repo)
    if info.sha is None or not COMMIT.fullmatch(info.sha):
        raise _nonsense(repo)
    files = needed(one_line(repo, 120), _offered(info))
    here = sum(file.bytes for file in files if is_here(repo, info.sha, file))
    return DownloadPlan(repo=repo, revision=info.sha, files=files, already_bytes=here)


def is_here(repo: str, revision: str, file: HubFile) -> bool:
    """Say whether the Hub cache has a file, for this revision or, the same, for another."""
    folder = folder_of(repo)
    if (folder / "snapshots" / revision / file.name).is_file():
        return True
    return (folder / "blobs" / file.blob).is_file()


def _asked(api: HfApi, repo: str, revision: str | None) -> ModelInfo:
    try:
        return api.model_info(repo, revision=revision, files_metadata=True, timeout=ANSWER_S)
    except HFValidationError:  # a ValueError as well
        raise
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        # A login page of a network, or a mirror that speaks something else.
        raise _nonsense(repo) from error


def _offered(info: ModelInfo) -> list[HubFile]:
    return [
        HubFile(
            name=sibling.rfilename,
            bytes=sibling.size or 0,
            blob=blob,
            sha256=sibling.lfs.sha256 if sibling.lfs else None,
        )
        for sibling in info.siblings or ()
        if (blob := sibling.lfs.sha256 if sibling.lfs else sibling.blob_id)
        and _BLOB.fullmatch(blob)
    ]


def _refuse_own_code(info: ModelInfo, repo: str) -> None:
    # The loader would refuse it as well, after all the bytes have come.
    if isinstance(info.config, dict) and "auto_map" in info.config:
        raise EngineError(
            "remote code",
            f"{one_line(repo, 120)} runs code of its own (auto_map), which this version never "
            "does, so it was not downloaded; choose a model of the same family that needs none",
        )


def _nonsense(repo: str) -> EngineError:
    return EngineError(
        "hub",
        f"{constants.ENDPOINT} gave no answer of a Hub about {one_line(repo, 120)}; "
        "check the network (a login page?) or HF_ENDPOINT",
    )
