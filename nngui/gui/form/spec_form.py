"""The settings form: made from a Spec's fields, so that a new setting needs no new form."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Literal, get_args, get_origin

from pydantic import BaseModel
from PySide6.QtCore import QT_TRANSLATE_NOOP, Qt, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QFormLayout, QFrame, QScrollArea, QVBoxLayout, QWidget

from nngui.core.errors import SettingError
from nngui.core.networks.quick_spec import LayerSpec
from nngui.core.spec.keys import field_names, flat, is_inactive
from nngui.core.spec.refusals import bounds_of
from nngui.core.spec.table import TabularData
from nngui.core.spec.table_defaults import REASONS
from nngui.core.spec.toml import with_settings
from nngui.gui.form.convolutions_field import ConvolutionsField
from nngui.gui.form.fields import (
    ChoiceField,
    CountField,
    Field,
    FileField,
    FlagField,
    WidthsField,
)
from nngui.gui.form.fold import Fold
from nngui.gui.form.layer_editor import LayersField
from nngui.gui.form.number_fields import RealField, WholeField
from nngui.gui.form.racers_field import RacersField
from nngui.gui.form.table_field import TableField
from nngui.gui.panels.card import Card, label
from nngui.gui.plots.kit.racers import racers
from nngui.gui.style.labels import copy_tip, set_tip
from nngui.gui.style.translation import shown, shown_sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from pydantic.fields import FieldInfo

    from nngui.core.spec import Spec

# The cards, and the keys or parts of a Spec that stand in them.
CARDS = (
    (QT_TRANSLATE_NOOP("SpecForm", "Race"), ("race",)),
    (QT_TRANSLATE_NOOP("SpecForm", "Data"), ("data",)),
    (QT_TRANSLATE_NOOP("SpecForm", "Network"), ("network",)),
    (
        QT_TRANSLATE_NOOP("SpecForm", "Training"),
        ("optimizer", "loss", "class_weights", "label_smoothing", "schedule", "seed"),
    ),
)

LIVE = "schedule"  # the part in whose card are the settings that change in mid-run
TABLE = "data.table"  # the part of a Spec that has a dialog of its own


class SpecForm(QScrollArea):
    """Shows a Spec in cards, and says what the user makes of it.

    Signals
    -------
    edited : Spec
        A valid Spec with a setting changed.
    refused : str
        Why a value could not be taken, in words.
    table_requested : TableSpec
        The user wants to use this table in another way, or to open another one.
    """

    edited = Signal(object)
    refused = Signal(str)
    table_requested = Signal(object, str)

    def __init__(self, spec: Spec, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._spec = spec
        self._rows: dict[str, Callable[[bool], None]] = {}  # each shows or hides a field's row
        self._details: dict[str, Mapping[str, Any]] = {}
        self.fields: dict[str, Field] = {}
        self._files: set[str] = set()  # keys whose rows are there only while they name a file
        self._cards: list[tuple[Card, tuple[str, ...]]] = []  # and the parts that stand in them
        self._defaults = flat(spec)
        self._folds: dict[Fold, Callable[[bool], None]] = {}  # each shows or hides a card's fold
        self._folded: dict[str, Fold] = {}  # by key
        self._lens: Callable[[Spec], Spec] | None = None
        self._hidden: tuple[str, ...] = ()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumWidth(236)
        self.setAccessibleName(self.tr("Settings"))
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(8)
        self._parameters = label("")
        self._show_count: Callable[[bool], None] = self._parameters.setVisible
        for title, parts in CARDS:
            there = tuple(part for part in parts if part in type(spec).parts())
            if there:
                card = self._card(self.tr(str(title)), there)
                self._cards.append((card, there))
                column.addWidget(card)
        column.addStretch(1)
        self._column = column
        self.setWidget(body)
        self.show_spec(spec)

    def show_spec(self, spec: Spec) -> None:
        """Show other settings; those that do not matter now are hidden."""
        self._spec = spec
        seen = self._lens(spec) if self._lens else spec
        values = flat(seen)
        shown: set[str] = set()
        data = seen.data
        if isinstance(data, TabularData):
            values[TABLE] = data.table if data.kind == "table" else None
        for key, field in self.fields.items():
            field.show_value(values[key])
            wanted = key not in self._hidden and not is_inactive(seen, key)
            wanted = wanted and self._matters(key, values)
            wanted = wanted and bool(values[key] or key not in self._files)
            wanted = wanted and (key != TABLE or values[key] is not None)
            self._rows[key](wanted)
            shown |= {key.partition(".")[0]} if wanted else set()
        changed = {key for key, default in self._defaults.items() if values[key] != default}
        for fold, show in self._folds.items():
            show(not fold.is_empty)
            fold.show_changed(
                {key: self.fields[key].control.accessibleName() for key in changed & {*self.fields}}
            )
        for card, parts in self._cards:
            card.setVisible(not shown.isdisjoint(parts))

    def show_for_page(
        self, lens: Callable[[Spec], Spec] | None = None, hidden: tuple[str, ...] = ()
    ) -> None:
        """Show what matters to a page of the room that uses the settings in its own way.

        Parameters
        ----------
        lens : callable, optional
            Returns the settings as the page takes them; what is edited are the run's own.
        hidden : tuple of str
            Keys that the page does not go by.
        """
        self._lens, self._hidden = lens, hidden
        self.show_spec(self._spec)

    def show_past(self, step: int | None, notes: Mapping[str, str]) -> None:
        """Say that these are the settings of a step, and what some of them were before or after.

        Parameters
        ----------
        step : int or None
            None: they are the run's own, as it is now.
        notes : mapping of str to str
            By key.
        """
        for key, field in self.fields.items():
            field.show_note(notes.get(key, ""))
        told = {"race" if key.startswith("racers.") else key for key in notes}
        text = "" if step is None else self.tr("as at step {n}").format(n=f"{step:,}")
        for card, parts in self._cards:
            changes = LIVE in parts or any(key.partition(".")[0] in parts for key in told)
            card.qualify(text if changes else "")

    def put_above(self, widget: QWidget, control: QWidget) -> None:
        """Put a widget above the cards; the keyboard comes to its control first."""
        self._column.insertWidget(0, widget)
        self.setTabOrder(self, control)

    def offers(self, key: str) -> bool:
        """Return whether a setting can be changed here now, be it folded away or not."""
        fold = self._folded.get(key)
        if fold is not None:
            return fold.isVisibleTo(self) and fold.holds(key)
        return self.fields[key].isVisibleTo(self)

    def go_to(self, key: str) -> None:
        """Show a setting's field, and let the user type into it; its fold opens for that."""
        field = self.fields[key]
        if key in self._folded:
            self._folded[key].setChecked(True)
            QApplication.sendPostedEvents(self.widget())  # it gets its place
            # The form has its new height only when the scroll area has heard of it.
            QTimer.singleShot(0, self, partial(self.ensureWidgetVisible, field))
        self.ensureWidgetVisible(field)
        field.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def show_parameters(self, count: int) -> None:
        """Show how many numbers the network learns; nothing for 0."""
        self._parameters.setText(f"{count:,}" if count else "")
        self._show_count(bool(count))

    def _matters(self, key: str, values: Mapping[str, Any]) -> bool:
        part = key.rpartition(".")[0]
        when = self._details[key]["when"]
        return all(values[f"{part}.{name}"] in wanted for name, wanted in when.items())

    def _card(self, title: str, parts: tuple[str, ...]) -> Card:
        card = Card(title)
        layout = _in_rows(QFormLayout())
        layout.setContentsMargins(0, 0, 0, 0)
        advanced: list[tuple[str, FieldInfo]] = []
        for part in parts:
            for key, info in _leaves(type(self._spec), part):
                if _extra(info).get("advanced"):
                    advanced.append((key, info))
                elif not key.startswith(f"{TABLE}."):
                    self._add_row(layout, key, info)
                elif key == f"{TABLE}.path":
                    self._add_table(layout, key, info)
        if parts == ("network",):
            layout.addRow(label(self.tr("Parameters"), "muted"), self._parameters)
            self._show_count = partial(layout.setRowVisible, self._parameters)
        if advanced:
            self._add_fold(layout, advanced)
        card.content.addLayout(layout)
        return card

    def _add_fold(self, layout: QFormLayout, settings: list[tuple[str, FieldInfo]]) -> None:
        """Add what few need at a card's end, under a header that opens."""
        fold = Fold(self.tr("More"), self.tr("Settings that few need"))
        layout.addRow(fold)
        self._folds[fold] = partial(layout.setRowVisible, fold)
        for key, info in settings:
            self._add_row(layout, key, info, fold)

    def _add_row(
        self, layout: QFormLayout, key: str, info: FieldInfo, fold: Fold | None = None
    ) -> None:
        details = info.json_schema_extra
        if not isinstance(details, dict) or details["derived"]:
            return
        choices = get_args(info.annotation) if get_origin(info.annotation) is Literal else ()
        if len(choices) == 1:
            return  # nothing to choose
        if key == "race.optimizers":
            self._add_racers(layout, key, info)
            return
        field = _field(info, details)
        self._name(field, key, info, shown(info.title or key))
        title = label(shown(info.title or key), "muted")
        title.setBuddy(field.control)
        copy_tip(field.control, title)
        if field.wide:
            title.hide()
            layout.addRow(field)
        else:
            layout.addRow(title, field)
        if isinstance(field, FileField):
            self._files.add(key)
        row = partial(layout.setRowVisible, field)
        if fold is not None:
            self._folded[key] = fold
            fold.hold(key, row)
            row = partial(fold.show_row, key)
        self._take(field, key, details, row)

    def _name(self, field: Field, key: str, info: FieldInfo, name: str) -> None:
        for control in field.controls:
            set_tip(control, self._tip(key, info, _extra(info)))
            control.setAccessibleName(name)
        field.control.setObjectName(key)

    def _take(
        self, field: Field, key: str, details: Mapping[str, Any], row: Callable[[bool], None]
    ) -> None:
        self.fields[key], self._details[key], self._rows[key] = field, details, row
        field.edited.connect(partial(self._on_edited, key))

    def _add_racers(self, layout: QFormLayout, key: str, info: FieldInfo) -> None:
        """Add the racers of a race: each with its learning rate, the rest of it in a fold."""
        settings = dict(_leaves(type(self._spec), "racers"))
        names = list(dict.fromkeys(name.split(".")[1] for name in settings))
        racing = RacersField(racers(names))
        self._name(racing, key, info, shown(info.title or key))
        layout.addRow(racing)
        self.setMinimumWidth(252)  # a racer's name, its rate and the fold beside each other
        self._take(racing, key, _extra(info), partial(layout.setRowVisible, racing))
        for own, setting in settings.items():
            _, racer, name = own.split(".")
            when = _extra(setting)["when"].get("name", (racer,))
            if name == "name" or racer not in when:
                continue  # no setting of this rule
            row = racing.rows[racer]
            if name != "lr":
                self._add_row(_in_rows(row.details), own, setting, row.more)
                continue
            rate = _field(setting, _extra(setting))
            assert isinstance(rate, RealField)
            self._name(rate, own, setting, f"{row.racer.label}: {shown(setting.title or own)}")
            row.place_rate(rate)
            self._take(rate, own, _extra(setting), lambda _matters: None)

    def _add_table(self, layout: QFormLayout, key: str, info: FieldInfo) -> None:
        """Add what a table is used for; the rest of its settings stands in a dialog."""
        field = TableField()
        self._name(field, key, info, shown(info.title or key))
        layout.addRow(field)
        field.change_requested.connect(self._on_table_requested)
        self._take(field, TABLE, _extra(info), partial(layout.setRowVisible, field))

    @Slot()
    def _on_table_requested(self) -> None:
        data = self._spec.data
        assert isinstance(data, TabularData)
        self.table_requested.emit(data.table, "")

    def _tip(self, key: str, info: FieldInfo, details: Mapping[str, Any]) -> str:
        lines = [shown(info.description or "")]
        bounds = bounds_of(info.metadata)
        low, high = bounds.get("ge", bounds.get("gt")), bounds.get("le", bounds.get("lt"))
        if low is not None and high is not None:
            lines.append(self.tr("From {low} to {high}.").format(low=f"{low:,}", high=f"{high:,}"))
        if key in REASONS and isinstance(self._spec.data, TabularData):
            lines.append(shown(REASONS[key]))
        if not details["live"]:
            lines.append(self.tr("A change starts the run again."))
        return "\n".join([*lines, key])

    @Slot(str, object)
    def _on_edited(self, key: str, value: object) -> None:
        try:
            spec = with_settings(self._spec, {key: value})
        except SettingError as error:
            field = self.fields[key]
            if isinstance(field, WidthsField):
                field.mark_invalid(True)
            else:
                self.show_spec(self._spec)
            self.refused.emit(shown_sentence(error))
            return
        self.show_spec(spec)
        self.edited.emit(spec)


