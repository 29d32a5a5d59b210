"""Owing, posting once, on time: what is owed to channels and how it gets there."""
