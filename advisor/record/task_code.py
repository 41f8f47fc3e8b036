"""A record's pick as code ready to paste, for tasks that are no search."""

from __future__ import annotations

from advisor.record.decision import CandidatePart, DecisionRecord
from advisor.record.literals import literal
from advisor.text import one_line

_TFIDF = """# pip install scikit-learn
from sklearn.feature_extraction.text import TfidfVectorizer

weights = TfidfVectorizer(
    analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, max_features=20_000
)


def fit(texts):
    \"\"\"Learn the weights once, and return one sparse vector a text.\"\"\"
    return weights.fit_transform(texts)


def embed(texts):
    \"\"\"Return one sparse vector a text.\"\"\"
    return weights.transform(texts)
"""

USES = {
    "similarity": '''
from sklearn.metrics.pairwise import paired_cosine_distances


def similarity(first, second):
    """Return how alike the texts of each pair are, by cosine: as it was measured."""
    return 1 - paired_cosine_distances(embed(first), embed(second))
''',
    "classification": '''
from sklearn.linear_model import LogisticRegression


def learnt(texts, labels):
    """Return the classifier that was measured; `learnt(...).predict(embed(more))` labels more."""
    return LogisticRegression(max_iter=1_000, random_state=0).fit(embed(texts), labels)
''',
    "clustering": '''
from sklearn.cluster import KMeans


def clustered(texts, clusters):
    """Return the number of each text's cluster, by the k-means that was measured."""
    return KMeans(clusters, n_init=10, random_state=0).fit_predict(embed(texts))
''',
}


def task_code(record: DecisionRecord, part: CandidatePart) -> str:
    """Return what turns texts into vectors as they were measured, and what the task makes of it."""
    vectors = _TFIDF if part.kind == "baseline" else _vectors(part)
    return f"{vectors}{USES[record.data.task]}"


def _vectors(part: CandidatePart) -> str:
    model = literal(part.repo or f"path/to/{one_line(part.name)}")
    revision = f", revision={literal(part.revision)}" if part.repo and part.revision else ""
    limit = f"model.max_seq_length = {part.max_tokens}\n" if part.max_tokens else ""
    prompt = literal(part.query_prompt or "")
    return f'''# pip install sentence-transformers scikit-learn
from sentence_transformers import SentenceTransformer

model = SentenceTransformer({model}, device={literal(part.device or "cpu")}{revision})
{limit}

def embed(texts):
    """Return one vector of {part.embed_dim or "the model's"} dimensions a text."""
    return model.encode(texts, prompt={prompt} or None)
'''
