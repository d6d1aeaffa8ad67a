"""Studies: many runs of the pipeline that differ in parameters, compared with one of them, as a table and figures.

plan reads a study's file, runs makes an experiment of each arm, results reads and compares them, tables and figures say it to people.
"""
