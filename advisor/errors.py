"""The errors a user can cause or must know about, each a sentence that names a way out.

::

    AdvisorError            anything we can explain; exit code 2 unless said otherwise
    ├── UsageError          options that do not fit together
    ├── ProfileError        a profile or an answer that cannot be read or used
    ├── CatalogueError      a model or a catalogue file that cannot be found or read
    ├── DataError           documents, queries or judgements that cannot be read
    ├── RecordError         a decision record that cannot be written or read
    ├── CacheError          a cache folder that cannot be read, written or set
    ├── EndpointError       an endpoint that refuses, fails or answers nonsense
    ├── WorkerError         a bench process that broke the protocol or died
    └── NothingMeasured     no candidate gave a measurement; exit code 3
"""

from __future__ import annotations

MORE_TEMPORARY = "make room there, or name another folder in TMPDIR"
"""The way out where temporary files cannot be written."""
NO_UTF8 = "not a name in UTF-8; rename the file or folder"
"""What is wrong with a path that no message and no record can hold."""


class AdvisorError(Exception):
    """An expected failure; its text names file, place and way out, ready for a person."""

    exit_code = 2


class UsageError(AdvisorError):
    """Options that are wrong or do not fit together."""


class ProfileError(AdvisorError):
    """A profile, a question's answer or a described machine that cannot be used."""


class CatalogueError(AdvisorError):
    """A model that is not known, or a catalogue file that cannot be read."""


class DataError(AdvisorError):
    """Documents, queries or judgements that cannot be read."""


class RecordError(AdvisorError):
    """A decision record that cannot be written or read."""


class CacheError(AdvisorError):
    """A cache folder that cannot be read or written, or a limit that is none."""


class EndpointError(AdvisorError):
    """An endpoint on the network that refuses, fails, or does not answer as it should."""


class WorkerError(AdvisorError):
    """A bench process that died or broke the protocol."""


class NothingMeasured(AdvisorError):
    """No candidate gave a measurement, so there is nothing to advise on."""

    exit_code = 3
