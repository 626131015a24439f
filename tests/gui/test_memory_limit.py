"""The ceiling of memory in the settings of the window."""

from nngui.gui.settings import WindowSettings


def test_that_the_settings_of_the_window_hold_a_ceiling(tmp_path, monkeypatch):
    monkeypatch.setenv("NNGUI_CONFIG_DIR", str(tmp_path))
    (tmp_path / "nngui.toml").write_text('version = 1\nmemory_limit = "12GB"\n')
    assert WindowSettings().memory_limit == 12 * 10**9
    (tmp_path / "nngui.toml").write_text('version = 1\nmemory_limit = "a lot"\n')
    settings = WindowSettings()
    assert settings.memory_limit is None
    assert "a lot is no size of memory" in str(settings.take_problem())
