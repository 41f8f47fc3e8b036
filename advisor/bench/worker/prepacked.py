"""Weights for products in bf16, laid out once as oneDNN wants them and not anew for every batch."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from torch import Tensor, nn

ROWS = 1_024
"""Rows (tokens) of a product that the layout is chosen for; others are possible."""


class Prepacked:
    """The linear layers of one model in bf16, with the products of autocast but for rounding.

    Autocast converts the weights for every batch, and oneDNN then orders them for its kernels: a
    tenth of the time of an encoding (`benchmark_results/speed.md`). Kept, they take half of the
    weights' memory once more. Layers of subclasses (quantised, adapted) stay as they are.
    """

    def __init__(self, model: nn.Module) -> None:
        from torch import nn

        # A subclass may do something else with its weights.
        linear = [module for module in model.modules() if type(module) is nn.Linear]
        self._layers = [(layer, _forward(layer)) for layer in linear] if _possible() else []

    @contextmanager
    def __call__(self) -> Generator[None, None, None]:
        """Let the model's products under autocast use them; others stay as they are."""
        for layer, forward in self._layers:
            layer.__dict__["forward"] = forward
        try:
            yield
        finally:
            for layer, _ in self._layers:
                layer.__dict__.pop("forward", None)


def _possible() -> bool:
    # The operations are of torch's own compiler: another version may lack or rename them.
    import torch

    names = ("_reorder_linear_weight", "_linear_pointwise")
    return torch.backends.mkldnn.is_available() and all(  # type: ignore[no-untyped-call]
        hasattr(torch.ops.mkldnn, name) for name in names
    )


def _forward(layer: nn.Linear) -> Callable[[Tensor], Tensor]:
    import torch

    plain = layer.forward
    product: Callable[..., Any] = torch.ops.mkldnn._linear_pointwise
    with torch.no_grad():
        ordered = torch.ops.mkldnn._reorder_linear_weight(layer.weight.bfloat16(), ROWS)
        given: Tensor | None = layer.bias  # declared as if there always were one
        bias = None if given is None else given.bfloat16()

    def forward(rows: Tensor) -> Tensor:
        if not torch.is_autocast_enabled("cpu"):
            return plain(rows)
        made: Tensor = product(rows.bfloat16(), ordered, bias, "none", [], "")
        return made

    return forward
