"""The order of a pass, drawn within the compiled step as `data.loader_order` draws it by torch.

Each draw by torch lets go of Python's lock, and a busy window keeps it for half a millisecond: more
than a pass over a few hundred points takes. So the Mersenne Twister of torch's default generator
goes on here, from where the run's own state stands, and is put back there.

Source: M. Matsumoto and T. Nishimura, "Mersenne Twister", ACM TOMACS 8 (1998); torch:
ATen/core/MT19937RNGEngine.h, ATen/native/TensorFactories.cpp (randperm).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nngui.core.turbo.layers import jit

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from nngui.core.turbo.layers import Whole

WORDS = 624
RUN, PASS = 0, 1  # the run's generator, and the one that its draw seeds for a pass
LEFT, NEXT = 0, 1  # words until all are made anew, and the next one
STATE = np.dtype(  # what `torch.Generator.get_state` returns for the CPU
    [
        ("seed", "<u8"),
        ("left", "<i4"),
        ("seeded", "<i4"),
        ("next", "<u8"),
        ("words", "<u8", WORDS),
        ("rest", "V40"),
    ]
)
SEEDED, FIRST = 1, 3  # where the places, and then the words, lie in it, in pieces of 8 bytes


def unpacked(state: Tensor) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return a generator's words and places, and the state's own memory in pieces of 8 bytes.

    Words and places have room for the generator of a pass: shapes (2, 624) and (2, 2).
    """
    record = state.numpy().view(STATE)[0]
    words, places = np.zeros((2, WORDS), np.int64), np.zeros((2, 2), np.int64)
    words[RUN] = record["words"]
    places[RUN] = record["left"], record["next"]
    return words, places, state.numpy().view(np.int64)


@jit
def write_back(words: Whole, places: Whole, kept: Whole) -> None:
    """Write the run's words and places into the generator's state that they came from."""
    kept[SEEDED] = (kept[SEEDED] >> 32 << 32) | places[RUN, LEFT]
    kept[SEEDED + 1] = places[RUN, NEXT]
    for j in range(WORDS):
        kept[FIRST + j] = words[RUN, j]


@jit
def seed(words: Whole, places: Whole, which: int, number: int) -> None:
    """Start a generator from the lower 32 bits of a number."""
    word = number & 0xFFFFFFFF
    words[which, 0] = word
    for j in range(1, WORDS):
        word = (1812433253 * (word ^ (word >> 30)) + j) & 0xFFFFFFFF
        words[which, j] = word
    places[which, LEFT], places[which, NEXT] = 1, 0


@jit
def next_word(words: Whole, places: Whole, which: int) -> int:
    """Return the next 32 random bits."""
    places[which, LEFT] -= 1
    if places[which, LEFT] == 0:
        for j in range(WORDS):
            after = words[which, j + 1 if j + 1 < WORDS else 0]
            far = words[which, j + 397 if j + 397 < WORDS else j + 397 - WORDS]
            mixed = (words[which, j] & 0x80000000) | (after & 0x7FFFFFFF)
            words[which, j] = far ^ (mixed >> 1) ^ (0x9908B0DF * (after & 1))
        places[which, LEFT], places[which, NEXT] = WORDS, 0
    y = words[which, places[which, NEXT]]
    places[which, NEXT] += 1
    y ^= y >> 11
    y ^= (y << 7) & 0x9D2C5680
    y ^= (y << 15) & 0xEFC60000
    return int(y ^ (y >> 18))


@jit
def draw_order(words: Whole, places: Whole, shuffle: int, order: Whole) -> None:
    """Draw a pass's order as a DataLoader does (see `data.loader_order`)."""
    next_word(words, places, RUN)  # the workers' base seed: 64 bits
    next_word(words, places, RUN)
    for i in range(len(order)):
        order[i] = i
    if not shuffle:
        return
    next_word(words, places, RUN)  # the upper half of the sampler's seed is not used
    seed(words, places, PASS, next_word(words, places, RUN))
    n = len(order)
    for i in range(n - 1):
        other = i + next_word(words, places, PASS) % (n - i)
        order[i], order[other] = order[other], order[i]
