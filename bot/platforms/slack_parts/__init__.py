"""What Slack needs, apart from the platform itself: safe text, Block Kit, calls, sockets, forms, the manifest."""
