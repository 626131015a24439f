"""What a search may go over, with values that lie around the present ones. No torch here."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nngui.core.errors import SettingError
from nngui.core.search.plan import VAL_LOSS
from nngui.core.search.space import read_space
from nngui.core.spec.keys import field_details, field_info, flat, is_inactive
from nngui.core.spec.refusals import bounds_of

if TYPE_CHECKING:
    from nngui.core.spec import Spec

FIRST = (  # these are offered at once, the others by a list
    "optimizer.lr",
    "network.hidden",
    "optimizer.weight_decay",
    "schedule.batch_size",
    "network.activation",
)
TICKED = FIRST[:2]
BATCHES = (16, 256)
NOT_OFFERED = ("schedule.steps", "schedule.epochs", "schedule.target_loss")  # longer is better
TIMES = 10  # a number's range goes so far to both sides


@dataclass(frozen=True)
class Proposal:
    """A setting that can be searched over.

    Attributes
    ----------
    key : str
    values : str
        As behind the ``=`` of ``--over``.
    ticked : bool
        Whether a search goes over it unless one says otherwise.
    """

    key: str
    values: str
    ticked: bool = False


def proposals(spec: Spec, by: str = VAL_LOSS) -> list[Proposal]:
    """Return what can be searched over in these settings, the usual ones first."""
    found = []
    keys = flat(spec)
    for key in [*(key for key in FIRST if key in keys), *(key for key in keys if key not in FIRST)]:
        values = _values(spec, key)
        if values is None or key in NOT_OFFERED or _is_idle(spec, key):
            continue
        with contextlib.suppress(SettingError):  # such as one that changes what is measured
            read_space([f"{key}={values}"], spec, by)
            found.append(Proposal(key, values, key in TICKED))
    return found


def _is_idle(spec: Spec, key: str) -> bool:
    details, (part, _, _) = field_details(type(spec), key), key.rpartition(".")
    if details.get("derived") or details.get("result_neutral") or is_inactive(spec, key):
        return True
    needed: dict[str, Any] = dict(details.get("when") or {})
    return any(flat(spec).get(f"{part}.{name}") not in values for name, values in needed.items())


def _values(spec: Spec, key: str) -> str | None:
    """Return values around the present one; None for a setting that has no others."""
    value, info = flat(spec)[key], field_info(type(spec), key)
    special = {
        "network.hidden": "[16],[32],[64],[32,32],[64,64]",
        "network.activation": "relu,leaky_relu,tanh,silu",
        "optimizer.weight_decay": "1e-6..0.01:log",
        "schedule.batch_size": f"{BATCHES[0]}..{BATCHES[1]}:log",
        "network.dropout": "0..0.5",
    }
    if key in special:
        return special[key]
    labels = field_details(type(spec), key).get("labels")
    if isinstance(value, str) and labels:
        return ",".join(labels)
    if isinstance(value, bool):
        return "true,false"
    if not isinstance(value, int | float):
        return None
    bounds = bounds_of(info.metadata)
    low, high = value / TIMES, value * TIMES
    if isinstance(value, int):
        low, high = max(int(low), 1), max(int(high), TIMES)
    elif not value:
        low, high = 0.0, 1.0
    high = min(high, bounds.get("le", high), 0.99 * bounds["lt"] if "lt" in bounds else high)
    low = max(low, bounds.get("ge", low))
    is_log = low > 0 and high / low >= TIMES
    return f"{low:g}..{high:g}" + (":log" if is_log else "")
