"""From the shortlist, or from the names the user gave, to candidates that can be run here."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path

import msgspec

from advisor.bench.candidate import Candidate
from advisor.bench.choice import Absent, Choice
from advisor.bench.folder_kind import kind_of
from advisor.bench.locate import ModelFolder, Places, content_hash, find, given_folder
from advisor.bench.model_folder import graph_of
from advisor.bench.naming import BM25
from advisor.bench.pipelines import taken
from advisor.catalogue.card import ModelCard
from advisor.catalogue.catalogue import Catalogue, load_catalogue
from advisor.errors import CatalogueError, UsageError
from advisor.needs.requirements import Machine, Requirements
from advisor.shortlist.constraints import broken_limits, refused_by_name
from advisor.shortlist.ranking import evidence_for
from advisor.shortlist.relaxing import why_none
from advisor.shortlist.shortlist import Listed, Shortlist
from advisor.text import one_line


def from_names(
    names: Sequence[str], catalogue: Catalogue, places: Places, requirements: Requirements
) -> Choice:
    """Take exactly the models the user named: `bm25`, catalogue names, folders, `NAME=FOLDER`.

    Pipelines of them as well (`advisor.bench.pipelines`). What is not on this machine becomes
    `Absent`. CatalogueError when a name is unknown or a folder holds no model; UsageError when a
    name is empty or given twice.
    """

    def find_one(name: str) -> Candidate | Absent:
        return _named(name, catalogue, places, requirements)

    candidates, absent = taken(names, find_one, _baseline(named=False))
    _refuse_same_names(candidates)
    return Choice(candidates=tuple(candidates), absent=tuple(absent))


def from_shortlist(listed: Shortlist, places: Places, requirements: Requirements) -> Choice:
    """Take the shortlist's candidates, whose weights are on this machine."""
    candidates = []
    for entry in listed.candidates:
        if entry.role == "baseline":
            candidates.append(_baseline(named=False, reason=entry.reason))
            continue
        folder = find(entry.card, places)
        if folder is not None:
            candidates.append(
                _candidate(
                    entry.card.short_name, folder, entry.card, requirements, reason=entry.reason
                )
            )
    return Choice(
        candidates=tuple(candidates),
        absent=tuple(_not_here(entry) for entry in listed.not_here),
        dropped=tuple((drop.card.name, drop.reason) for drop in listed.dropped),
        clash="" if candidates[1:] or listed.not_here else why_none(listed.dropped).sentence,
    )


def edited(
    choice: Choice,
    removed: Sequence[str],
    added: Sequence[str],
    places: Places,
    requirements: Requirements,
) -> Choice:
    """Take candidates out by name, never the baseline, and named ones in.

    Errors as those of `from_names`.
    """
    kept = [
        candidate
        for candidate in choice.candidates
        if candidate.kind == "baseline" or not {candidate.name, *candidate.parts} & set(removed)
    ]
    if not added:
        return msgspec.structs.replace(choice, candidates=tuple(kept))
    new = from_names(added, load_catalogue(), places, requirements)
    models = new.beside([candidate.name for candidate in kept])
    candidates = [*(one for one in kept if one.kind != "baseline"), *models]
    candidates += [one for one in kept if one.kind == "baseline"]
    _refuse_same_names(candidates, "the choice would hold")
    known = {gone.name for gone in new.absent}
    absent = (*new.absent, *(gone for gone in choice.absent if gone.name not in known))
    return msgspec.structs.replace(choice, candidates=tuple(candidates), absent=absent, clash="")


def _named(
    name: str, catalogue: Catalogue, places: Places, requirements: Requirements
) -> Candidate | Absent:
    if name.lower() == BM25:
        return _baseline(named=True)
    folder, card, shown = _resolve(name, catalogue, places)
    if folder is None or (card is not None and refused_by_name(card) is not None):
        assert card is not None  # a name without folder is a card's
        return _absent(card, requirements)
    return _candidate(shown, folder, card, requirements, reason="named by you")


def finder_for(choice: Choice, places: Places, requirements: Requirements) -> Candidate | None:
    """Return the smallest static model here that reads the data's languages and is no candidate.

    It finds hard negatives for a sample; a candidate would be asked what it itself mistakes.
    """
    compared = {candidate.weights_hash for candidate in choice.candidates}
    cards = [card for card in load_catalogue().cards if card.kind == "static"]
    readable = (
        card
        for card in sorted(cards, key=lambda card: (card.n_parameters or 0, card.name))
        if "languages" not in {limit.limit for limit in broken_limits(card, requirements)}
    )
    for card in readable:
        folder = find(card, places)
        if folder is None or folder.mark:
            continue
        finder = _candidate(card.short_name, folder, card, requirements, reason="hard negatives")
        if finder.weights_hash not in compared:
            return finder
    return None


