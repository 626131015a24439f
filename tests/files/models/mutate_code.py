"""Pickles spoilt by their opcodes."""

from __future__ import annotations

from tests.files.models.hostile_bombs import deep_sequentials
from tests.files.models.pickles import (
    ORDERED,
    PERSID,
    Raw,
    get,
    layer,
    layer_class,
    linear,
    named,
    parameter,
    push,
    put,
    sequential,
    storage,
    tensor,
)
from tests.files.models.words import GLOBALS, NAMES, NUMBERS

TEXTS, GETS, PUTS = b"X", b"hj", b"qr"
PLAIN = (b"K", b"M", b"J", b"\x8a", b"G", b"N", b"\x88", b"\x89")
OPCODES = [
    *[bytes([code]) for code in b"(.0N)]}Qaestub2lod\x81\x85\x86\x87\x88\x89\x8f\x90\x91\x92\x93"],
    b"K\0", b"M\0\1", b"J\xff\xff\xff\xff", b"\x8a\0", b"\x8a\x11" + b"\x7f" * 17, b"X\0\0\0\0",
    b"U\1x", b"h\0", b"h\1", b"q\0", b"q\xff", b"c\n\n", b"cos\nsystem\n", b"ios\nsystem\n",
    b"I1\n", b"P0\n", b"\x80\2", b"\x80\5", b"\x82\1", b"\x8b\xff\xff\xff\xff", b"G" + b"\xff" * 8,
]  # fmt: skip
GRAFTS = [
    ORDERED, linear(), layer("activation.ReLU", inplace=False), sequential([]), parameter(),
    sequential([linear(), layer("activation.Tanh")]), tensor(), tensor(size=()), storage(),
    tensor(storage(kind="LongStorage", numel=1), size=()), tensor(size=(0, 2**40)),
    tensor(storage(numel=1), size=(2**40,), stride=(0,)), deep_sequentials(3), (), [], {}, (1, 1),
    (2, 2), [0, 0, 0, 0], layer_class("linear.Linear"), named("os", "system"),
    layer(named("__main__", "Net"), children={"a": linear(), "b": linear()}),
    Raw(b"]" + put(999) + get(999) + b"a"), Raw(push(()) + PERSID), Raw(b")" + b"\x85" * 3000),
    layer("batchnorm.BatchNorm1d", num_features=2, eps=1e-5, momentum=None, affine=False,
          track_running_stats=False),
    layer("dropout.Dropout", p=0.5, inplace=False),
    layer("flatten.Flatten", start_dim=1, end_dim=-1),
    layer("pooling.AdaptiveAvgPool2d", output_size=1), layer("activation.Softmax", dim=1),
]  # fmt: skip


def spoil_code(rng, code, apart):
    """Return a pickle with one or a few opcodes changed; `apart` takes one to pieces."""
    pieces = list(apart(code))
    ways = (change_text, change_plain, change_global, exchange, graft, change_memo, change_opcode,
            change_order)  # fmt: skip
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choices(ways, (6, 8, 3, 4, 4, 2, 2, 1))[0](rng, pieces)
    return b"".join(pieces)


def pick(rng, pieces, codes):
    """Return the place of one of the opcodes, or None where there is none of them."""
    places = [n for n, piece in enumerate(pieces) if piece[:1] in codes]
    return rng.choice(places) if places else None


def change_text(rng, pieces):
    at = pick(rng, pieces, (TEXTS,))
    if at is not None:
        pieces[at] = push(rng.choice(NAMES))


def change_plain(rng, pieces):
    at = pick(rng, pieces, PLAIN)
    if at is None:
        return
    if pieces[at][:1] == b"K" and rng.random() < 0.4:
        pieces[at] = push(max(0, pieces[at][1] + rng.choice((-1, 1, 2))))
    else:
        pieces[at] = push(rng.choice((*NUMBERS, None, True, False)))


def change_global(rng, pieces):
    at = pick(rng, pieces, (b"c",))
    if at is not None:
        pieces[at] = named(*rng.choice(GLOBALS)).code


def exchange(rng, pieces):
    """Exchange two of a kind: two names, two classes, two numbers, two texts out of the memo."""
    here = rng.randrange(len(pieces))
    alike = [n for n, piece in enumerate(pieces) if piece[:1] == pieces[here][:1]]
    there = rng.choice(alike)
    pieces[here], pieces[there] = pieces[there], pieces[here]


def graft(rng, pieces):
    """Put a whole value in the place of a plain one, of an empty container, or out of the memo."""
    at = pick(rng, pieces, (*PLAIN, TEXTS, b")", b"}", b"]", b"h"))
    if at is not None:
        pieces[at] = push(rng.choice(GRAFTS))


def change_memo(rng, pieces):
    at = pick(rng, pieces, tuple(bytes([code]) for code in GETS + PUTS))
    if at is None:
        return
    index = rng.choice((0, 1, 2, 3, 255, rng.randrange(256), 2**31, 2**32 - 1))
    if pieces[at][:1] in (b"h", b"j"):
        puts = [piece[1] for piece in pieces if piece[:1] == b"q"] or [0]
        pieces[at] = get(rng.choice((index, rng.choice(puts), rng.choice(puts))))
    else:
        pieces[at] = put(index)


def change_opcode(rng, pieces):
    at = rng.randrange(len(pieces))
    way = rng.randrange(4)
    if way == 0:
        pieces[at] = rng.choice(OPCODES)
    elif way == 1:
        pieces.insert(at, rng.choice(OPCODES))
    elif way == 2 and len(pieces) > 1:
        del pieces[at]
    else:
        pieces.insert(at, pieces[at])


def change_order(rng, pieces):
    """Repeat, remove or move a run of opcodes."""
    here = rng.randrange(len(pieces))
    run = pieces[here : here + rng.choice((2, 5, 20, 100))]
    way = rng.randrange(3)
    if way and len(pieces) > len(run):
        del pieces[here : here + len(run)]
    if way < 2:
        there = rng.randrange(len(pieces) + 1)
        pieces[there:there] = run
