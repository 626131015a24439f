"""The tab of the convolutional network: look inside, slide a window, see mistakes, draw."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import numpy as np
from PySide6.QtCore import QElapsedTimer, QEvent, Slot
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget
from typing_extensions import override

from nngui.core.inspectors.cnn import FeatureMaps, Maps, TestInspector, TestResult, Together
from nngui.gui.panels.card import label
from nngui.gui.panels.page_code import OF_RUN, PageCode
from nngui.gui.panels.switch import switch_of
from nngui.gui.style.labels import set_tip
from nngui.gui.style.translation import shown
from nngui.gui.tabs.cnn.convolution import ConvolutionPanel
from nngui.gui.tabs.cnn.data_page import DataPanel
from nngui.gui.tabs.cnn.drawing import DrawingPanel
from nngui.gui.tabs.cnn.inside import InsidePanel
from nngui.gui.tabs.cnn.mistakes import MistakesPanel
from nngui.gui.tabs.cnn.offered_images import OfferedImages
from nngui.gui.tabs.task_tab import TaskTab
from nngui.gui.training.state import State
from nngui.tasks.cnn.settings import CnnSpec

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from nngui.core.arrays import Floats
    from nngui.core.inspectors.inspector import Inspector
    from nngui.core.records.history import History
    from nngui.core.records.snapshot import DataView, Snapshot
    from nngui.core.spec import Spec
    from nngui.core.task import Task
    from nngui.gui.style.theme import Colours

MAPS_EVERY_MS = 45  # hundreds of little images take a third of that to draw
ROOMY = 650  # pixels of the header in which the training accuracy finds room
HEADING_ROOM = 715  # pixels in which the heading does, too
INSIDE, CONVOLUTION, MISTAKES, DRAW, DATA = range(5)


class Pages(QStackedWidget):
    """The tab's five views; one of them is on the screen."""

    def __init__(self) -> None:
        super().__init__()
        self.inside, self.convolution = InsidePanel(), ConvolutionPanel()
        self.mistakes, self.drawing = MistakesPanel(), DrawingPanel()
        self.report = DataPanel()
        for page in (self.inside, self.convolution, self.mistakes, self.drawing, self.report):
            self.addWidget(page)

    def set_theme(self, theme: Colours) -> None:
        """Take the colours of a theme."""
        for page in (self.inside, self.convolution, self.mistakes, self.drawing):
            page.set_theme(theme)


