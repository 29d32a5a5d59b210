"""Reading: from an item's text to coded statements, and from a statement to what it means. Pure functions."""
