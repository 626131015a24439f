"""The room of the CNN as a user works it: look inside, slide a window, see mistakes, draw."""

from __future__ import annotations

import time

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest

from nngui.gui.plots.confusion import ConfusionMatrix
from nngui.gui.plots.draw_pad import DrawPad
from nngui.gui.plots.image_grid import ImageGrid
from nngui.gui.style.theme import DARK
from nngui.gui.tabs.cnn.convolution import ConvolutionPanel
from nngui.gui.tabs.cnn.sources import SlideSource
from nngui.gui.tabs.cnn.tab import CONVOLUTION
from tests.gui.helpers import CTRL, LEFT, process_events, spec_of
from tests.gui.tabs.test_looks import clipped

KEY = Qt.Key


def click(widget, place):
    QTest.mouseClick(widget, LEFT, pos=QPoint(round(place.x()), round(place.y())))


def draw_line(pad, start, end, moves=8):
    """Draw on the pad; places are shares of its width and height."""

    def place(share):
        x, y = (a + (b - a) * share for a, b in zip(start, end, strict=True))
        return QPoint(round(pad.width() * x), round(pad.height() * y))

    QTest.mousePress(pad, LEFT, pos=place(0))
    for move in range(1, moves + 1):
        QTest.mouseMove(pad, place(move / moves))
    QTest.mouseRelease(pad, LEFT, pos=place(1))


@pytest.fixture
def room(open_window):
    """Somebody before the CNN's tab, with few steps to go."""
    someone = open_window(size=(1280, 800))
    tab = someone.window.open_task("cnn")
    tab.run.apply(spec_of("cnn", {"schedule.epochs": 0, "schedule.steps": 40}))
    someone.window.wake()
    someone.wait_until_ready()
    return someone


def test_that_a_user_trains_looks_inside_slides_finds_mistakes_and_draws(room):
    pages = room.tab.pages
    inside = pages.inside
    room.wait_until(lambda: inside.strip.stages)
    names = [stage.name for stage in inside.strip.stages]
    assert names == ["image", "conv1", "pool1", "conv2", "pool2", "fc1", "fc2"]
    assert [stage.shape for stage in inside.strip.stages][:3] == ["1×8×8", "16×8×8", "16×4×4"]
    assert room.headline == ""
    before = inside.strip.stages[1].maps
    room.train_to_the_end()
    room.wait_until(lambda: "Test " in room.headline)
    assert not np.array_equal(before, inside.strip.stages[1].maps), "the maps are live"
    assert "training" in room.tab.trained.text()

    choose_another_image(room)
    slide_a_filter(room)
    find_mistakes(room)
    draw_a_one(room)


def test_that_a_smaller_network_follows_while_a_window_slides(room):
    room.train_to_the_end()
    room.tab.go_to_page(CONVOLUTION)
    room.wait_until(lambda: room.tab.pages.convolution.source.count() == 3)
    choices = room.tab.presets.choices.actions()
    next(action for action in choices if action.text() == "Without convolutions").trigger()
    room.wait_until(lambda: room.tab.pages.convolution.source.count() == 1)
    assert room.tab.pages.convolution.source.currentText() == "image"


def choose_another_image(room):
    inside = room.tab.pages.inside
    seven = inside.samples.captions.index("7")
    click(inside.samples.viewport(), inside.samples.tile(seven).center())
    room.wait_until(lambda: inside.strip.truth == 7)
    QTest.keyClick(inside.samples, KEY.Key_Right)
    room.wait_until(lambda: inside.strip.truth == 8)
    room.click("Others")
    room.wait_until(lambda: inside.strip.truth == 0)


