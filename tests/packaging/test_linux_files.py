"""What a Linux desktop is told of the program; the icons."""

from __future__ import annotations

import configparser
import os
import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from PIL import Image

from nngui.cli import main

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
LINUX = PACKAGING / "linux"
NAME = "org.nngui.nngui"


def desktop_entry():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(LINUX / f"{NAME}.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_that_the_desktop_entry_calls_the_program_as_it_can_be_called(capsys):
    entry = desktop_entry()
    assert entry["Exec"] == "nngui --open %f"
    with pytest.raises(SystemExit):
        main(["--open", "--help"])
    assert "--open [FILE]" in capsys.readouterr().out


def test_that_settings_files_have_a_type_of_their_own():
    wanted = "application/x-nngui-settings"
    assert desktop_entry()["MimeType"] == f"{wanted};"
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = ElementTree.parse(LINUX / "nngui-mime.xml").getroot().find(f"{space}mime-type")
    assert kind.get("type") == wanted
    assert kind.find(f"{space}glob").get("pattern") == "*.nngui.toml"


def test_that_the_software_centre_is_told_this_version():
    root = ElementTree.parse(LINUX / f"{NAME}.metainfo.xml").getroot()
    project = tomllib.loads((PACKAGING.parent / "pyproject.toml").read_text("utf-8"))["project"]
    assert root.find("id").text == NAME
    assert root.find("launchable").text == f"{NAME}.desktop"
    assert root.find("releases")[0].get("version") == project["version"]
    assert root.find("project_license").text == project["license"]


def test_that_the_icon_is_drawn_in_all_sizes_and_formats(tmp_path):
    command = [sys.executable, str(PACKAGING / "icons.py"), str(tmp_path)]
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run(command, check=True, env=environment)
    for size in (16, 32, 256, 512):
        with Image.open(tmp_path / "hicolor" / f"{size}x{size}" / "apps" / "nngui.png") as image:
            assert image.size == (size, size)
            assert image.getchannel("A").getextrema() == (0, 255)
    with Image.open(tmp_path / "nngui.ico") as image:
        assert {(16, 16), (256, 256)} <= image.info["sizes"]
    with Image.open(tmp_path / "nngui.icns") as image:
        assert max(image.info["sizes"])[0] >= 256