def _resolve(
    name: str, catalogue: Catalogue, places: Places
) -> tuple[ModelFolder | None, ModelCard | None, str]:
    """Return the folder, the card and the name to show of something the user named."""
    shown, _, place = ("", "", name) if _is_folder(Path(name)) else name.rpartition("=")
    if not place:
        raise UsageError(f"--models {name}: no folder is named after the =")
    try:
        path = Path(place).expanduser()
    except RuntimeError:
        raise CatalogueError(f"{one_line(place, 120)}: nobody of that name has a folder") from None
    # `organisation/model` looks like a path and is one only where it leads somewhere.
    if shown or path.is_absolute() or place.startswith(".") or _is_folder(path):
        folder = given_folder(path)
        return folder, _card_of(folder, catalogue), shown or folder.name
    card = catalogue.find(name)
    return find(card, places), card, card.short_name


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:  # longer than any path, or behind a closed folder
        return False


def _card_of(folder: ModelFolder, catalogue: Catalogue) -> ModelCard | None:
    """Return the card of a folder that says, or by its name shows, which model it is."""
    for name in (folder.repo, folder.name):
        try:
            if name:
                return catalogue.find(name)
        except CatalogueError:
            continue
    return None


def _candidate(
    name: str,
    folder: ModelFolder,
    card: ModelCard | None,
    requirements: Requirements,
    *,
    reason: str,
) -> Candidate:
    machine = requirements.machine
    broken = broken_limits(card, requirements) if card else ()
    evidence = evidence_for(card, requirements) if card else None
    prompts = card.prompts if card else None
    kind, graph = kind_of(folder.path), graph_of(folder.path)
    if graph is not None:
        evidence = None  # the card's score is of the weights as published, not of this graph
    return Candidate(
        name=name,
        kind="reranked" if kind == "cross-encoder" else kind,
        repo=folder.repo or (card.repo if card else None),
        revision=folder.revision,
        license=folder.license or (card.license if card else None),
        languages=card.languages if card else (),
        folder=str(folder.path),
        weights_hash=content_hash(folder.path),
        disk_bytes=folder.disk_bytes + (graph.bytes if graph else 0),
        query_prompt=prompts.query if prompts and prompts.query else None,
        document_prompt=prompts.document if prompts and prompts.document else None,
        card_pooling=card.pooling if card else None,
        card_max_tokens=card.max_tokens if card else None,
        wants_prompt=bool(card and card.use_instructions),
        cuts=card.matryoshka_dims if card else (),
        backend="sentence-transformers" if graph is None else graph.backend,
        device="cuda" if has_usable_gpu(machine) and graph is None else "cpu",
        threads=machine.cores,
        public_score=evidence.value if evidence else None,
        public_board=evidence.board if evidence and evidence.value is not None else None,
        public_doubt=evidence.doubt if evidence else "",
        reason=reason,
        doubts={one.limit: one.sentence for one in broken if one.limit != "not measurable"},
        mark=folder.mark,
        named=reason == "named by you",
    )


def has_usable_gpu(machine: Machine) -> bool:
    """Say whether sessions are to run on a GPU: one that is here, and a PyTorch that can use it."""
    detected = machine.source == "detected" and machine.gpu is not None
    return detected and "+cpu" not in metadata.version("torch") and "Apple" not in machine.gpu  # type: ignore[operator]


def _baseline(*, named: bool, reason: str = "the baseline every model must beat") -> Candidate:
    return Candidate(name="BM25", kind="baseline", named=named, reason=reason)


def _absent(card: ModelCard, requirements: Requirements) -> Absent:
    return Absent(
        name=card.name,
        reason="; ".join((_why_absent(card), *_misfit(card, requirements))),
        repo=card.repo if refused_by_name(card) is None else None,
        public_score=evidence_for(card, requirements).value,
        bytes=_card_bytes(card),
    )


def _misfit(card: ModelCard, requirements: Requirements) -> tuple[str, ...]:
    """Say what would speak against it even if it were here, so that nobody fetches it in vain."""
    broken = broken_limits(card, requirements)
    return tuple(limit.sentence for limit in broken if limit.limit != "not measurable")[:1]


def _why_absent(card: ModelCard) -> str:
    if (objection := refused_by_name(card)) is not None:
        return objection
    if card.folder is not None:
        return "its folder, given in your own models, is not there or holds no model"
    return "not on this machine"


def _card_bytes(card: ModelCard) -> int | None:
    return int(card.memory_usage_mb * 2**20) if card.memory_usage_mb is not None else None


def _not_here(entry: Listed) -> Absent:
    return Absent(
        name=entry.card.name,
        reason=entry.reason,
        repo=entry.card.repo,
        public_score=entry.evidence.value,
        bytes=_card_bytes(entry.card),
    )


def _refuse_same_names(candidates: Sequence[Candidate], who: str = "--models names") -> None:
    seen: set[str] = set()
    for candidate in candidates:
        if candidate.name in seen:
            way_out = (
                f"give one another name, as in second={candidate.folder}"
                if candidate.folder
                else "once is enough"
            )
            raise UsageError(f"{who} {candidate.name} twice; {way_out}")
        seen.add(candidate.name)
