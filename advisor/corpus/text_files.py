"""Files of running text as documents: plain text, Markdown, HTML, PDF and Word."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Final, NamedTuple

from advisor.corpus.fields import Row
from advisor.corpus.lines import lines
from advisor.corpus.opening import Source, kind_of
from advisor.corpus.problems import Problems
from advisor.errors import DataError
from advisor.text import one_line

_HEADING = re.compile(r"#{1,6}\s+(.+?)\s*#*")
_MOST_UNPACKED: Final = 200 * 2**20
_SILENT: Final = frozenset({"script", "style", "template", "noscript"})
_BLOCKS: Final = frozenset(
    {
        *("address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "footer"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p"),
        *("pre", "section", "table", "td", "th", "tr", "ul"),
    }
)


class _Text(NamedTuple):
    title: str
    body: str


class _Unreadable(ValueError):
    """Not what the extension says; the text says why."""


def text_rows(source: Source, problems: Problems) -> Iterator[tuple[int, Row]]:
    """Yield the file as one row, its name below the folder being the id.

    DataError when a package is missing that the kind of file takes.
    """
    kind_of(source.path, source.name)
    try:
        found = _READERS[source.suffix](source, problems)
    except _Unreadable as error:
        problems.add("unreadable-file", source.name, f"{error}. Save it again, or leave it out.")
        return
    yield 1, {"_id": source.name, "title": found.title, "text": found.body}


def _joined(source: Source, problems: Problems) -> str:
    return "\n".join(line for _, line in lines(source, problems))


def _plain(source: Source, problems: Problems) -> _Text:
    return _Text("", _joined(source, problems))


def _markdown(source: Source, problems: Problems) -> _Text:
    """Take the first heading as title; what stands before it stays in the body."""
    title, body = "", []
    for _, line in lines(source, problems):
        heading = None if title else _HEADING.fullmatch(line.strip())
        if heading:
            title = heading[1]
        else:
            body.append(line)
    return _Text(title, "\n".join(body))


class _Page(HTMLParser):
    """Collects a page's title and what a reader sees of the rest."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.title: list[str] = []
        self.body: list[str] = []
        self._in_title = False
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin an element."""
        del attrs
        self._in_title = self._in_title or tag == "title"
        self._silent += tag in _SILENT
        if tag in _BLOCKS:
            self.body.append("\n")

    def handle_endtag(self, tag: str) -> None:
        """End an element."""
        self._in_title = self._in_title and tag != "title"
        self._silent = max(0, self._silent - (tag in _SILENT))
        if tag in _BLOCKS:
            self.body.append("\n")

    def handle_data(self, data: str) -> None:
        """Take text."""
        if self._in_title:
            self.title.append(data)
        elif not self._silent:
            self.body.append(data)


def _html(source: Source, problems: Problems) -> _Text:
    page = _Page()
    page.feed(_joined(source, problems))
    page.close()
    text = (" ".join(line.split()) for line in "".join(page.body).split("\n"))
    return _Text(" ".join("".join(page.title).split()), "\n".join(line for line in text if line))


def _pdf(source: Source, problems: Problems) -> _Text:
    del problems
    try:
        import pypdf
        from pypdf.errors import PyPdfError
    except ImportError:
        raise _missing(source, "pypdf", "pdf") from None
    try:
        pages = pypdf.PdfReader(source.path).pages
        return _Text("", "\n".join(page.extract_text() for page in pages))
    except (PyPdfError, OSError, ValueError, KeyError, TypeError, RecursionError) as error:
        why = one_line(str(error), 80)
        raise _Unreadable(f"the file cannot be read as PDF ({why})") from None


def _word(source: Source, problems: Problems) -> _Text:
    del problems
    try:
        import docx
    except ImportError:
        raise _missing(source, "python-docx", "docx") from None
    try:
        with zipfile.ZipFile(source.path) as packed:
            size = sum(part.file_size for part in packed.infolist())
        if size > _MOST_UNPACKED:
            raise _Unreadable(f"the file unpacks to {size // 2**20:,} MiB, more than texts do")
        paragraphs = docx.Document(str(source.path)).paragraphs
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        if isinstance(error, _Unreadable):
            raise
        why = one_line(str(error), 80)
        raise _Unreadable(f"the file cannot be read as Word document ({why})") from None
    return _Text("", "\n".join(one.text for one in paragraphs if one.text.strip()))


def _missing(source: Source, package: str, extra: str) -> DataError:
    return DataError(
        f"{source.name}: reading {source.suffix} files takes the package {package}: "
        f"pip install 'embed-advisor[{extra}]'."
    )


_READERS: Final[dict[str, Callable[[Source, Problems], _Text]]] = {
    ".txt": _plain,
    ".md": _markdown,
    ".markdown": _markdown,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _word,
}
TEXT_SUFFIXES: Final = tuple(_READERS)
