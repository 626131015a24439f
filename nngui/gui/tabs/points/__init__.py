"""The tabs about points in the plane, and the pages that they share."""
