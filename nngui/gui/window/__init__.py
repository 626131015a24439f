"""The frame: menus, toolbar, status bar, palette, tour."""
