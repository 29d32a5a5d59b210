"""briefbot: reads feeds on DPRK diplomacy, remembers who said what, and tells what is new."""
