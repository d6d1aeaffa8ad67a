"""Comparisons of optimizers that one can believe: a declared search space, equal trials, equal seeds, and a report that says what follows.

plan reads a comparison's file, cells says what is run, queue runs it by DVC's queue, outcomes reads what came out, statistics and
verdicts say what follows, results puts it together, tables, charts and page say it to people.
"""
