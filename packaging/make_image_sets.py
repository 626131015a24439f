"""Write the image data sets of resources/datasets: digits and Fashion-MNIST.

A development script. It needs scikit-learn, whose package holds the digits, and Debian's package
``dataset-fashion-mnist`` (version 0.0~git20200523.55506a9-1), or the files in it:

    python packaging/make_image_sets.py [FOLDER with train-images-idx3-ubyte.gz and the others]

The program itself only reads what it wrote: numpy's npz with ``images`` (n, height, width), uint8;
``labels`` (n,), uint8; ``classes``, their names; ``white``, the value of a white pixel; ``tests``,
how many of the last ones are the test set (0: every fifth of each class is).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from make_datasets import write_licence
from sklearn.datasets import load_digits

from nngui.files.images.idx import read_idx

if TYPE_CHECKING:
    from collections.abc import Sequence

DATASETS = Path(__file__).resolve().parent.parent / "resources" / "datasets"
DEBIAN = Path("/usr/share/datasets/fashion-mnist")
GARMENTS = (
    "T-shirt",
    "trousers",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
)
TRAINING, TESTS = 10_000, 2_000
DIGITS = """\
1,797 handwritten digits of 43 people, 8 x 8 pixels with values from 0 to 16.

E. Alpaydin, C. Kaynak: "Optical Recognition of Handwritten Digits", UCI Machine Learning
Repository (https://archive.ics.uci.edu), the test set. The order is the source's."""
FASHION = """\
The first 10,000 training images and the first 2,000 test images of Fashion-MNIST: clothes, 28 x 28
pixels with values from 0 to 255.

H. Xiao, K. Rasul, R. Vollgraf: "Fashion-MNIST: a Novel Image Dataset for Benchmarking Machine
Learning Algorithms", 2017 (https://github.com/zalandoresearch/fashion-mnist).

Taken from Debian's package dataset-fashion-mnist; the values are unchanged. It comes under this
licence:

The MIT License (MIT)

Copyright © 2017 Zalando SE, https://tech.zalando.com

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or
substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM,
DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT
OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE."""


def main(folder: Path) -> None:
    """Write both data sets, each with its licence beside it."""
    digits = load_digits()
    names = [str(digit) for digit in digits.target_names]
    write("digits", digits.images.astype(np.uint8), digits.target, names, white=16, tests=0)
    write_licence("digits", DIGITS, "npz")

    parts = {"train": TRAINING, "t10k": TESTS}
    images = [read_idx(folder / f"{p}-images-idx3-ubyte.gz", 3, n) for p, n in parts.items()]
    labels = [read_idx(folder / f"{p}-labels-idx1-ubyte.gz", 1, n) for p, n in parts.items()]
    both = np.concatenate(images), np.concatenate(labels)
    write("fashion_mnist", *both, GARMENTS, white=255, tests=TESTS)
    text = f"fashion_mnist.npz\n\n{FASHION}\n"
    (DATASETS / "fashion_mnist.LICENSE.txt").write_text(text, encoding="utf-8", newline="\n")


def write(
    name: str,
    images: np.ndarray,
    labels: np.ndarray,
    classes: Sequence[str],
    *,
    white: int,
    tests: int,
) -> None:
    """Write ``NAME.npz``."""
    path = DATASETS / f"{name}.npz"
    small = labels.astype(np.uint8)
    np.savez_compressed(
        path, images=images, labels=small, classes=np.array(classes), white=white, tests=tests
    )
    print(f"{path.name}: {images.shape}, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if sys.argv[1:] else DEBIAN)
