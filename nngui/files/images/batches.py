"""How many images there are in a batch, where there are only few."""

from __future__ import annotations


def fitting_batch_size(wanted: int, images: int) -> int:
    """Return a batch size that so many images can fill: the wanted one, or about a quarter."""
    return wanted if wanted <= images else 1 << max(images // 4, 1).bit_length() - 1
