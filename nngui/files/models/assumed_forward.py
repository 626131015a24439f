"""What the ``forward`` of somebody's own class is assumed to do between its layers."""

from __future__ import annotations

from nngui.core.networks.layers import Layer, leaves

ACTIVATIONS = {
    "ReLU", "ReLU6", "Tanh", "Sigmoid", "LeakyReLU", "ELU", "GELU", "SiLU", "Softplus",
}  # fmt: skip


def assume_forward(
    children: tuple[tuple[str, Layer], ...],
) -> tuple[tuple[tuple[str, Layer], ...], list[str]]:
    """Return the children with what the tutorial's ``forward`` does between them.

    Its regression and classification networks apply ReLU behind every Linear but the last; its
    CNN flattens what its convolutions made before the first Linear behind them.

    Returns
    -------
    layers : tuple of (str, Layer)
    inserted : list of str
        The kinds of the layers that were added.
    """
    names = {name for name, _ in children}
    kinds = [leaf.kind for _, child in children for _, leaf in leaves(child)]
    linears = [i for i, (_, child) in enumerate(children) if child.kind == "Linear"]
    activate = not ACTIVATIONS & {child.kind for _, child in children}
    flatten = "Flatten" not in kinds
    flat = not any(kind.startswith("Conv") for kind in kinds)
    result: list[tuple[str, Layer]] = []
    inserted: list[str] = []

    def insert(stem: str, layer: Layer) -> None:
        number = sum(kind == layer.kind for kind in inserted)
        name = f"{stem}{number or ''}"
        while name in names:
            name += "_"
        names.add(name)
        inserted.append(layer.kind)
        result.append((name, layer))

    for place, (name, child) in enumerate(children):
        if child.kind == "Linear" and not flat:
            if flatten:
                insert("flatten", Layer("Flatten", {"start_dim": 1, "end_dim": -1}))
            flat = True
        result.append((name, child))
        if child.kind == "Linear" and activate and place != linears[-1]:
            insert("act", Layer("ReLU", {"inplace": False}))
    return tuple(result), inserted
