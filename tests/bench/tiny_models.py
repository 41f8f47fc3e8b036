"""Transformers of a few thousand parameters, made by tests: what they find means nothing."""

from pathlib import Path
from typing import Any

import torch
from sentence_transformers import CrossEncoder, MultiVectorEncoder, SparseEncoder
from sentence_transformers.sentence_transformer.modules import Dense, Normalize, Transformer
from sentence_transformers.sparse_encoder.modules import MLMTransformer, SpladePooling
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertForMaskedLM,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
)

from tests.bench.faults import WORDS

SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]


def base_model(folder: Path, kind: type[Any], **settings: Any) -> Path:
    """Write a tiny BERT of this kind with a tokenizer of a few words."""
    words = [*SPECIAL, *WORDS[1:], "number", *map(str, range(40))]
    tokenizer = Tokenizer(models.WordLevel({w: i for i, w in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.Lowercase()
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]",
        pair="[CLS] $A [SEP] $B:1 [SEP]:1",
        special_tokens=[("[CLS]", 2), ("[SEP]", 3)],
    )
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, max_position_embeddings=64, initializer_range=0.5, **settings,
    )  # fmt: skip
    kind(config).save_pretrained(folder)
    special = {f"{name.strip('[]').lower()}_token": name for name in SPECIAL}
    wrapped = PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer, model_max_length=64, **special
    )
    wrapped.save_pretrained(folder)
    return folder


def sparse_model(folder: Path) -> Path:
    """Write a tiny SPLADE."""
    base = base_model(folder.with_name(f"{folder.name}-base"), BertForMaskedLM)
    modules: list[torch.nn.Module] = [MLMTransformer(str(base)), SpladePooling("max")]
    SparseEncoder(modules=modules, device="cpu").save_pretrained(str(folder))
    return folder


def multi_vector_model(folder: Path) -> Path:
    """Write a tiny ColBERT."""
    base = base_model(folder.with_name(f"{folder.name}-base"), BertModel)
    modules: list[torch.nn.Module] = [
        Transformer(str(base)),
        Dense(16, 8, bias=False, module_input_name="token_embeddings"),
        Normalize(),
    ]
    MultiVectorEncoder(modules=modules, device="cpu").save_pretrained(str(folder))
    return folder


def cross_encoder(folder: Path) -> Path:
    """Write a tiny cross-encoder."""
    base = base_model(
        folder.with_name(f"{folder.name}-base"), BertForSequenceClassification, num_labels=1
    )
    CrossEncoder(str(base), device="cpu").save_pretrained(str(folder))
    return folder