def _in_rows(layout: QFormLayout) -> QFormLayout:
    """Give a layout the form's distances; return it."""
    layout.setHorizontalSpacing(10)
    layout.setVerticalSpacing(8)
    layout.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    layout.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
    return layout


def _extra(info: FieldInfo) -> Mapping[str, Any]:
    """Return what `setting` noted about a field."""
    extra = info.json_schema_extra
    return extra if isinstance(extra, dict) else {}


def _leaves(model: type[BaseModel], name: str, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    info = model.model_fields[name]
    inner = info.annotation
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        for below in field_names(inner):
            yield from _leaves(inner, below, f"{prefix}{name}.")
    else:
        yield prefix + name, info


def _field(info: FieldInfo, details: Mapping[str, Any]) -> Field:
    """Return the control for a field's type."""
    kind, bounds = info.annotation, bounds_of(info.metadata)
    if kind == tuple[LayerSpec, ...]:
        return LayersField()
    if get_origin(kind) is Literal:
        return ChoiceField(get_args(kind), details["labels"])
    if kind is bool:
        return FlagField()
    if kind is int:
        return WholeField(bounds, details["zero"])
    if kind is float:
        return RealField(bounds, details["zero"], details["slider"])
    if kind is str:
        return FileField()
    inner = get_args(kind)[0]
    if get_origin(inner) is tuple:
        return CountField()
    if isinstance(inner, type) and issubclass(inner, BaseModel):
        most = next(note.max_length for note in info.metadata if hasattr(note, "max_length"))
        return ConvolutionsField(inner, _field, most)
    return WidthsField()
