"""Parquet files as rows, a batch at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from advisor.corpus.fields import Row, normal, renamed
from advisor.corpus.opening import Source, kind_of
from advisor.corpus.problems import Problems
from advisor.errors import DataError
from advisor.text import one_line

PARQUET_SUFFIX: Final = ".parquet"
_BATCH: Final = 1_000


def parquet_rows(source: Source, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Yield row numbers, counted from 1, and rows; DataError when it is no Parquet file."""
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise DataError(
            f"{source.name}: reading Parquet takes the package pyarrow: "
            "pip install 'embed-advisor[parquet]'."
        ) from None
    kind_of(source.path, source.name)
    number = 0
    try:
        with parquet.ParquetFile(source.path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    plain = {normal(str(key)): value for key, value in row.items()}
                    yield number, renamed(plain, source.renamed)
    except (pyarrow.ArrowException, OSError) as error:
        problems.add(
            "unreadable-file",
            source.at(number + 1),
            f"the file cannot be read as Parquet ({one_line(str(error), 80)}). Get it again.",
        )
