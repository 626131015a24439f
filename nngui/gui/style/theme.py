"""The program's colours and type, all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QWidget

BASE_PX = 13

# Okabe and Ito (2008), "Color universal design": told apart with any colour vision. The light
# yellow comes last. Each class has a marker of its own too, so that colour is never alone.
OKABE_ITO = (
    "#0072b2",
    "#e69f00",
    "#009e73",
    "#cc79a7",
    "#56b4e9",
    "#d55e00",
    "#7f7f7f",
    "#f0e442",
)
MARKERS = ("o", "t1", "s", "d", "star", "+", "t", "p")


@dataclass(frozen=True)
class Syntax:
    """The colours of source text, by kind of token."""

    comment: str
    string: str
    decorator: str
    function: str
    class_: str
    module: str
    constant: str
    keyword: str
    builtin: str
    number: str
    operator: str


@dataclass(frozen=True)
class Colours:
    """One theme. Text on its ground keeps a contrast of 4.5:1 at least."""

    window: str
    surface: str
    raised: str
    line: str
    text: str
    muted: str
    accent: str
    on_accent: str
    curve: str
    loss: str
    validation: str
    points: str
    warning: str
    error: str
    flag: str
    code_ground: str
    syntax: Syntax

    @property
    def is_dark(self) -> bool:
        """Whether light text stands on a dark ground."""
        return QColor(self.window).lightness() < 128


LIGHT = Colours(
    window="#f5f6f8",
    surface="#ffffff",
    raised="#eef0f3",
    line="#dfe3e8",
    text="#1c232b",
    muted="#5f6a77",
    accent="#2563eb",
    on_accent="#ffffff",
    curve="#d1495b",
    loss="#2563eb",
    validation="#b86e00",
    points="#5b6b7d",
    warning="#8a5300",
    error="#b3261e",
    flag="#007a5a",
    code_ground="#f7f8fa",
    syntax=Syntax(  # after pygments' style "friendly", its pale ones darker
        comment="#38748a",
        string="#3a6795",
        decorator="#555555",
        function="#06287e",
        class_="#0b76a2",
        module="#0b76a2",
        constant="#007020",
        keyword="#007020",
        builtin="#007020",
        number="#2a7d55",
        operator="#666666",
    ),
)
DARK = Colours(
    window="#16191d",
    surface="#1d2126",
    raised="#282d34",
    line="#323840",
    text="#e6e9ed",
    muted="#96a1ad",
    accent="#4f8cff",
    on_accent="#0b1220",
    curve="#ff7a85",
    loss="#6ea8ff",
    validation="#f5b74e",
    points="#9fb0c3",
    warning="#f5b74e",
    error="#ff8a80",
    flag="#2fbf94",
    code_ground="#191c21",
    syntax=Syntax(  # after pygments' style "github-dark"
        comment="#8b949e",
        string="#a5d6ff",
        decorator="#d2a8ff",
        function="#d2a8ff",
        class_="#f0883e",
        module="#ff7b72",
        constant="#79c0ff",
        keyword="#ff7b72",
        builtin="#e6edf3",
        number="#a5d6ff",
        operator="#ff7b72",
    ),
)


@runtime_checkable
class Themed(Protocol):
    """What draws in colours of its own."""

    def set_theme(self, theme: Colours, /) -> None:
        """Take the colours of a theme."""


def hand_theme(theme: Colours, *parts: object) -> None:
    """Give the colours of a theme to those parts that draw in colours of their own."""
    for part in parts:
        if isinstance(part, Themed):
            part.set_theme(theme)


def colours(name: str) -> Colours:
    """Return the theme called ``light`` or ``dark``, or for ``system`` the one it asks for."""
    dark = system_is_dark() if name == "system" else name == "dark"
    return DARK if dark else LIGHT


def system_is_dark() -> bool:
    """Return whether the system asks for light text on dark grounds."""
    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


def apply(app: QApplication, theme: Colours, scale: float = 1.0) -> None:
    """Give the whole program the theme's palette and type.

    Parameters
    ----------
    scale : float
        How many times as large as on a desk the type is.
    """
    app.setStyle("Fusion")
    app.setPalette(_palette(theme))
    app.setFont(_font(scale))


def type_px(size: int) -> int:
    """Return how large type of a size is now: the program's own font says how many times."""
    own = QGuiApplication.font().pixelSize()  # -1 where `apply` was not called
    return round(size * own / BASE_PX) if own > 0 else size


