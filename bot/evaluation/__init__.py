"""What an evaluation adds to the plain figures: how reports merge, what abstaining gains, and how it is told."""
