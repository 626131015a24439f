"""The history keeps what it promises: exact, bounded, and never a lost extreme."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nngui.core.records.history import EXACT, FACTOR, FLOOR, WORTH_A_FLOOR, History, last_values

MILLION = 1_000_000


def noise(n, seed=0):
    return np.random.default_rng(seed).normal(size=n).astype(np.float32)


def filled(values, columns=("loss",), piece=100_000):
    history = History(columns)
    values = np.asarray(values).reshape(len(values), -1)
    for start in range(0, len(values), piece):
        history.append(values[start : start + piece])
    return history


# --- Exact ----------------------------------------------------------------------------------------


def test_that_a_new_history_is_empty():
    history = History(["loss", "accuracy"])
    assert len(history) == 0
    assert history.first_exact == 0
    assert history.exact(0, 10).shape == (0, 2)
    for part in history.bins(100):
        assert len(part) == 0


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(0, 2000), st.integers(0, 2000))
@settings(max_examples=40)
def test_that_any_part_of_a_short_run_is_exact(sizes, first, last):
    values = noise(sum(sizes))
    history, start = History(["loss"]), 0
    for size in sizes:
        history.append(values[start : start + size].reshape(-1, 1))
        start += size
    assert len(history) == len(values)
    assert np.array_equal(history.exact(first, last)[:, 0], values[first:last])


def test_that_losses_and_accuracies_are_kept_bit_for_bit():
    losses = noise(5000).astype(np.float64)
    accuracies = np.arange(5000) / 5003
    history = filled(np.column_stack((losses, accuracies)), ("loss", "accuracy"))
    assert np.array_equal(history.exact(0, 5000), np.column_stack((losses, accuracies)))


@pytest.mark.parametrize("piece", [131_072, 999_999, 3_000_000])
def test_that_the_last_million_steps_stay_exact(piece):
    values = noise(2_345_678)
    history = filled(values, piece=piece)
    assert len(history) == len(values)
    assert history.first_exact <= len(values) - MILLION
    kept = history.exact(0, len(values))
    assert len(kept) == len(values) - history.first_exact
    assert np.array_equal(kept[:, 0], values[history.first_exact :])


def test_that_a_run_of_a_million_steps_is_exact_as_a_whole():
    values = noise(MILLION)
    history = filled(values)
    assert history.first_exact == 0
    assert np.array_equal(history.exact(0, MILLION)[:, 0], values)


def test_that_what_is_read_does_not_change_when_more_is_added():
    history = filled(noise(2000))
    exact, bins = history.exact(0, 2000), history.bins(1000)
    copies = exact.copy(), [part.copy() for part in bins]
    history.append(np.zeros((200_000, 1)))
    assert np.array_equal(exact, copies[0])
    for part, copy in zip(bins, copies[1], strict=True):
        assert np.array_equal(part, copy)


# --- Bounded --------------------------------------------------------------------------------------


def test_that_a_hundred_million_steps_stay_below_64_mb():
    columns = ("loss", "accuracy", "val_loss", "val_accuracy")
    history = History(columns)
    block = np.random.default_rng(0).random((131_072, 4))
    sizes = []
    for million in (1, 4, 16):
        while len(history) < million * MILLION:
            history.append(block)
        sizes.append(history.nbytes)
    # Four times as many steps cost one more floor a column, of at most 65,536 pairs of numbers.
    floor = (2 * 4 + 2 * 8) * 2 * 65_536
    assert sizes[2] - sizes[1] <= floor
    assert sizes[2] + 2 * floor < 64e6  # 256 million


# --- Bins -----------------------------------------------------------------------------------------


def check_bins(values, bins, first, last, width):
    """Compare with brute force: each bin holds the values from its first row to the next bin's."""
    steps, low, high = bins
    assert len(steps) == len(low) == len(high) <= 2 * width + 1
    assert np.all(np.diff(steps) > 0)
    last = min(last, len(values))
    if first >= last:
        return
    assert steps[0] <= first
    starts = np.maximum(steps, first)
    assert starts[-1] < last
    inside = values[:last]
    smallest, largest = np.fmin.reduceat(inside, starts), np.fmax.reduceat(inside, starts)
    measured = ~np.isnan(smallest)
    assert np.all(low[measured] <= smallest[measured])
    assert np.all(high[measured] >= largest[measured])
    # Nothing is invented.
    for found in (low, high):
        assert np.isin(found[~np.isnan(found)], values).all()


@st.composite
def runs(draw):
    """A long run from few numbers: where it is cut, and where one zooms in."""
    sizes = draw(
        st.lists(
            st.one_of(
                st.integers(0, 10),
                st.integers(0, 40_000),
                st.sampled_from([32_768, 65_536, 131_071, 131_072, 131_084, 200_000]),
            ),
            max_size=6,
        )
    )
    n = sum(sizes)
    first = draw(st.integers(0, n + 3))
    last = draw(st.one_of(st.integers(0, n + 3), st.integers(first, first + 500)))
    return sizes, first, last


