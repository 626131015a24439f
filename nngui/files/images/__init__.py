"""Images: folders, arrays and IDX files, surveyed before they are read."""
