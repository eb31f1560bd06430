"""A process that ends at a chosen step, as `kill -9` would end it."""

STEPWISE = """
import os, sys
from pathlib import Path
steps = int(sys.argv[3])

def stepwise(real):
    def step(*arguments, **options):
        global steps
        if steps == 0:
            os._exit(9)
        steps -= 1
        return real(*arguments, **options)
    return step
"""
"""Begin of a program; its third argument is how many steps it may take, and `stepwise(f)` counts calls of `f`."""