def dress(window: QWidget, theme: Colours) -> None:
    """Give a window, its dialogs, menus and tips the theme's style sheet.

    Not the application: what is built for the window would then be styled anew each time it is
    laid into something larger (measured: a tab in 142 ms instead of 62).
    """
    window.setStyleSheet(_sheet(theme))


def code_font() -> QFont:
    """Return the monospaced font of code, one pixel below the base."""
    font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    font.setPixelSize(BASE_PX - 1)
    return font


def _font(scale: float) -> QFont:
    font = QFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont))
    font.setPixelSize(round(BASE_PX * scale))
    return font


def _palette(theme: Colours) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for name, colour in {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.surface,
        role.AlternateBase: theme.raised,
        role.Text: theme.text,
        role.Button: theme.surface,
        role.ButtonText: theme.text,
        role.ToolTipBase: theme.raised,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.muted,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.Mid: theme.line,
    }.items():
        palette.setColor(name, QColor(colour))
    disabled = QPalette.ColorGroup.Disabled
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, name, QColor(theme.muted))
    return palette


def _blend(colour: str, ground: str, share: float) -> str:
    """Return a colour that lies thin on a ground."""
    over, under = QColor(colour), QColor(ground)
    return QColor(
        round(share * over.red() + (1 - share) * under.red()),
        round(share * over.green() + (1 - share) * under.green()),
        round(share * over.blue() + (1 - share) * under.blue()),
    ).name()


