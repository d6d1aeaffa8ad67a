"""Search: many trainings that differ in parameters which a declared space names, and the one with the best validation loss.

space says what may be chosen, plan reads a search's file, proposals chooses the next point and whether a trial is worth going on with,
trials runs one, store keeps what came out, command is `funcgen search`, and applying writes the best values into params.yaml.
"""
