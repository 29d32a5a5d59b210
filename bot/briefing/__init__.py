"""Pure: what is told to people, before any platform."""