def _sheet(t: Colours) -> str:
    from nngui.gui.style.resources import mark_file

    theme = "dark" if t.is_dark else "light"
    arrow, arrow_up = mark_file(f"arrow-{theme}"), mark_file(f"arrow-up-{theme}")
    return f"""
    QMainWindow, QDialog {{ background: {t.window}; }}
    QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.line}; padding: 4px; }}
    QMenuBar {{ background: {t.window}; padding: 2px 8px; }}
    QMenuBar::item {{ padding: 4px 10px; border-radius: 4px; background: transparent; }}
    QMenuBar::item:selected {{ background: {t.raised}; }}
    QMenu {{ background: {t.surface}; border: 1px solid {t.line}; padding: 4px; }}
    QMenu::item {{ padding: 5px 24px 5px 12px; border-radius: 4px; }}
    QMenu::item:selected {{ background: {t.accent}; color: {t.on_accent}; }}
    QMenu::item:disabled {{ color: {t.muted}; }}
    QMenu::separator {{ height: 1px; background: {t.line}; margin: 4px 8px; }}
    QTabBar {{ background: transparent; }}
    QTabBar::tab {{ padding: 8px 14px; border: none; border-bottom: 2px solid transparent;
        color: {t.muted}; background: transparent; }}
    QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
    QTabBar::tab:hover {{ color: {t.text}; }}
    QTabBar QToolButton {{ padding: 0; border: none; background: {t.window}; }}
    QTabBar::tab:focus {{ color: {t.accent}; }}
    QFrame[card="true"] {{ background: {t.surface}; border: 1px solid {t.line}; border-radius: 8px; }}
    QFrame[layer="true"] {{ background: {t.window}; border: 1px solid {t.line}; border-radius: 6px; }}
    QFrame[marked="true"] {{ border: 1px solid {t.accent}; }}
    QFrame[misfit="true"] {{ border: 1px solid {t.error}; }}
    QLabel[role="card-title"] {{ color: {t.muted}; font-size: {type_px(11)}px; font-weight: 600; }}
    QLabel[role="plot-title"] {{ font-weight: 600; }}
    QLabel[role="muted"] {{ color: {t.muted}; }}
    QLabel[role="warning"] {{ color: {t.warning}; }}
    QLabel[role="problem"] {{ color: {t.error}; }}
    QLabel[role="good"] {{ color: {t.flag}; border: 1px solid {t.flag}; border-radius: 4px; }}
    QTreeWidget {{ background: {t.code_ground}; border: none; border-radius: 4px; color: {t.text}; }}
    QLabel[role="figure"] {{ color: {t.curve}; font-size: {type_px(20)}px; font-weight: 600; }}
    QPushButton, QToolButton {{ background: {t.surface}; border: 1px solid {t.line};
        border-radius: 6px; padding: 6px 12px; color: {t.text}; }}
    QPushButton:hover, QToolButton:hover {{ background: {t.raised}; }}
    QPushButton:disabled, QToolButton:disabled {{ color: {t.muted}; background: {t.window}; }}
    QPushButton:focus, QToolButton:focus {{ border: 1px solid {t.accent}; }}
    QPushButton:checked, QToolButton:checked {{ border: 1px solid {t.accent}; color: {t.accent}; }}
    QPushButton:checked:focus, QToolButton:checked:focus {{ border: 1px solid {t.text}; }}
    QPushButton[small="true"], QToolButton[small="true"] {{ padding: 3px 10px; border-radius: 5px; font-size: {type_px(12)}px; }}
    QPushButton[tight="true"] {{ padding: 3px; }}
    QPushButton[primary="true"] {{ background: {t.accent}; color: {t.on_accent};
        border: 1px solid {t.accent}; font-weight: 600; }}
    QPushButton[primary="true"]:focus {{ border: 2px solid {t.text}; padding: 5px 11px; }}
    QPushButton[primary="true"]:disabled {{ background: {t.raised}; color: {t.muted}; border-color: {t.line}; }}
    QToolButton[small="true"] {{ padding: 3px; }}
    QToolButton[chip="true"] {{ border: 1px solid transparent; background: transparent;
        padding: 2px 4px; font-size: {type_px(12)}px; color: {t.muted}; }}
    QToolButton[chip="true"]:checked {{ color: {t.text}; border: 1px solid transparent; }}
    QToolButton[chip="true"]:hover {{ background: {t.raised}; }}
    QToolButton[chip="true"]:focus {{ border: 1px solid {t.accent}; }}
    QPushButton[chooser="true"] {{ padding: 5px 24px 5px 10px; }}
    QPushButton[chooser="true"]::menu-indicator {{ image: url({arrow}); width: 10px; height: 10px;
        subcontrol-origin: padding; subcontrol-position: center right; right: 8px; }}
    QTableView[sheet="true"], QListWidget[sheet="true"] {{ background: {t.surface};
        alternate-background-color: {t.code_ground}; border: 1px solid {t.line}; border-radius: 6px;
        selection-background-color: {_blend(t.accent, t.surface, 0.14)}; selection-color: {t.text};
        outline: none; }}
    QTableView[sheet="true"]:focus, QListWidget[sheet="true"]:focus {{ border: 1px solid {t.accent}; }}
    QTableView[sheet="true"]::item {{ padding: 0 5px; }}
    QTableView[sheet="true"] QHeaderView::section:vertical {{ padding: 0 6px; }}
    QTableView[sheet="true"] QTableCornerButton::section {{ background: transparent; border: none; }}
    QTableWidget {{ background: transparent; font-size: {type_px(12)}px; }}
    QHeaderView, QHeaderView::section {{ background: transparent; color: {t.muted}; border: none;
        font-size: {type_px(12)}px; padding: 4px 4px 2px 4px; }}
    QHeaderView::up-arrow, QHeaderView::down-arrow {{ subcontrol-origin: padding;
        subcontrol-position: top center; width: 8px; height: 5px; }}
    QHeaderView::down-arrow {{ image: url({arrow}); }}
    QHeaderView::up-arrow {{ image: url({arrow_up}); }}
    QFileDialog QToolButton {{ padding: 3px; }}
    QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox {{ background: {t.surface}; color: {t.text};
        border: 1px solid {t.line}; border-radius: 6px; padding: 4px 8px; min-height: 19px;
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; }}
    QSpinBox, QDoubleSpinBox {{ padding: 1px 8px; min-height: 25px; }}
    QSpinBox[small="true"] {{ padding: 0 4px; min-height: 20px; border: 1px solid {t.accent};
        border-radius: 5px; color: {t.accent}; font-size: {type_px(12)}px; }}
    QAbstractSpinBox QLineEdit {{ border: none; padding: 0; background: transparent; min-height: 0; }}
    QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus {{ border: 1px solid {t.accent}; }}
    QLineEdit[invalid="true"] {{ border: 1px solid {t.error}; }}
    QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ width: 0; border: none; }}
    QComboBox::drop-down {{ border: none; width: 20px; }}
    QComboBox::down-arrow {{ image: url({arrow}); width: 10px; height: 10px; }}
    QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.line};
        selection-background-color: {t.accent}; selection-color: {t.on_accent}; outline: none; }}
    QCheckBox::indicator {{ width: 14px; height: 14px; background: {t.surface};
        border: 1px solid {t.muted}; border-radius: 4px; }}
    QCheckBox::indicator:checked {{ background: {t.accent}; border-color: {t.accent};
        image: url({mark_file(f"check-{theme}")}); }}
    QCheckBox::indicator:focus {{ border: 1px solid {t.text}; }}
    QCheckBox::indicator:disabled {{ background: {t.window}; border-color: {t.line}; }}
    QSlider::groove:horizontal {{ height: 4px; background: {t.line}; border-radius: 2px; }}
    QSlider::sub-page:horizontal {{ background: {t.accent}; border-radius: 2px; }}
    QSlider::handle:horizontal {{ width: 12px; height: 12px; margin: -6px 0; border-radius: 8px;
        background: {t.surface}; border: 2px solid {t.accent}; }}
    QSlider::handle:horizontal:focus {{ background: {t.accent}; }}
    QPlainTextEdit, QTextBrowser {{ background: {t.code_ground}; border: none; border-radius: 4px; color: {t.text}; }}
    QTextBrowser {{ background: transparent; }}
    QStatusBar {{ background: {t.window}; border-top: 1px solid {t.line}; }}
    QStatusBar::item {{ border: none; }}
    QProgressBar {{ background: {t.line}; border: none; border-radius: 3px; max-height: 6px; min-height: 6px; }}
    QProgressBar::chunk {{ background: {t.accent}; border-radius: 3px; }}
    QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: none; }}
    QScrollBar:vertical {{ background: transparent; width: 10px; margin: 0; }}
    QScrollBar:horizontal {{ background: transparent; height: 10px; margin: 0; }}
    QScrollBar::handle {{ background: {t.line}; border-radius: 4px; min-height: 24px; min-width: 24px; margin: 1px; }}
    QScrollBar::handle:hover {{ background: {t.muted}; }}
    QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
    QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
    QSplitter::handle {{ background: transparent; }}
    QFrame[notice="info"] {{ background: {t.raised}; border: 1px solid {t.line}; border-radius: 8px; }}
    QFrame[notice="warning"] {{ background: {t.raised}; border: 1px solid {t.warning}; border-radius: 8px; }}
    QFrame[notice="error"] {{ background: {t.raised}; border: 1px solid {t.error}; border-radius: 8px; }}
    QFrame[notice] QLabel {{ color: {t.text}; }}
    """
