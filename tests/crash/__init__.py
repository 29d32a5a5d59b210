"""Killing the real process at every step, and counting what people saw."""
