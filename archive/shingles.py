"""Sketches of texts: a few numbers that texts with the same wording share, whatever marks, case and spelling of tones.

A shingle is five syllables that follow each other, as a CRC-32. The sketch of a text is its 16 lowest shingles: two
texts share on average 16 times the share of the shingles that both have of those that either has.
"""

from collections.abc import Sequence
from hashlib import blake2b

from isal.isal_zlib import crc32

SHINGLE = 5
"""Syllables of a shingle: Vietnamese words have two on average, and a phrase of five is seldom repeated by chance."""
SKETCH = 16
"""Shingles of a sketch: of the pairs whose texts share half of their shingles, 1 in 65,000 have none in common here."""
LEAST_SYLLABLES = 30
"""Shorter texts are captions and notes: that two are alike says nothing."""
_DIGEST_BYTES = 8
_HIGHEST = 2**32
_ENOUGH = 3 * SKETCH
"""So many of the lowest shingles are sorted; if too many of them are the same, all are."""


def shingles(words: Sequence[bytes]) -> list[int]:
    """Return the shingles of a text, in order; the n-th begins with the n-th syllable, as `folded_words` gives them."""
    return list(map(crc32, map(b" ".join, zip(*(words[start:] for start in range(SHINGLE)), strict=False))))


def sketch(numbers: Sequence[int]) -> list[int]:
    """Return the lowest different shingles, in order."""
    bound = _HIGHEST * _ENOUGH // max(len(numbers), 1)
    lowest = sorted({number for number in numbers if number < bound})[:SKETCH]
    return lowest if len(lowest) == SKETCH else sorted(set(numbers))[:SKETCH]


def digest(words: Sequence[bytes]) -> int:
    """Return a number that two texts share only if they have the same syllables in the same order."""
    return int.from_bytes(blake2b(b" ".join(words), digest_size=_DIGEST_BYTES).digest(), signed=True)
