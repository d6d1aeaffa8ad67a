"""What git and DVC remember: commits, what a revision or an experiment holds, and where one of its numbers came from."""