class Tab(TaskTab[CnnSpec]):
    """Section 7 of the tutorial.

    It has more methods than most: its pages ask the network different questions.
    """

    def __init__(self, task: Task, language: str) -> None:
        super().__init__(task, language)
        self._test = TestInspector()
        self._result: TestResult | None = None
        self._since_maps = QElapsedTimer()
        self._since_maps.start()
        self._drawing: Floats | None = None  # the image made of what is on the pad
        self._classes: tuple[str, ...] = ()
        self._offered = OfferedImages()

    # What a tab fills in ------------------------------------------------------------------------

    @override
    def make_centre(self) -> Pages:
        self.pages = Pages()
        return self.pages

    @override
    def title(self) -> str:
        return self.tr("Images")

    @override
    def connect_views(self) -> None:
        self.down.setSizes([500, 170])
        self.card.installEventFilter(self)
        self._add_switch()
        pages = self.pages
        pages.inside.sample_chosen.connect(self._on_sample)
        pages.inside.others_requested.connect(self._on_others)
        pages.inside.slide_requested.connect(self._on_slide)
        pages.mistakes.image_chosen.connect(self._on_image)
        pages.drawing.drawn.connect(self._look)
        pages.currentChanged.connect(self._on_page)

    def _add_switch(self) -> None:
        """Put a button for each page into the header, and how the training does."""
        names = (
            (self.tr("Inside"), self.tr("What each layer makes of an image, live.")),
            (self.tr("Convolution"), self.tr("Slide a window over an image yourself.")),
            (self.tr("Mistakes"), self.tr("What was taken for what, and the images of it.")),
            (self.tr("Draw"), self.tr("Draw a digit, and see what the network makes of it.")),
            (self.tr("Data"), self.tr("The images of each class, and what was left out.")),
        )
        self.switch = switch_of(names, self)
        row = QHBoxLayout()
        row.setSpacing(0)
        for button in self.switch.buttons():
            row.addWidget(button)
        self.switch.button(INSIDE).setChecked(True)
        self.switch.idClicked.connect(self.pages.setCurrentIndex)
        self.header.insertLayout(1, row)
        self.header.setSpacing(3)  # it is full in a narrow window
        self.trained = label("", "muted")
        self.trained.setContentsMargins(0, 0, 5, 0)
        self.trained.hide()
        set_tip(self.trained, self.tr("The share that was right in the last epoch's batches."))
        self.put_before_headline(self.trained)

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The card's own size counts, which it gets some time after the tab's.
        if watched is self.card and event.type() == QEvent.Type.Resize:
            self.heading.setVisible(self.card.width() >= HEADING_ROOM)
            self._show_trained()
        return super().eventFilter(watched, event)

    @override
    def headline_text(self, losses: dict[str, float]) -> str:
        share = losses.get("val_accuracy", np.nan)  # of the last epoch: known without asking
        is_test = not self.run.viewed_spec.schedule.validation
        if self._result is not None and (self._wants_test or not np.isfinite(share)):
            share, is_test = self._result.accuracy, is_test or self._has_test
        if not np.isfinite(share):
            return ""
        text = self.tr("Test {share}") if is_test else self.tr("Validation {share}")
        return text.format(share=f"{share:.1%}")

    def _show_trained(self) -> None:
        batch = self.run.viewed_spec.schedule.batch_size
        epoch = -(-len(self.data.y) // batch) if self.data is not None and batch else 1
        share = training_accuracy(self.run.history, epoch, self.run.viewed_step)
        known = np.isfinite(share) and self.card.width() >= ROOMY
        self.trained.setText(
            self.tr("training {share}").format(share=f"{share:.1%}") if known else ""
        )
        self.trained.setVisible(bool(known))

    @override
    def subtitle_text(self) -> str:
        return ""  # the header is full; the images say it themselves

    @override
    def page_code(self) -> PageCode:
        texts = {
            CONVOLUTION: self.tr(
                "This page has no code of its own: it slides one window in plain numbers. In "
                "PyTorch that is torch.nn.functional.conv2d, max_pool2d or avg_pool2d. The script "
                "of the training is on the page Inside."
            ),
            DATA: self.tr(
                "This page has no code: it shows the images and trains nothing. The script on the "
                "page Inside reads the same images."
            ),
        }
        page = self.pages.currentIndex()
        if page in texts:
            return PageCode(texts[page])
        text = self.tr("The script trains the network that is looked at here.")
        return PageCode(text, shows_run=True) if page != INSIDE else OF_RUN

    @override
    def show_waiting(self) -> None:
        text = self.tr("PyTorch is loading: the images appear in a moment.")
        self.pages.inside.show_waiting(text)
        self.pages.convolution.show_hint(text)
        self.pages.mistakes.show_waiting(text, "")

    @override
    def show_data(self, data: DataView, *, fresh: bool) -> None:
        if not fresh:
            return
        self.pages.report.show_data(data)
        self._result = None
        self.trained.setText("")
        classes = tuple(shown(name) for name in data.classes)
        channels, height, width = data.x.shape[1:]
        image = self._offered.image
        if image is None or image.shape != data.x.shape[1:] or classes != self._classes:
            self._classes = classes
            self.pages.drawing.show_data((channels, height, width), classes)
            self._offered.forget()
        if not self._offered.is_of(data):
            self._offered.offer_first(data)
            self._show_offered(data)
        self.pages.mistakes.show_waiting(
            self.tr("What the network takes for what appears here: press Train."),
            self.tr("Here are the images behind a cell of the matrix."),
        )
        self._look()

    @override
    def draw(self, snapshot: Snapshot) -> None:
        self._show_trained()
        if not isinstance(snapshot.inspection, tuple):
            return
        on_mistakes = self.pages.currentIndex() == MISTAKES
        if on_mistakes and snapshot.step and None in snapshot.inspection:
            text = self.tr("No image is kept to test on: it takes five of a class.")
            self.pages.mistakes.show_waiting(text, "")
        if snapshot.is_past and not any(isinstance(one, TestResult) for one in snapshot.inspection):
            self._result = None  # what is known is another step's
        resting = self.run.state is not State.TRAINING or snapshot.is_past
        due = self._since_maps.elapsed() >= MAPS_EVERY_MS
        for answer in snapshot.inspection:
            if isinstance(answer, TestResult) and snapshot.step:
                self._result = answer
                if on_mistakes:
                    self.pages.mistakes.show_result(answer, self._classes)
            elif isinstance(answer, Maps) and (resting or due):
                self._since_maps.restart()
                self._show_maps(answer)

    def _show_maps(self, maps: Maps) -> None:
        page = self.pages.currentIndex()
        if page == DRAW:
            if maps.image is self._drawing:
                self.pages.drawing.show_maps(maps)
        elif maps.image is self._offered.image:
            if page == INSIDE:
                self.pages.inside.show_maps(maps, self._classes, self._offered.truth)
            elif page == CONVOLUTION:
                self.pages.convolution.show_maps(maps)

    # What is looked at ---------------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        """Ask for what is shown: an image's way through the network, how the test set does."""
        page = self.pages.currentIndex()
        drawing = self.pages.drawing.image if page == DRAW else None
        self._drawing, image = drawing, self._offered.image if drawing is None else drawing
        looks: list[Inspector] = [self._test] if self._wants_test else []
        if image is not None and page not in (MISTAKES, DATA):
            looks.append(FeatureMaps(image))
        self.run.inspect_with(Together(*looks))

    @property
    def _has_test(self) -> bool:
        """Whether images are kept for the test alone."""
        images = None if self.data is None else self.data.images
        return images is not None and sum(images.test) > 0

    @property
    def _wants_test(self) -> bool:
        """Whether the test set is to be gone through: else that takes most of a picture's time."""
        return self.pages.currentIndex() == MISTAKES or self.run.state is not State.TRAINING

    def _show_offered(self, data: DataView) -> None:
        names = tuple(self._classes[int(label)] for label in data.y[self._offered.places])
        height, width = data.x.shape[2:]
        text = self.tr("{n} images of {width}×{height}: choose one")
        text = text.format(n=f"{len(data.y):,}", width=width, height=height)
        self.pages.inside.show_samples(data.x[self._offered.places], names, text)
        self._on_sample(0)

    # From the user -----------------------------------------------------------------------------

    def go_to_page(self, page: int) -> None:
        """Show one of the pages."""
        self.switch.button(page).setChecked(True)
        self.pages.setCurrentIndex(page)

    @override
    @Slot(object)
    def on_form_edited(self, spec: Spec) -> None:
        data = cast("CnnSpec", spec).data
        if data.kind == "file" and not data.path:
            self.form.show_spec(self.run.viewed_spec)
            self.files_requested.emit()
            return
        super().on_form_edited(spec)

    @override
    @Slot()
    def on_state_changed(self) -> None:
        super().on_state_changed()
        self._look()
        if self.run.state is not State.TRAINING:
            self._draw_again()

    def _draw_again(self) -> None:
        if self.snapshot is not None:
            self.draw(self.snapshot)

    @Slot(int)
    def _on_page(self, _page: int) -> None:
        self._look()
        self._draw_again()
        self.code.show()

    @Slot(int)
    def _on_sample(self, number: int) -> None:
        if self.data is not None:
            self.pages.inside.samples.choose(number)
            self._offered.choose(self.data, number)
            self._look()

    @Slot()
    def _on_others(self) -> None:
        if self.data is not None:
            self._offered.offer_others(self.data)
            self._show_offered(self.data)

    @Slot(object, int)
    def _on_image(self, image: Floats, truth: int) -> None:
        self.pages.inside.samples.choose(-1)
        self._offered.look_at(image, truth)
        self.go_to_page(INSIDE)

    @Slot(str)
    def _on_slide(self, name: str) -> None:
        self.go_to_page(CONVOLUTION)
        self.pages.convolution.choose_filter(name)


def training_accuracy(history: History, epoch: int, until: int | None = None) -> float:
    """Return the share that was right in the batches of the last epoch, of so many steps.

    Parameters
    ----------
    until : int, optional
        The last step that counts; by default the newest one.
    """
    last = len(history) if until is None else until
    if "accuracy" not in history.columns or last <= history.first_exact:
        return float("nan")
    rows = history.exact(max(last - epoch, history.first_exact), last)
    return float(rows[:, history.columns.index("accuracy")].mean())
