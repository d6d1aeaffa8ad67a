"""How a stage that was interrupted goes on to the same bytes: what it keeps and where, signals, locks, and disks that are full."""
