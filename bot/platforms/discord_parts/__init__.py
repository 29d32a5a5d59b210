"""What Discord needs, apart from the client: texts made safe, messages laid out, commands described."""
