"""How a field of a Spec is described: its bounds, and what the form shows of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from nngui.core.errors import SettingError
from nngui.core.spec.refusals import refusal
from nngui.core.text import mark

if TYPE_CHECKING:
    from collections.abc import Container, Mapping


class _NotZero:
    """Holds every value but 0: a field may matter only where its neighbour is on."""

    def __contains__(self, value: object) -> bool:
        return value != 0


NOT_ZERO = _NotZero()


def setting(
    default: Any,
    title: str,
    hint: str = "",
    *,
    live: bool = False,
    when: Mapping[str, Container[object]] | None = None,
    labels: Mapping[str, str] | None = None,
    zero: str = "",
    slider: tuple[float, float] | None = None,
    order_last: bool = False,
    derived: bool = False,
    result_neutral: bool = False,
    advanced: bool = False,
    **bounds: Any,
) -> Any:
    """Describe one field of a Spec.

    Parameters
    ----------
    title, hint : str
        The label and the tooltip in the form.
    live : bool
        Whether a change takes effect in mid-run; otherwise it restarts the run.
    when : mapping of field name to values, optional
        The field matters only while its neighbours have one of these values (`NOT_ZERO`: any
        but 0).
    labels : mapping of value to text, optional
        How the choices are called.
    zero : str
        What a value of zero means, where it is special (``all at once``).
    slider : (low, high), optional
        A range to play in, by decades: the form gives it a slider.
    order_last : bool
        It stands behind the fields that a subclass adds.
    derived : bool
        It follows from other settings: the form does not ask for it.
    result_neutral : bool
        It changes how, not what: the numbers of a run are the same with any value.
    advanced : bool
        Few need it: the form keeps it in a fold at the end of its card.
    **bounds
        ``ge``, ``le``, ``gt``, ``max_length``: checked here, and the form's ranges.
    """
    extra: dict[str, Any] = {
        "live": live,
        "when": dict(when or {}),
        "labels": dict(labels or {}),
        "zero": zero,
        "slider": slider,
        "order_last": order_last,
        "derived": derived,
        "result_neutral": result_neutral,
        "advanced": advanced,
    }
    return Field(default, title=title, description=hint, json_schema_extra=extra, **bounds)


def check_range(low: float, high: float) -> None:
    """Refuse data that would end before they begin.

    Raises
    ------
    SettingError
        When ``data.low`` is not less than ``data.high``.
    """
    if not low < high:
        text = mark("core", "data.low is {low}, but must be less than data.high, which is {high}.")
        raise SettingError(text, low=low, high=high)


class Frozen(BaseModel):
    """The common ground of all parts of a Spec: immutable, no unknown keys, no NaN."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    def replaced(self, **values: object) -> Self:
        """Return a copy with some fields replaced, validated as if they had been typed in.

        pydantic's own `model_copy` believes what it is given: settings out of their bounds could
        then be written to a file that is never read again.

        Raises
        ------
        SettingError
            For an unknown field or a value out of bounds, naming key, value and bounds.
        """
        try:
            return type(self).model_validate(dict(self) | values)
        except ValidationError as error:
            raise refusal(error, type(self)) from None
