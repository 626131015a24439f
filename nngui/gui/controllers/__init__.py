"""What the menus do: open, save, export, predict."""