@given(
    runs(),
    st.one_of(st.integers(1, 5), st.integers(1, 3000)),
    st.sampled_from([0.0, 0.5, 0.999]),
    st.integers(0, 3),
)
@settings(max_examples=80)
def test_that_bins_hold_every_value_of_their_range(run, width, missing, seed):
    sizes, first, last = run
    values = noise(sum(sizes), seed)
    values[np.random.default_rng(seed).random(len(values)) < missing] = np.nan
    history, start = History(["loss"]), 0
    for size in sizes:
        history.append(values[start : start + size].reshape(-1, 1))
        start += size
    check_bins(values, history.bins(width, "loss", first, last), first, last, width)
    check_bins(values, history.bins(width), 0, len(values), width)


def test_that_no_extreme_of_a_very_long_run_is_lost():
    values = noise(3_000_000)
    for place, extreme in [(0, 99.0), (1_234_567, -99.0), (2_999_999, 98.0), (1_999_998, -98.0)]:
        values[place] = extreme
    history = filled(values)
    for width in (1, 300, 1800):
        steps, low, high = history.bins(width)
        assert low.min() == -99
        assert high.max() == 99
        assert high[-1] == 98
        assert steps[np.argmin(low)] <= 1_234_567
    check_bins(
        values, history.bins(900, first=1_200_000, last=1_300_000), 1_200_000, 1_300_000, 900
    )
    # The oldest steps are merged, but one still sees them.
    check_bins(values, history.bins(900, first=0, last=500), 0, 500, 900)


def test_that_the_newest_steps_are_seen_even_on_a_single_pixel():
    steps, low, high = filled(noise(40_003)).bins(1, first=40_000)
    assert steps.tolist() == [40_000]
    assert (low[0], high[0]) == (noise(40_003)[40_000:].min(), noise(40_003)[40_000:].max())


def test_that_a_close_look_at_the_newest_steps_is_exact():
    values = noise(2_000_000)
    history = filled(values)
    steps, low, high = history.bins(900, first=1_999_000)
    assert steps.tolist() == list(range(1_999_000, 2_000_000))
    assert np.array_equal(low, values[1_999_000:])
    assert np.array_equal(high, values[1_999_000:])


@pytest.mark.parametrize("n", [10, 5000, 100_000, 2_000_000])
def test_that_a_curve_has_as_many_bins_as_a_screen_has_pixels_for_any_number_of_steps(n):
    steps, _, _ = filled(np.zeros(n)).bins(1000)
    assert min(n, 500) <= len(steps) <= 2001


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 90_000), min_size=1, max_size=30), st.integers(0, 30))
def test_that_a_curve_does_not_depend_on_when_somebody_looks(sizes, every):
    values = noise(sum(sizes)).reshape(-1, 1)
    looked_at, alone, start = History(["loss"]), History(["loss"]), 0
    for number, size in enumerate(sizes):
        for history in (looked_at, alone):
            history.append(values[start : start + size])
        start += size
        if every and number % every == 0:
            looked_at.bins(300)
    for mine, theirs in zip(looked_at.bins(700), alone.bins(700), strict=True):
        assert np.array_equal(mine, theirs)
    steps, low, high = alone.bins(700)
    ends = [*steps[1:].tolist(), len(values)]
    for first, last, least, most in zip(steps.tolist(), ends, low, high, strict=True):
        assert least == values[first:last].min()
        assert most == values[first:last].max()


def test_that_what_was_not_measured_hides_nothing():
    values = np.full(100_000, np.nan)
    values[99::100] = np.arange(1000)  # once an epoch of 100 steps
    history = filled(np.column_stack((np.zeros(100_000), values)), ("loss", "val_loss"))
    _, low, high = history.bins(50, "val_loss")
    assert np.nanmin(low) == 0
    assert np.nanmax(high) == 999
    steps, low, _ = history.bins(1000, "val_loss", 0, 99)
    assert len(steps) == 99
    assert np.isnan(low).all()


def test_that_an_infinite_loss_is_kept():
    history = filled([1.0, np.inf, -np.inf, np.nan, 1e300])
    assert np.array_equal(
        history.exact(0, 5)[:, 0], [1.0, np.inf, -np.inf, np.nan, np.inf], equal_nan=True
    )


# --- From one thread to another -------------------------------------------------------------------


def test_that_a_reader_sees_only_whole_rows_while_another_thread_writes():
    history = History(["loss", "val_loss"])
    total = 600_000
    done = threading.Event()

    def write():
        start = 0
        sizes = iter(np.random.default_rng(0).integers(1, 2000, size=10_000).tolist())
        while start < total:
            numbers = np.arange(start, min(start + next(sizes), total), dtype=np.float64)
            history.append(np.column_stack((numbers, -numbers)))
            start += len(numbers)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen = 0
    while True:
        last_look = done.is_set()
        n = len(history)
        assert n >= seen
        seen = n
        rows = history.exact(max(n - 100, 0), n + 1000)
        assert np.array_equal(rows[:, 0], np.arange(max(n - 100, 0), max(n - 100, 0) + len(rows)))
        assert np.array_equal(rows[:, 1], -rows[:, 0])
        steps, low, high = history.bins(200)
        assert np.array_equal(steps, low)
        assert np.array_equal(np.append(steps[1:] - 1, high[-1:]), high)
        if last_look:
            break
    writer.join()
    assert len(history) == total