def slide_a_filter(room):
    """The window's sum is the very number that the network has there."""
    inside, panel = room.tab.pages.inside, room.tab.pages.convolution
    click(inside.strip, inside.strip.tiles(3)[5].center())
    assert "conv2 [5] · 16×5×5" in inside.filter_words.text()
    stage = inside.strip.stages[3].maps[5]
    room.click("Slide it")
    assert panel.view.isVisible()
    assert (panel.source.currentText(), panel.kernel.currentText()) == ("into conv2", "conv2 [5]")
    assert (panel.stride.value(), panel.padding.value()) == (1, 2)
    np.testing.assert_allclose(panel.view.result, stage, atol=1e-4)
    QTest.keyClick(panel.view, KEY.Key_Right)
    QTest.keyClick(panel.view, KEY.Key_Down)
    assert panel.view.cell == (1, 1)
    assert panel.view.words().startswith("Σ = ")
    assert "other channels" in panel.view.words()
    look_at_one_channel(inside, panel)
    panel.padding.setValue(0)  # 5x5 finds no place in 4x4
    assert "A window of 5×5 pixels finds no place in an image of 4×4" in panel.trouble.text()
    assert panel.padding.value() == 2


def look_at_one_channel(inside, panel):
    """A classic filter has one channel: it looks at the one that is chosen, and no other."""
    import torch

    own = panel.kernel.currentIndex()
    panel.kernel.setCurrentIndex(panel.kernel.findData("vertical"))
    into = torch.from_numpy(inside.strip.stages[2].maps.copy())
    weight = torch.tensor([[[[-1.0, 0, 1], [-2, 0, 2], [-1, 0, 1]]]])
    for channel in (0, 3, 15):
        panel.channel.setValue(channel)
        wanted = torch.nn.functional.conv2d(into[None, channel : channel + 1], weight, padding=2)
        np.testing.assert_allclose(panel.view.result, wanted[0, 0].numpy(), atol=1e-4)
    panel.kernel.setCurrentIndex(own)


def find_mistakes(room):
    page = room.tab.pages.mistakes
    room.click("Mistakes")
    room.wait_until(lambda: page.matrix.counts.size)
    counts = page.matrix.counts
    assert counts.sum() == 355
    share = f"Test {np.trace(counts) / counts.sum():.1%}"
    assert share in room.headline
    assert "the surest first" in page.heading.text()
    true, predicted = np.argwhere(counts - np.diag(np.diag(counts)))[0]
    click(page.matrix, page.matrix.cell(true, predicted).center())
    number = counts[true, predicted]
    assert page.heading.text().startswith(f"{number} of {counts[true].sum()} images of {true}")
    assert len(page.grid.captions) == number
    assert page.grid.captions[0].startswith(f"{true}→{predicted} ")
    click(page.grid.viewport(), page.grid.tile(0).center())
    room.click("Look inside")
    room.wait_until(lambda: room.tab.pages.inside.strip.truth == true)
    assert room.tab.pages.inside.isVisible()


