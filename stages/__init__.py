"""The stages of the pipeline, one script each; `python -m stages.NAME` from the root runs one.

What they import stays, and is hundreds of thousands of objects: a garbage collector that looks at all of them again and again, as
Python's default has it, takes a fifth of a short stage's time and finds next to nothing.
"""

import gc

gc.set_threshold(200_000)
