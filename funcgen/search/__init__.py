"""Search: many trainings that differ in parameters which a declared space names, and the one with the best validation loss.

space says what may be chosen, sequence spreads points over it, plan reads a search's file, proposals chooses the next point and whether a
trial is worth going on with, runs makes an experiment of each, store keeps what came of them, command is `funcgen search`, and applying
writes the best values into params.yaml.
"""
