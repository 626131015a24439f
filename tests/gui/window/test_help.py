"""About, and whose work the program stands on."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox

from nngui.files import licences
from nngui.files.licences import Notice
from nngui.gui.dialogs.licences_dialog import LicencesDialog

KEY = Qt.Key
NOTICES = [
    Notice("alpha", "1.0", "MIT", "https://a.example", lambda: [("LICENSE", "Of alpha.")]),
    Notice("beta", "2.0", "LGPL-3.0-only", "", lambda: [("", "Of beta.")]),
    Notice("<b>gamma</b>", "3", "MIT", "", lambda: [("", "<h1>Of gamma</h1>\f\x1b[2J.")]),
]


@pytest.fixture
def about(open_window):
    user = open_window()
    user.trigger(user.window.actions_.about)
    (box,) = user.dialogs(QMessageBox)
    return user, box


def licences_of(user):
    user.window.help.licences.show()
    (dialog,) = user.dialogs(LicencesDialog)
    user.wait_until(dialog.table.rowCount)
    return dialog


@pytest.fixture
def made_up(open_window, monkeypatch):
    monkeypatch.setattr(licences, "notices", lambda: NOTICES)
    user = open_window()
    return user, licences_of(user)


def listed(dialog):
    rows = range(dialog.table.rowCount())
    return [dialog.table.item(row, 0).text() for row in rows if not dialog.table.isRowHidden(row)]


def test_that_about_says_under_which_terms_the_program_and_qt_come(about):
    _, box = about
    for words in ("MIT", "GNU Lesser General Public License, version 3", "replace them", "PyTorch"):
        assert words in box.text()
    assert "https://download.qt.io/official_releases" in box.text()


def test_that_about_leads_to_the_licences_of_what_is_installed(about):
    user, box = about
    names = [button.text() for button in box.buttons()]
    assert sorted(names) == ["OK", "Third-party licences"]
    button = box.buttons()[names.index("Third-party licences")]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    user.wait_until(lambda: user.dialogs(LicencesDialog))
    (dialog,) = user.dialogs(LicencesDialog)
    user.wait_until(dialog.table.rowCount)
    assert {"torch", "numpy", "PySide6_Essentials", "Python", "Data: iris"} <= set(listed(dialog))


def test_that_ok_closes_about_and_opens_nothing(about):
    user, box = about
    QTest.keyClick(box, KEY.Key_Escape)
    user.wait_until(lambda: not user.dialogs(QMessageBox))
    assert not user.dialogs(LicencesDialog)


def test_that_the_chosen_part_s_text_is_read_and_shown(made_up):
    user, dialog = made_up
    user.wait_until(lambda: "Of alpha." in dialog.text.toPlainText())
    QTest.keyClick(dialog.table, KEY.Key_Down)
    user.wait_until(lambda: "Of beta." in dialog.text.toPlainText())
    assert "Of alpha." not in dialog.text.toPlainText()


def test_that_what_others_wrote_is_no_markup_and_no_command(made_up):
    user, dialog = made_up
    dialog.table.setCurrentCell(2, 0)
    user.wait_until(lambda: "gamma" in dialog.text.toPlainText())
    shown = dialog.text.toPlainText()
    assert "<h1>Of gamma</h1>" in shown
    assert "\x1b" not in shown
    assert dialog.table.item(2, 0).text() == "<b>gamma</b>"
    assert "&lt;b&gt;" in dialog.table.item(2, 0).toolTip()  # escaped: shown as it is written


def test_that_a_part_is_found_by_words_of_its_name_or_licence(made_up):
    user, dialog = made_up
    QTest.keyClick(dialog, KEY.Key_F, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(dialog.words, "mit")
    assert listed(dialog) == ["alpha", "<b>gamma</b>"]
    assert dialog.count.text() == "2 of 3 parts"
    QTest.keyClick(dialog.words, KEY.Key_Down)  # the arrows walk through what is listed
    user.wait_until(lambda: "gamma" in dialog.text.toPlainText())
    dialog.words.setText("nothing of that kind")
    assert listed(dialog) == []
    assert dialog.text.toPlainText() == ""


def test_that_a_text_that_cannot_be_read_says_so_in_its_place(open_window, monkeypatch):
    def fail():
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(licences, "notices", lambda: [Notice("a", "1", "MIT", "", fail)])
    user = open_window()
    dialog = licences_of(user)
    user.wait_until(lambda: "cannot be read: Input/output error" in dialog.text.toPlainText())


def test_that_a_list_that_cannot_be_read_is_told_above_the_plots(open_window, monkeypatch):
    monkeypatch.setattr(licences, "bundled_folder", lambda: licences.Path("/nowhere"))
    user = open_window()
    user.window.help.licences.show()
    user.wait_until(lambda: user.banner)
    assert user.banner == "The list of licences in /nowhere is damaged: unpack nngui anew."
    assert not user.dialogs(LicencesDialog)
