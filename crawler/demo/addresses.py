"""How each CMS family builds the addresses of articles and pictures."""

import hashlib
from datetime import datetime

from archive import VIETNAM, fold

MEDIASOFT_SITE_ID = "a1b2c3d4e5f60718293a4b5c6d7e8f90"
"""MediaSoft keeps every file under the 32 hex digits of its site."""

_FIRST_POST = datetime(2012, 1, 1, tzinfo=VIETNAM)


def slug(title: str) -> str:
    """Return "vu-che-dong-o-na-long" for "Vụ chè đông ở Nà Lọng"."""
    return "-".join("".join(letter if letter.isascii() and letter.isalnum() else " " for letter in fold(title)).split())


def serial(published: datetime) -> int:
    """Number posts in the order of time: hours since the CMS began (no outlet here posts twice in one)."""
    return int((published - _FIRST_POST).total_seconds()) // 3600


def article_path(platform: str, title: str, *, section: str, published: datetime, old: bool) -> str:
    """Return the path of an article; `old` is MediaSoft's form before 2022, with seven digits for the id."""
    match platform:
        case "mediasoft":
            tail = f"8{serial(published):06d}" if old else _digest(title, 7)
            return f"/{section}/{published:%Y%m}/{slug(title)}-{tail}/"
        case "content-fck":
            return f"/{slug(title)}-a{serial(published)}.html"
        case "epi-zce":
            return f"/{slug(title)}-post{serial(published)}.html"
    raise ValueError(f'no addresses for the platform "{platform}"')


def picture_path(platform: str, title: str, *, number: int, published: datetime, old: bool) -> str:
    """Return the path of the picture `number` (from 1) of an article."""
    stem = "_".join(slug(title).split("-")[:3])
    match platform:
        case "mediasoft" if old:
            image = f"images{serial(published) * 10 + number}_{stem}.png"
            return f"/file/{MEDIASOFT_SITE_ID}/dataimages/{published:%Y%m}/original/{image}"
        case "mediasoft":
            return f"/file/{MEDIASOFT_SITE_ID}/{published:%m%Y}/{stem}_{published:%Y%m%d%H%M}{number:02d}.png"
        case "content-fck":
            day = f"{published.day}-{published.month}-{published.year}"
            return f"/image/fckeditor/upload/{published:%Y/%Y%m%d}/images/web-{day}-{number}.png"
        case "epi-zce":
            return f"/images/{_digest(title, 40)}/{stem}-{number}.png"
    raise ValueError(f'no addresses for the platform "{platform}"')


def _digest(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
