"""The decision tree as data: every question, why it is asked, and when it applies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from advisor.errors import ProfileError
from advisor.needs.answers import DEFAULTS, Answers, AnswerSet, refuse_unsupported
from advisor.needs.languages import LANGUAGES, SEVERAL

Kind = Literal["choice", "several", "yes-no", "number"]


@dataclass(frozen=True)
class Option:
    """One answer to choose."""

    value: str
    label: str


@dataclass(frozen=True)
class Question:
    """One question; "I don't know" is always an answer, and leaves the key open."""

    key: str
    """The field of `Answers` it fills."""
    text: str
    why: str
    """One line, with a figure where there is one."""
    kind: Kind
    options: tuple[Option, ...] = ()
    unit: str = ""
    low: float = 0.0
    high: float = 1e12
    """Range of a number, both ends allowed."""
    whole: bool = False
    """Whether the number has no fraction."""
    asked_if: Callable[[Answers], bool] = lambda answers: True

    @property
    def default(self) -> object:
        """What is assumed when nobody answers; None leaves it open."""
        return getattr(DEFAULTS, self.key)


LONG_DOCUMENT_WORDS = 350
"""About 512 tokens of English, the limit of most small models."""


def _options(*pairs: tuple[str, str]) -> tuple[Option, ...]:
    return tuple(Option(value, label) for value, label in pairs)


_TASKS = _options(
    ("search", "Semantic search, RAG"), ("classification", "Classification"),
    ("clustering", "Clustering"), ("similarity", "Similarity of sentences"),
    ("recommendation", "Recommendation by similarity"), ("code-search", "Code search"),
    ("images-or-audio", "Images or audio"),
)  # fmt: skip
_DOMAINS = _options(
    ("general", "General"), ("legal", "Legal"), ("biomedical", "Biomedical"),
    ("finance", "Finance"), ("code", "Code"), ("scientific", "Scientific"),
    ("customer-support", "Customer support"), ("e-commerce", "E-commerce"),
)  # fmt: skip
_STORES = _options(
    ("pgvector", "pgvector"), ("milvus", "Milvus"), ("qdrant", "Qdrant"),
    ("elasticsearch", "Elasticsearch"), ("opensearch", "OpenSearch"), ("weaviate", "Weaviate"),
    ("faiss", "FAISS"), ("lancedb", "LanceDB"), ("chroma", "Chroma"), ("sqlite", "SQLite"),
    ("none", "None yet"),
)  # fmt: skip
_LANGUAGES = (
    *(Option(tag, language.name) for tag, language in LANGUAGES.items()),
    Option(SEVERAL, "Many languages"),
)


def _own_machine(answers: Answers) -> bool:
    return answers.machine in (None, "this", "edge", "laptop")


def _searches(answers: Answers) -> bool:
    return answers.task in (None, "search", "recommendation", "code-search")


QUESTIONS: tuple[Question, ...] = (
    Question(
        "task",
        "What are the embeddings for?",
        "A model that leads in search may be average in clustering: the scores that count differ.",
        "choice", _TASKS,
    ),
    Question(
        "document_languages",
        "Which languages are the documents in?",
        "English MiniLM reaches 3.6 of 100 on Chinese retrieval, and 42.9 on English.",
        "several", _LANGUAGES,
    ),
    Question(
        "query_languages",
        "Which languages are the queries in?",
        "A model that reads only one side finds nothing on the other: both must lie in one space.",
        "several", _LANGUAGES, asked_if=_searches,
    ),
    Question(
        "exact_terms",
        "Do exact terms, codes or product numbers matter?",
        "Embeddings blur E-4021 and E-4012; a search for words beside them does not.",
        "yes-no", asked_if=_searches,
    ),
    Question(
        "domain",
        "Which domain are the texts from?",
        "A model made for a domain can be ahead of a larger general one, or only say so.",
        "choice", _DOMAINS,
    ),
    Question(
        "priority",
        "What comes first?",
        "Between good models quality differs by points and cost by a factor of ten.",
        "choice", _options(
            ("accuracy", "Accuracy (give up .01 nDCG@10 at most)"),
            ("balanced", "Balanced (.02)"),
            ("speed", "Speed and cost (.05)"),
        ),
    ),
    Question(
        "give_up_ndcg",
        "How much nDCG@10 may be given up for a cheaper model?",
        "It decides when a smaller model is good enough; the priority sets it otherwise.",
        "number", unit="nDCG@10", high=0.2, asked_if=lambda answers: answers.priority != "accuracy",
    ),
    Question(
        "min_recall_at_10",
        "Is there a least recall@10?",
        "What is not among the first ten, no model behind the search can use.",
        "number", unit="recall@10", high=1.0, asked_if=_searches,
    ),
    Question(
        "machine",
        "Where will the model run?",
        "Memory and speed follow from it: parameters outside the embedding table set the speed.",
        "choice", _options(
            ("this", "On this machine"),
            ("edge", "On an edge device"),
            ("laptop", "On a laptop"),
            ("server", "On a server"),
            ("gpu-server", "On a server with a GPU"),
        ),
    ),
    Question(
        "memory_mib",
        "How much memory may the model's process take?",
        "A process needs its weights and about 400 MiB of libraries beside them.",
        "number", unit="MiB", low=1, high=100_000_000, whole=True,
    ),
    Question(
        "latency_ms",
        "How long may one query take (p95)?",
        "One query is encoded while somebody waits; on 2 cores MiniLM takes about 9 ms.",
        "number", unit="ms", low=0.001, asked_if=_searches,
    ),
    Question(
        "queries_per_s",
        "How many queries come in a second at the peak?",
        "It sets how many machines are needed at the latency you want.",
        "number", unit="queries/s", low=0.001,
        asked_if=lambda answers: _searches(answers) and answers.machine != "edge",
    ),
    Question(
        "hosted_allowed",
        "May texts go to a hosted API?",
        "Every document and every query would leave your machines.",
        "yes-no", asked_if=lambda answers: answers.machine != "edge",
    ),
    Question(
        "usd_per_month",
        "What may it cost a month?",
        "A hosted model is paid by the token, a rented machine by the hour.",
        "number", unit="$/month", high=1e9,
        asked_if=lambda answers: bool(answers.hosted_allowed) or not _own_machine(answers),
    ),
    Question(
        "usd_per_hour",
        "What does the machine cost an hour?",
        "Rent, or purchase over its years with power and upkeep; a dated table is used otherwise.",
        "number", unit="$/hour", low=0.0001, high=10_000,
        asked_if=lambda answers: _searches(answers) and not _own_machine(answers),
    ),
    Question(
        "documents",
        "How many documents will there be?",
        "It sets the size of the index and the time of encoding everything once.",
        "number", unit="documents", whole=True,
    ),
    Question(
        "documents_per_month",
        "How many documents are added or changed in a month?",
        "Each is encoded once more, and the index grows with those that are new.",
        "number", unit="documents/month", whole=True,
        asked_if=lambda answers: bool(answers.documents),
    ),
    Question(
        "document_words",
        "How many words has a document?",
        "Most small models read 256 or 512 tokens and drop the rest without a word.",
        "number", unit="words", whole=True,
    ),
    Question(
        "chunking",
        "May long documents be cut into chunks?",
        "In chunks a model of 512 tokens reads everything, and an index has more vectors.",
        "yes-no",
        asked_if=lambda answers: (answers.document_words or 0) > LONG_DOCUMENT_WORDS,
    ),
    Question(
        "queries_per_day",
        "How many queries come in a day?",
        "Cost counts queries: a model twice as slow costs twice as much with each.",
        "number", unit="queries/day", whole=True, asked_if=_searches,
    ),
    Question(
        "vector_store",
        "Which vector database is in use?",
        "An index takes so many dimensions and no more: pgvector's `vector` 2,000.",
        "choice", _STORES, asked_if=_searches,
    ),
    Question(
        "commercial_use",
        "Is it for commercial use?",
        "Some of the best open models are licensed for research only.",
        "yes-no",
    ),
    Question(
        "labelled_pairs",
        "How many labelled pairs are at hand for fine-tuning?",
        "Below about 500 pairs fine-tuning seldom pays; 1,000 to 5,000 is usual.",
        "number", unit="pairs", whole=True,
    ),
    Question(
        "index_minutes",
        "How long may encoding all documents take?",
        "Every change of model encodes everything again.",
        "number", unit="minutes", low=0.001, asked_if=lambda answers: bool(answers.documents),
    ),
    Question(
        "judging_usd_per_hour",
        "What does an hour of judging results cost?",
        "More judged queries settle a tie; what they cost is said beside what they would show.",
        "number", unit="$/hour", low=0.01, high=10_000,
        asked_if=lambda answers: answers.usd_per_month is not None,
    ),
)  # fmt: skip


def unsupported(answers: Answers) -> str | None:
    """Return what to look for instead when the task is not about text, None when it is."""
    try:
        refuse_unsupported(AnswerSet(values=answers, sources={}))
    except ProfileError as error:
        return str(error)
    return None


def questions_for(answers: Answers) -> tuple[Question, ...]:
    """Return the questions that apply, in order; a task that is not text ends the tree."""
    if unsupported(answers) is not None:
        return QUESTIONS[:1]
    return tuple(question for question in QUESTIONS if question.asked_if(answers))
