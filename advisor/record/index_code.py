"""The definition of an index for a model's vectors, in the language of each vector store."""

from __future__ import annotations

from collections.abc import Callable

from advisor.catalogue.vector_stores import load_vector_stores
from advisor.record.literals import literal

_NAME = "documents"
"""What the table, collection or index is called."""


def index_code(store: str, dim: int | None, similarity: str | None) -> str | None:
    """Return Python that makes an index for `dim` dimensions; None for a store not known here."""
    write = _STORES.get(store)
    known = load_vector_stores().get(store)
    if write is None or known is None or dim is None:
        return None
    objection, found = known.objection(dim), known.index_for(dim)
    if objection is not None or found is None:
        return f"# {objection or store}: keep fewer dimensions, or take another store.\n"
    narrow = found.element != "float32"
    note = f"# Kept as {found.name}: it has no wider index for {dim:,} dimensions.\n"
    return (note if narrow else "") + write(dim, similarity == "dot", found.element)


def _pgvector(dim: int, dot: bool, element: str) -> str:
    kind = "vector" if element == "float32" else "halfvec"
    ops = "ip" if dot else "cosine"
    sign = "<#>" if dot else "<=>"
    return f'''# pip install "psycopg[binary]" pgvector
SCHEMA = """
CREATE EXTENSION IF NOT EXISTS vector;
CREATE TABLE {_NAME} (id text PRIMARY KEY, body text NOT NULL, embedding {kind}({dim}) NOT NULL);
CREATE INDEX ON {_NAME} USING hnsw (embedding {kind}_{ops}_ops);
"""
SEARCH = "SELECT id FROM {_NAME} ORDER BY embedding {sign} %s::{kind} LIMIT 10"
'''


def _milvus(dim: int, dot: bool, element: str) -> str:
    kind = "FLOAT_VECTOR" if element == "float32" else "FLOAT16_VECTOR"
    return f"""# pip install pymilvus
from pymilvus import DataType, MilvusClient

client = MilvusClient("http://localhost:19530")
schema = client.create_schema()
schema.add_field("id", DataType.VARCHAR, is_primary=True, max_length=512)
schema.add_field("embedding", DataType.{kind}, dim={dim})
index = client.prepare_index_params()
index.add_index("embedding", index_type="HNSW", metric_type={literal("IP" if dot else "COSINE")})
client.create_collection("{_NAME}", schema=schema, index_params=index)
"""


def _qdrant(dim: int, dot: bool, element: str) -> str:
    del element
    return f"""# pip install qdrant-client
from qdrant_client import QdrantClient
from qdrant_client.models import Distance, VectorParams

client = QdrantClient("http://localhost:6333")
client.create_collection(
    "{_NAME}",
    vectors_config=VectorParams(size={dim}, distance=Distance.{"DOT" if dot else "COSINE"}),
)
"""


def _elasticsearch(dim: int, dot: bool, element: str) -> str:
    del element
    return f"""# pip install elasticsearch
from elasticsearch import Elasticsearch

client = Elasticsearch("http://localhost:9200")
client.indices.create(
    index="{_NAME}",
    mappings={{
        "properties": {{
            "body": {{"type": "text"}},
            "embedding": {{
                "type": "dense_vector",
                "dims": {dim},
                "similarity": {literal("max_inner_product" if dot else "cosine")},
                "index_options": {{"type": "hnsw"}},
            }},
        }}
    }},
)
"""


def _opensearch(dim: int, dot: bool, element: str) -> str:
    del element
    return f"""# pip install opensearch-py
from opensearchpy import OpenSearch

client = OpenSearch("http://localhost:9200")
client.indices.create(
    index="{_NAME}",
    body={{
        "settings": {{"index.knn": True}},
        "mappings": {{
            "properties": {{
                "body": {{"type": "text"}},
                "embedding": {{
                    "type": "knn_vector",
                    "dimension": {dim},
                    "method": {{
                        "name": "hnsw",
                        "engine": "lucene",
                        "space_type": {literal("innerproduct" if dot else "cosinesimil")},
                    }},
                }},
            }}
        }},
    }},
)
"""


def _weaviate(dim: int, dot: bool, element: str) -> str:
    del element
    return f"""# pip install weaviate-client; vectors of {dim} dimensions are given with each object
import weaviate
from weaviate.classes.config import Configure, VectorDistances

with weaviate.connect_to_local() as client:
    client.collections.create(
        "{_NAME.capitalize()}",
        vector_config=Configure.Vectors.self_provided(
            vector_index_config=Configure.VectorIndex.hnsw(
                distance_metric=VectorDistances.{"DOT" if dot else "COSINE"}
            )
        ),
    )
"""


def _faiss(dim: int, dot: bool, element: str) -> str:
    del dot, element
    return f"""# pip install faiss-cpu
import faiss

# Exact; vectors of length 1 make the inner product the cosine. From about 100,000 documents on
# faiss.IndexHNSWFlat({dim}, 32, faiss.METRIC_INNER_PRODUCT) is quicker and nearly as exact.
index = faiss.IndexFlatIP({dim})
"""


def _lancedb(dim: int, dot: bool, element: str) -> str:
    del element
    return f"""# pip install lancedb
import lancedb
import pyarrow

schema = pyarrow.schema(
    [
        pyarrow.field("id", pyarrow.string()),
        pyarrow.field("body", pyarrow.string()),
        pyarrow.field("vector", pyarrow.list_(pyarrow.float32(), {dim})),
    ]
)
table = lancedb.connect("{_NAME}").create_table("{_NAME}", schema=schema)


def search(vector, k=10):
    \"\"\"Return the nearest documents, exactly; create_index makes large tables quicker.\"\"\"
    found = table.search(vector).distance_type({literal("dot" if dot else "cosine")})
    return found.limit(k).to_list()
"""


def _chroma(dim: int, dot: bool, element: str) -> str:
    del element
    return f"""# pip install chromadb; vectors of {dim} dimensions are given with each document
import chromadb

client = chromadb.PersistentClient(path="{_NAME}")
collection = client.create_collection(
    "{_NAME}",
    configuration={{"hnsw": {{"space": {literal("ip" if dot else "cosine")}}}}},
    embedding_function=None,
)
"""


def _sqlite(dim: int, dot: bool, element: str) -> str:
    del element
    # sqlite-vec has no inner product; of vectors of length 1 the cosine orders alike.
    note = "# The model's similarity is the dot product, which sqlite-vec lacks.\n" if dot else ""
    return f'''{note}# pip install sqlite-vec
import sqlite3

import sqlite_vec

connection = sqlite3.connect("{_NAME}.db")
connection.enable_load_extension(True)
sqlite_vec.load(connection)
connection.enable_load_extension(False)
connection.execute(
    "CREATE VIRTUAL TABLE {_NAME} USING vec0("
    "id TEXT PRIMARY KEY, embedding float[{dim}] distance_metric=cosine)"
)
SEARCH = "SELECT id FROM {_NAME} WHERE embedding MATCH ? AND k = 10 ORDER BY distance"
'''


_STORES: dict[str, Callable[[int, bool, str], str]] = {
    "pgvector": _pgvector,
    "milvus": _milvus,
    "qdrant": _qdrant,
    "elasticsearch": _elasticsearch,
    "opensearch": _opensearch,
    "weaviate": _weaviate,
    "faiss": _faiss,
    "lancedb": _lancedb,
    "chroma": _chroma,
    "sqlite": _sqlite,
}
