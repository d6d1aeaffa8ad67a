"""What people read of results: scores in a terminal (`funcgen metrics`), and two states compared for a pull request (`funcgen report`)."""