def draw_a_one(room):
    page = room.tab.pages.drawing
    room.click("Draw")
    assert np.isnan(page.bars.values).all()
    draw_line(page.pad, (0.5, 0.2), (0.5, 0.8))
    room.wait_until(lambda: np.isfinite(page.bars.values).all())
    assert page.bars.values.sum() == pytest.approx(1, abs=1e-4)
    assert page.seen.texture.images.shape == (1, 8, 8)
    assert page.seen.texture.images.max() >= 0.5
    first = page.bars.values
    draw_line(page.pad, (0.2, 0.2), (0.8, 0.2))
    room.wait_until(lambda: not np.array_equal(first, page.bars.values))
    assert page.strip.stages[1].name == "conv1"
    QTest.keyClick(page.pad, KEY.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(page.pad.strokes) == 1
    room.click("Clear")
    assert page.is_empty
    assert np.isnan(page.bars.values).all()
    assert not page.strip.stages


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_that_nothing_is_clipped_on_any_page(open_window, language):
    someone = open_window(language=language)
    tab = someone.window.open_task("cnn")
    settings = {"data.kind": "fashion_mnist", "data.images": 200, "schedule.epochs": 0}
    tab.run.apply(spec_of("cnn", settings | {"schedule.steps": 3}))
    someone.window.wake()
    someone.wait_until(lambda: tab.run.parameters > 0)
    tab.run.train()
    someone.wait_until(lambda: tab.headline.text())
    problems = []
    for size in ((900, 560), (1280, 800), (1600, 1000)):
        someone.window.resize(*size)
        for page in range(4):
            tab.go_to_page(page)
            source = tab.pages.convolution.source
            for number in range(source.count() if page == CONVOLUTION else 1):
                source.setCurrentIndex(number)
                process_events()
                problems += [f"{page} {size}: {line}" for line in clipped(someone.window)]
    assert problems == []


# --- The views by themselves ----------------------------------------------------------------------


def test_that_images_are_chosen_by_keys_and_told_by_their_values(qtbot):
    grid, chosen = ImageGrid(least=20, most=40), []
    qtbot.addWidget(grid)
    grid.chosen.connect(chosen.append)
    grid.resize(200, 120)
    images = np.arange(30 * 4, dtype=np.float32).reshape(30, 2, 2)
    grid.show_images(images, [f"no. {n}" for n in range(30)])
    grid.show()
    QTest.keyClick(grid, KEY.Key_Right)
    QTest.keyClick(grid, KEY.Key_Right)
    QTest.keyClick(grid, KEY.Key_End)
    QTest.keyClick(grid, KEY.Key_Right)
    assert chosen == [0, 1, 29]
    place = grid.tile(29)
    assert grid.viewport().rect().contains(place.center().toPoint()), "it scrolled there"
    corner = (place.topLeft() + QPointF(2, 2)).toPoint()
    assert grid.tip(corner) == "no. 29\nrow 1, column 1: 116"
    assert grid.accessibleDescription() == "no. 29"
    grid.show_images(np.zeros((0, 1, 1)))
    assert grid.at(QPoint(5, 5)) == -1


def test_that_pixels_stay_sharp_and_zero_is_the_ground_in_both_themes(qtbot):
    grid = ImageGrid(least=40, most=40)
    qtbot.addWidget(grid)
    grid.resize(60, 60)
    grid.set_theme(DARK)
    grid.show_images(np.array([[[-1.0, 0.0], [0.0, 1.0]]]), scale="signed")
    grid.show()
    picture = grid.viewport().grab().toImage()
    tile = grid.tile(0)

    def colour(x, y):
        at = tile.topLeft() + QPointF(tile.width() * x, tile.height() * y)
        return picture.pixelColor(at.toPoint())

    assert colour(0.55, 0.2).name() == colour(0.8, 0.45).name() == DARK.surface
    assert colour(0.2, 0.2).blue() > colour(0.2, 0.2).red()
    assert colour(0.8, 0.8).red() > colour(0.8, 0.8).blue()


def test_that_64_maps_are_drawn_faster_than_a_frame(qtbot):
    grid = ImageGrid(least=16)
    qtbot.addWidget(grid)
    grid.resize(640, 360)
    grid.show()
    maps, times = np.random.default_rng(1).random((64, 28, 28), np.float32), []
    for turn in range(12):
        began = time.process_time()
        grid.show_images(maps * (turn + 1), scale="heat")
        grid.viewport().repaint()
        times.append(time.process_time() - began)
    assert np.median(times) < 1 / 60


def test_that_a_cell_of_the_matrix_is_chosen_by_keys_and_said_in_words(qtbot):
    matrix, chosen = ConfusionMatrix(), []
    qtbot.addWidget(matrix)
    matrix.chosen.connect(lambda *cell: chosen.append(cell))
    QTest.keyClick(matrix, KEY.Key_Right)
    assert not chosen, "there is nothing to choose yet"
    matrix.show_counts(np.array([[5, 1], [0, 4]]), ("cat", "dog"))
    matrix.show()
    for key in (KEY.Key_Down, KEY.Key_Right, KEY.Key_Right, KEY.Key_Up):
        QTest.keyClick(matrix, key)
    assert chosen == [(0, 0), (0, 1), (0, 1), (0, 1)]
    assert matrix.accessibleDescription() == "1 of 6 images of cat were taken for dog."


def test_that_the_pad_draws_dots_lines_and_forgets_them(qtbot):
    pad, drawn = DrawPad(), []
    qtbot.addWidget(pad)
    pad.drawn.connect(drawn.append)
    pad.resize(240, 240)
    pad.show()
    QTest.mouseClick(pad, LEFT, pos=QPoint(120, 120))
    dot = pad.canvas.sum()
    assert dot > 0
    draw_line(pad, (0.2, 0.2), (0.8, 0.8))
    assert pad.canvas.sum() > 3 * dot
    pad.undo()
    assert pad.canvas.sum() == dot
    QTest.keyClick(pad, KEY.Key_Delete)
    assert pad.canvas.sum() == 0
    pad.undo()
    assert drawn[-1].shape == (224, 224)


def test_that_a_digit_is_drawn_by_keys_alone(room):
    room.click("Draw")
    pad = room.tab.pages.drawing.pad
    pad.setFocus()
    QTest.keyClick(pad, KEY.Key_Up)
    assert pad.canvas.sum() == 0, "the pen is not down yet"
    for key in (KEY.Key_Up, *[KEY.Key_Left] * 3, KEY.Key_Space, *[KEY.Key_Down] * 9):
        QTest.keyClick(pad, key)
    assert room.train_button == "Train", "Space did not start the training"
    (stroke,) = pad.strokes
    assert (stroke[0].x(), stroke[0].y()) == (112 - 3 * 8, 112 - 8)
    assert (stroke[-1].x(), stroke[-1].y()) == (88, 104 + 9 * 8)
    room.wait_until(lambda: np.isfinite(room.tab.pages.drawing.bars.values).all())
    ink = pad.canvas.sum()
    QTest.keyClick(pad, KEY.Key_Space)
    for _ in range(40):
        QTest.keyClick(pad, KEY.Key_Right)
    assert pad.canvas.sum() == ink, "the pen is lifted"
    QTest.keyClick(pad, KEY.Key_Space)
    assert (pad.strokes[1][0].x(), len(pad.strokes)) == (224, 2)
    QTest.keyClick(pad, KEY.Key_Z, CTRL)
    assert pad.canvas.sum() == pytest.approx(ink, rel=0.01)
    QTest.keyClick(pad, KEY.Key_Delete)
    assert pad.canvas.sum() == 0


def test_that_pooling_slides_over_an_image_by_its_own_size(qtbot):
    panel = ConvolutionPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 380)
    panel.show()
    image = np.arange(36, dtype=np.float32).reshape(1, 6, 6) / 36
    panel.show_sources((SlideSource("image", image),))
    QTest.keyClick(panel.operation, KEY.Key_Down)
    assert panel.operation.currentText() == "Max pooling"
    assert panel.view.result.shape == (3, 3)
    assert panel.view.words() == "largest of 4 numbers = 0.19"
    QTest.keyClick(panel.operation, KEY.Key_Down)
    assert panel.view.words() == "0.39 ÷ 4 = 0.10"
    panel.stride.setValue(1)
    assert panel.view.result.shape == (5, 5)
    panel.padding.setValue(2)
    assert "more than half the window" in panel.trouble.text()
    panel.padding.setValue(1)
    assert not panel.trouble.isVisible()
    assert panel.view.result.shape == (7, 7)


def test_that_a_sweep_goes_over_the_image_and_ends_when_it_is_hidden(qtbot):
    panel = ConvolutionPanel()
    qtbot.addWidget(panel)
    panel.show()
    panel.show_sources((SlideSource("image", np.zeros((1, 5, 5), np.float32)),))
    QTest.mouseClick(panel.sweep, LEFT)
    qtbot.waitUntil(lambda: panel.view.cell >= (0, 2))
    panel.hide()
    assert not panel.sweep.isChecked()


def test_that_the_mouse_moves_the_window_over_image_and_result(qtbot):
    panel = ConvolutionPanel()
    qtbot.addWidget(panel)
    panel.resize(700, 380)
    panel.show()
    panel.show_sources((SlideSource("image", np.eye(8, dtype=np.float32)[None]),))
    view, places = panel.view, set()
    view.moved.connect(lambda row, column: places.add((row, column)))
    for x in range(0, view.width(), 12):
        QTest.mouseMove(view, QPoint(x, view.height() // 2))
        process_events()
    assert places == {(3, column) for column in range(6)}
