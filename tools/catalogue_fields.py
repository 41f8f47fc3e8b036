"""What a card says of its tokenizer, training data and code, worked out from a registry row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

Row = dict[str, Any]

WIDTHS = range(32, 8193, 8)
"""What a token's vector may measure; other quotients are chance."""
BY_ROWS = "rows of the embedding table"
_CUT = re.compile(r"\.\.\. (\d+) in all")
_BEFORE = re.compile(r"^(?:Multilingual)?Nano|^HUME")
_AFTER = re.compile(
    r"(?:-(?:Fa|NL|PL|VN))?(?:HardNegatives|Decontaminated|JaRetrievalLite)?(?:-VN)?(?:\.v\d)?$"
)
_TASKS = ("Retrieval", "Reranking")


def declared_datasets(names: Iterable[str]) -> tuple[str, ...]:
    """The datasets behind MTEB's names: translations, subsets and reissues count once."""
    stems = {_stem(name) for name in names if not _CUT.fullmatch(name)}
    folded = {stem.casefold(): stem for stem in sorted(stems, reverse=True)}
    for task in _TASKS:
        # `NQRetrieval` is NQ, but `MIRACLRetrieval` goes by no shorter name.
        folded = {
            key: stem
            for key, stem in folded.items()
            if not (stem.endswith(task) and key.removesuffix(task.casefold()) in folded)
        }
    return tuple(sorted(folded.values(), key=str.casefold))


def _stem(name: str) -> str:
    name = _BEFORE.sub("", name).replace("VNClassification", "Classification")
    return _AFTER.sub("", name, count=1) or name


def training(row: Row) -> Row:
    """The declared training datasets, and what is known of how many there are."""
    names = row.get("training_datasets") or []
    cut = next((match for name in names if (match := _CUT.fullmatch(name))), None)
    found: Row = {"training_datasets": list(declared_datasets(names))}
    if names:
        found["n_training_datasets"] = int(cut[1]) if cut else len(names)
    if cut:
        kept = len(names) - 1
        found["basis"] = {"training_datasets": f"the first {kept} of {cut[1]} names registered"}
    return found


def tokenizer(name: str, rows: int | None, dims: Iterable[int], families: list[Row]) -> Row:
    """The tokenizer's kind and size: by name, else by the rows of the embedding table.

    `rows` counts the table's parameters. A table is of a family when its size is one of the
    family's row counts times a width; where several fit, the width has to be the model's own.
    """
    for family in families:
        if name in family.get("names", ()):
            basis = family.get("basis", "family")
            return _tokenizer(family, basis, family.get("vocab_size"), basis)
    fits = [
        (family, size)
        for family in families
        for size in family.get("rows", ())
        if rows and rows % size == 0 and rows // size in WIDTHS
    ]
    if len(fits) > 1:
        fits = [(family, size) for family, size in fits if (rows or 0) // size in set(dims)]
    if len(fits) != 1:
        return {}
    family, size = fits[0]
    return _tokenizer(family, "family", size, BY_ROWS)


def _tokenizer(family: Row, basis: str, vocab_size: int | None, size_basis: str) -> Row:
    found: Row = {"tokenizer": family["kind"], "basis": {"tokenizer": f"{basis}: {family['of']}"}}
    if vocab_size:
        found["vocab_size"] = vocab_size
        found["basis"]["vocab_size"] = size_basis
    return found


def remote_code(row: Row, families: list[Row], card: Row) -> Row:
    """That no code of the repository is needed, where the backbone is part of transformers.

    The registry says only where it is needed; its silence alone says nothing.
    """
    known = row.get("trust_remote_code")
    if known is not None:
        return {"remote_code": known}
    loads = "Sentence Transformers" in (row.get("framework") or ())
    if not row["open_weights"] or card["llm_based"] or not loads:
        return {}
    native = {f"family: {family['of']}" for family in families if family.get("native")}
    if card["kind"] == "static" or card.get("basis", {}).get("tokenizer") in native:
        why = "the backbone is part of transformers"
        return {"remote_code": False, "basis": {"remote_code": why}}
    return {}


def finished(card: Row, row: Row, hand: Row) -> Row:
    """The card with tokenizer, pooling, training data and remote code; what it says stays."""
    families = hand.get("tokenizers", [])
    embedding_parameters, dims = card.pop("sized_by", (None, ()))
    embedding_parameters = card.pop("n_embedding_parameters", embedding_parameters)
    dims = [dim for dim in dims if dim] or [card.get("embed_dim") or 0]
    found = [tokenizer(card["name"], embedding_parameters, dims, families)]
    found += [
        {"pooling": entry["how"], "basis": {"pooling": entry["basis"]}}
        for entry in hand.get("pooling", ())
        if card["name"] in entry["names"]
    ]
    if row:
        found += [training(row)]
        found += [remote_code(row, families, card | {"basis": found[0].get("basis", {})})]
    return _filled(card, found)


def _filled(card: Row, found: list[Row]) -> Row:
    """The card with what it lacks of `found`, and the basis of what came from there."""
    basis: Row = {}
    for part in found:
        basis |= {key: why for key, why in part.pop("basis", {}).items() if key not in card}
        card = part | card
    if basis or card.get("basis"):
        card["basis"] = dict(sorted((basis | card.get("basis", {})).items()))
    return card
