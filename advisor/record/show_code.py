"""A record's pick as code ready to paste: four libraries, and the index of the vector store."""

from __future__ import annotations

from dataclasses import dataclass

from advisor.errors import RecordError
from advisor.record.cells import ndcg, signed
from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.index_code import index_code
from advisor.record.literals import literal
from advisor.record.task_code import USES, task_code
from advisor.record.told import chosen
from advisor.text import one_line

BATCH = 32
"""Texts a batch: what the libraries take themselves, named so that it is easily changed."""
_DENSE = ("dense", "static", "llm")


@dataclass(frozen=True)
class Snippet:
    """One piece of Python that stands for itself."""

    title: str
    code: str


def as_code(record: DecisionRecord) -> str:
    """Return all snippets in one file of Python; RecordError as from `snippets`."""
    parts = [_head(record)]
    parts += [f"# --- {one.title} ---\n\n{one.code.strip()}\n" for one in snippets(record)]
    return "\n\n".join(parts)


def snippets(record: DecisionRecord) -> tuple[Snippet, ...]:
    """Return the code for the pick; RecordError when nothing is picked, or no code is known."""
    part = chosen(record)
    if part is None:
        raise RecordError(
            "The record picks no model, so there is no code for one; `--format text` says why."
        )
    if record.data.task in USES:
        return (Snippet(record.data.task, task_code(record, part)),)
    if part.kind == "baseline":
        return (Snippet("BM25", _bm25()),)
    if part.kind not in _DENSE or part.backend != "sentence-transformers":
        backend = f" with {part.backend}" if part.backend else ""
        raise RecordError(
            f"There is no code for {one_line(part.name, 60)}: {one_line(part.kind, 20)}"
            f"{one_line(backend, 40)}. The record itself says how it was measured."
        )
    store = record.answers.get("vector_store")
    index = index_code(store, part.embed_dim, part.similarity) if isinstance(store, str) else None
    return (
        Snippet("sentence-transformers", _sentence_transformers(part)),
        Snippet("LangChain", _langchain(part)),
        Snippet("LlamaIndex", _llama_index(part)),
        Snippet("Haystack", _haystack(part)),
        *([Snippet(f"index of {store}", index)] if index else []),
    )


def _head(record: DecisionRecord) -> str:
    part = chosen(record)
    lines = [f"{record.verdict.pick}: {record.verdict.sentence}"]
    if part is not None and part.quality is not None:
        lines.append(
            f"Measured so: {part.quality.metric} {ndcg(part.quality.mean)} on {record.data.name}."
        )
    if part is not None and part.mark:
        lines.append(f"Note: {part.mark}")
    advised = next((form for form in part.variants if form.advised), None) if part else None
    if advised is not None:
        lines.append(
            f"Smaller: {advised.form} at {advised.dim} dimensions, {advised.bytes} bytes a vector, "
            f"changes nDCG@10 by {signed(advised.change)} "
            f"({signed(advised.low)} to {signed(advised.high)})."
        )
    return "\n".join(f"# {one_line(line)}" for line in lines) + "\n"


def _model(part: CandidatePart) -> str:
    """Return what loads it: its repository, or a folder whose place no record holds."""
    return literal(part.repo or f"path/to/{one_line(part.name)}")


def _device(part: CandidatePart) -> str:
    return literal(part.device or "cpu")


def _normalised(part: CandidatePart) -> bool:
    """Whether vectors are brought to length 1; with dot products their length counts."""
    return part.similarity != "dot"


def _prompts(part: CandidatePart) -> tuple[str, str]:
    """Return the prompts before queries and documents, as literals; empty is none."""
    return literal(part.query_prompt or ""), literal(part.document_prompt or "")


def _arguments(part: CandidatePart) -> str:
    """Return the keywords that pin what was measured."""
    revision = f", revision={literal(part.revision)}" if part.repo and part.revision else ""
    return f"device={_device(part)}{revision}"


def _sentence_transformers(part: CandidatePart) -> str:
    query, document = _prompts(part)
    limit = f"model.max_seq_length = {part.max_tokens}\n" if part.max_tokens else ""
    options = f"batch_size={BATCH}, normalize_embeddings={_normalised(part)}"
    return f'''# pip install sentence-transformers
from sentence_transformers import SentenceTransformer

model = SentenceTransformer({_model(part)}, {_arguments(part)})
{limit}

def embed_documents(texts):
    """Return one vector of {part.embed_dim or "the model's"} dimensions a text."""
    return model.encode(texts, prompt={document}, {options})


def embed_queries(texts):
    """Return one vector a query, to compare by {_comparison(part)}."""
    return model.encode(texts, prompt={query}, {options})
'''


def _comparison(part: CandidatePart) -> str:
    return "dot product, which here is the cosine" if _normalised(part) else "dot product"


def _langchain(part: CandidatePart) -> str:
    query, document = _prompts(part)
    options = f'"batch_size": {BATCH}, "normalize_embeddings": {_normalised(part)}'
    revision = f', "revision": {literal(part.revision)}' if part.repo and part.revision else ""
    return f"""# pip install langchain-huggingface
from langchain_huggingface import HuggingFaceEmbeddings

embeddings = HuggingFaceEmbeddings(
    model_name={_model(part)},
    model_kwargs={{"device": {_device(part)}{revision}}},
    encode_kwargs={{"prompt": {document}, {options}}},
    query_encode_kwargs={{"prompt": {query}, {options}}},
)
"""


def _llama_index(part: CandidatePart) -> str:
    query, document = _prompts(part)
    length = f"    max_length={part.max_tokens},\n" if part.max_tokens else ""
    return f"""# pip install llama-index-embeddings-huggingface
from llama_index.embeddings.huggingface import HuggingFaceEmbedding

embed_model = HuggingFaceEmbedding(
    model_name={_model(part)},
    query_instruction={query},
    text_instruction={document},
    normalize={_normalised(part)},
    embed_batch_size={BATCH},
{length}    {_arguments(part)},
)
"""


def _haystack(part: CandidatePart) -> str:
    query, document = _prompts(part)
    shared = (
        f"model={_model(part)},\n    device=ComponentDevice.from_str("
        f"{_device(part)}),\n    normalize_embeddings={_normalised(part)},\n"
        f"    batch_size={BATCH},"
    )
    return f"""# pip install haystack-ai sentence-transformers
from haystack.components.embedders import (
    SentenceTransformersDocumentEmbedder,
    SentenceTransformersTextEmbedder,
)
from haystack.utils import ComponentDevice

document_embedder = SentenceTransformersDocumentEmbedder(
    {shared}
    prefix={document},
)
query_embedder = SentenceTransformersTextEmbedder(
    {shared}
    prefix={query},
)
"""


def _bm25() -> str:
    return '''# pip install embed-advisor; its index is the one that was measured
from advisor.corpus.lexical import LexicalIndex


def search(documents, queries, k=10):
    """Return positions of documents, best first, and their scores: a row a query."""
    return LexicalIndex(documents).top(queries, k)
'''