# --- The newest -----------------------------------------------------------------------------------


def test_that_of_a_chunk_the_last_measured_value_counts_and_not_the_first():
    nan = float("nan")
    rows = np.array([[5, nan, 1, nan], [4, 0.7, 2, nan], [3, 0.6, nan, nan], [2, nan, nan, nan]])
    names = ["loss", "val_loss", "accuracy", "lr"]
    assert last_values(names, rows) == {"loss": 2, "val_loss": 0.6, "accuracy": 2}
    assert last_values(names, rows[:1]) == {"loss": 5, "accuracy": 1}
    assert last_values(names, rows[:0]) == {}


# --- Going back -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "left"), [(10, 3), (10, 0), (10, 10), (40_000, 5_000), (1_500_000, 700_000)]
)
def test_that_a_history_that_was_cut_is_that_of_fewer_steps_and_goes_on(rows, left):
    values, more = noise(2 * rows).reshape(-1, 2), noise(6_000, seed=1).reshape(-1, 2)
    history, expected = filled(values, ("loss", "b")), History(("loss", "b"))
    expected.append(values[:left])
    history.bins(500)
    history.cut(left)
    assert len(history) == left
    for one in (history, expected):
        one.append(more)
    first = max(history.first_exact, expected.first_exact)
    assert np.array_equal(history.exact(first, MILLION), expected.exact(first, MILLION))
    for mine, theirs in zip(
        history.bins(500, first=first), expected.bins(500, first=first), strict=True
    ):
        assert np.array_equal(mine, theirs)
    again = History.from_state(history.state())
    assert np.array_equal(again.exact(first, MILLION), history.exact(first, MILLION))


def test_that_no_row_comes_back_that_was_forgotten():
    history = filled(noise(1_500_000))
    for length in (0, history.first_exact, 1_500_001):
        with pytest.raises(ValueError, match="not there"):
            history.cut(length)
    assert len(history) == 1_500_000


def test_that_rows_are_added_to_all_columns_or_to_none(monkeypatch):
    history = filled(noise(3_000).reshape(-1, 3), ("loss", "b", "c"))
    before, empty, calls = history.state(), np.empty, []

    def full(shape, *arguments, **options):
        calls.append(shape)
        if len(calls) == 2:
            raise MemoryError
        return empty(shape, *arguments, **options)

    monkeypatch.setattr(np, "empty", full)
    with pytest.raises(MemoryError):
        history.append(np.zeros((5_000, 3)))
    monkeypatch.undo()
    assert len(calls) == 2
    assert len(history) == 1_000
    for mine, theirs in zip(history.state()["tails"], before["tails"], strict=True):
        assert np.array_equal(mine[0]["rows"], theirs[0]["rows"])


class Rows:
    """Many rows, whose last column can't be read."""

    def __init__(self, rows):
        self._rows = rows

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, place):
        if place[1] == 1 and place[0].start:
            raise MemoryError
        return self._rows[place]


def test_that_many_rows_that_could_not_be_added_leave_nothing_in_the_curves():
    values, more = noise(20_000).reshape(-1, 2), noise(400_000, seed=1).reshape(-1, 2)
    history, expected = filled(values, ("loss", "b")), filled(values, ("loss", "b"))
    with pytest.raises(MemoryError):
        history.append(Rows(more))
    for one in (history, expected):
        for part in (more[:30_000], more[30_000:]):
            one.append(part - 9)
            one.bins(100)
    assert len(history) == len(expected) == 210_000
    for column in history.columns:
        for mine, theirs in zip(history.bins(300, column), expected.bins(300, column), strict=True):
            assert np.array_equal(mine, theirs)


def forged(start):
    """A state that fits in all its parts, of a run that has long been going on."""
    stop, floors = start + EXACT, [{"start": start, "rows": np.zeros((EXACT, 1), np.float32)}]
    while stop >= WORTH_A_FLOOR:
        stop //= FACTOR
        kept = min(stop, FLOOR)
        floors.append({"start": stop - kept, "rows": np.zeros((kept, 2), np.float32)})
    return {"columns": ["loss"], "tails": [floors]}


@pytest.mark.parametrize(("start", "fits"), [(4, True), (2**40, True), (2**62, False)])
def test_that_a_state_may_be_of_any_number_of_steps_that_can_be_counted(start, fits):
    if fits:
        assert len(History.from_state(forged(start))) == start + EXACT
    else:
        with pytest.raises(ValueError, match="an impossible start"):
            History.from_state(forged(start))
