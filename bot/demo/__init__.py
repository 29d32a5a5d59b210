"""The demo week, 14 to 25 June 2021, as its press would have told it.

``documents/`` holds one YAML file an outlet: invented outlets, prose of our own, and the short quotations of the
chronicle, verbatim. ``press`` reads them, ``forms`` writes them out as RSS 2.0, RSS 1.0, Atom, JSON Feed and HTML,
``server`` shows them on loopback as they stood at a given moment, and ``feeds.yaml`` names them as sources, in the
form of the top-level file, with ``{base}`` where the server's address goes.

The bot reads what is served and nothing else: the notes ``reports``, ``recalls`` and ``others`` in the documents are
for people and tests, and never leave the server.
"""
