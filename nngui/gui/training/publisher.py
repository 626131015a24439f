"""What the window draws of a run: pictures, made between two steps and put into the mailbox."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

from nngui.core.records.history import last_values
from nngui.core.records.snapshot import Snapshot
from nngui.core.text import mark

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.inspectors.reference import ReferenceNet
    from nngui.core.records.mailbox import Mailbox
    from nngui.core.records.snapshot import Reference
    from nngui.core.trainer import Trainer
    from nngui.gui.training.guard import Guard
    from nngui.gui.training.messages import Probe

T = TypeVar("T")
TRAINING_PER_PICTURE = 9  # times as long as a picture took, it trains before the next one
MAX_PICTURE_INTERVAL_S = 0.25  # seconds between two pictures, at most
PREDICTIONS = mark(
    "core",
    "What the network predicts could not be worked out and is no longer drawn. The training goes "
    "on; Help, Open log has the details.",
)
REFERENCE = mark(
    "core",
    "The network to compare with could not be evaluated and is no longer drawn. The training goes "
    "on; Help, Open log has the details.",
)
PICTURE = mark(
    "core",
    "No picture of the run could be made. The training goes on; Help, Open log has the details.",
)
INSPECTION = mark(
    "core",
    "What this tab shows of the training's inside could not be worked out and is no longer drawn. "
    "The training goes on; Help, Open log has the details.",
)


class Publisher:
    """Makes the pictures of a run, with the answers to what views ask of it.

    A question that fails is dropped until it is asked anew, or another run begins: the pictures are
    made without its answer.

    Attributes
    ----------
    is_watched : bool
        Whether anybody looks at the run as it is now; else no pictures of it are made.

    Parameters
    ----------
    asking : threading.Lock
        Is held while views' questions are answered: they remember things, and are put to the run as
        it is by one thread, and as it was by another.
    """

    def __init__(self, mailbox: Mailbox[Snapshot], guard: Guard, asking: threading.Lock) -> None:
        self._mailbox, self._guard, self._asking = mailbox, guard, asking
        self.is_watched = True
        self._probe: Probe | None = None
        self._reference_net: ReferenceNet | None = None
        self._inspector: Inspector | None = None
        self._dropped: set[str] = set()  # what failed, by the sentences that tell of it
        self._last: dict[str, float] = {}
        self._every_step: set[str] = set()  # the columns that have a value at every step
        self._next_picture = 0.0

    def begin(self, trainer: Trainer) -> None:
        """Make pictures of another run from now on."""
        self._every_step = {variant.name for variant in trainer.variants}
        self._dropped.clear()
        self.forget_reference()

    def forget(self) -> None:
        """Forget the run before: its values, and a picture that nobody has taken."""
        self.forget_values()
        self._mailbox.collect()

    def forget_values(self) -> None:
        """Forget the newest values."""
        self._last = {}

    # What views ask ------------------------------------------------------------------------------

    def set_probe(self, probe: Probe) -> None:
        """Have predictions at these places in the pictures."""
        self._probe = probe
        self._dropped.discard(PREDICTIONS)
        self.forget_reference()

    def compare(self, reference_net: ReferenceNet | None) -> None:
        """Have what another network says in the pictures; None: no longer."""
        self._reference_net = reference_net
        self._dropped.discard(REFERENCE)

    def inspect_with(self, inspector: Inspector | None) -> None:
        """Have the answer to a view's own question in the pictures; None: no longer."""
        self._inspector = inspector
        self._dropped.discard(INSPECTION)

    def forget_reference(self) -> None:
        """Evaluate the other network anew: for other places, other data, or another run."""
        if self._reference_net is not None:
            self._reference_net.forget()

    # Pictures ------------------------------------------------------------------------------------

    def remember(self, columns: list[str], rows: Floats) -> None:
        """Keep the last values; what is measured once an epoch stays until the next one."""
        if not len(rows):
            return
        self._last |= last_values(columns, rows)
        values = zip(columns, rows[-1].tolist(), strict=True)
        self._last |= {name: value for name, value in values if name in self._every_step}

    def publish_if_cheap(self, trainer: Trainer, run_id: int) -> None:
        """Make a picture if one is wanted, unless the last one has cost the training too much."""
        began = time.perf_counter()
        if self._mailbox.is_empty and began >= self._next_picture:
            self.publish(trainer, run_id)
            now = time.perf_counter()
            self._next_picture = now + min(
                TRAINING_PER_PICTURE * (now - began), MAX_PICTURE_INTERVAL_S
            )

    def publish(self, trainer: Trainer, run_id: int) -> None:
        """Make a picture of the run as it is now."""
        if self.is_watched:
            self._guard.ask(lambda: self._mailbox.put(self.picture(trainer, run_id)), PICTURE)

    def picture(self, trainer: Trainer, run_id: int) -> Snapshot:
        """Return a picture of the run as it is now."""
        with self._asking:
            return self._picture(trainer, run_id)

    def _picture(self, trainer: Trainer, run_id: int) -> Snapshot:
        probe_id, predictions = self._predict(trainer)
        reference, inspection = self._evaluate_reference(trainer), self._inspect(trainer)
        return Snapshot(
            run_id=run_id,
            step=trainer.step_count,
            total_steps=trainer.state.total_steps,
            epoch=trainer.batches.epoch,
            losses=dict(self._last),
            probe_id=probe_id,
            predictions=predictions,
            best=trainer.state.best_places,
            plan=trainer.state.rate_plan,
            reference=reference,
            inspector=self._inspector,
            inspection=inspection,
        )

    def _predict(self, trainer: Trainer) -> tuple[int, tuple[Floats, ...]]:
        """Return the probe's id and what each network says there; 0 and nothing without one."""
        probe = self._fitting_probe(trainer)
        if probe is None:
            return 0, ()
        found = self._ask(lambda: trainer.predict(probe.x), PREDICTIONS)
        return (0, ()) if found is None else (probe.id, found)

    def _evaluate_reference(self, trainer: Trainer) -> Reference | None:
        net, probe = self._reference_net, self._fitting_probe(trainer)
        if net is None or probe is None:
            return None
        return self._ask(lambda: net.reference(trainer, probe.x), REFERENCE)

    def _inspect(self, trainer: Trainer) -> object:
        inspector = self._inspector
        return self._ask(lambda: inspector(trainer), INSPECTION) if inspector is not None else None

    def _fitting_probe(self, trainer: Trainer) -> Probe | None:
        """Return the probe, unless it is still one for other data than the run's."""
        probe = self._probe
        fits = probe is not None and probe.x.shape[1:] == trainer.data.x.shape[1:]
        return probe if fits else None

    def _ask(self, question: Callable[[], T], sentence: str) -> T | None:
        """Return what a view's question finds; None where it fails, or has failed before."""
        if sentence in self._dropped:
            return None
        return self._guard.ask(question, sentence, lambda: self._dropped.add(sentence))
