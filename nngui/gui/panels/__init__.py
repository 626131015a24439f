"""The columns beside the plots: settings, code, lesson."""
