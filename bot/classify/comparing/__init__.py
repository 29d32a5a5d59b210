"""What a statement means against the record, one question a module; ``bot.classify.compare`` asks them all."""
