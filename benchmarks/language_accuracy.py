"""How often the language of a single text is told right: `language_accuracy.py FOLDER`.

FOLDER is a dataset whose ids begin with the language (`de-p001`), with `zh` for either writing.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

from advisor.corpus.dataset import Document, Query
from advisor.corpus.language import languages_of_texts
from advisor.corpus.readers import read_dataset


def report(name: str, items: Sequence[Document | Query]) -> str:
    """Return a line for each language: texts, told right, not told, told wrong."""
    counts: dict[str, Counter[str]] = {}
    for item, tag in zip(items, languages_of_texts([one.text for one in items]), strict=True):
        wanted = item.id.partition("-")[0]
        said = "open" if tag is None else "right" if tag.partition("-")[0] == wanted else "wrong"
        counts.setdefault(wanted, Counter())[said] += 1
    counts["all"] = sum(counts.values(), Counter())
    lines = [f"{name:<10} {'texts':>6} {'right':>6} {'open':>6} {'wrong':>6}"]
    lines += [
        f"{tag:<10} {own.total():>6} {own['right'] / own.total():>6.1%} {own['open']:>6} "
        f"{own['wrong']:>6}"
        for tag, own in sorted(counts.items())
    ]
    return "\n".join(lines)


def main() -> None:
    """Print the figures of documents and of queries."""
    dataset = read_dataset(sys.argv[1])
    print(report("documents", dataset.corpus))
    print()
    print(report("queries", dataset.queries))


if __name__ == "__main__":
    main()
