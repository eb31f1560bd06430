"""The bundle of a survey: one file with pages, findings and proposals, for somebody who mends the site files."""

import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from archive import joined, phrase, whole_file, words_of, write_new
from crawler.crawl.visit import Answer
from crawler.errors import BadArgument, FileExists, NotWritable
from crawler.probe.keeping import new_folder, save
from crawler.probe.record import Probe
from crawler.probe.report import lines_of
from crawler.probe.target import Target

FORMATS = {".zip": "zip", ".tar.gz": "gztar"}
"""End of the name → format of `shutil.make_archive`."""
_README = """\
A survey of `baotinh probe`, of {count} sites, for whoever mends their site files.

survey.json          all reports, with the findings
NAME/report.txt      the report of one site for people: below each finding is its fix
NAME/NAME.toml       the site file as it was used
NAME/proposed.toml   what `baotinh new-site` proposes from the pages, if something broke
NAME/pages/          the pages as they came; pages.json there has the address of each file

The pages belong to their publishers: they must not go into a repository.
"""


@dataclass(frozen=True, slots=True)
class Surveyed:
    """One site of a survey."""

    target: Target
    answers: Sequence[Answer]
    probe: Probe
    proposed: str | None
    """Text of a site file that `new-site` proposes from the pages; None if nothing broke, or no page is an article."""


def check_bundle(path: Path) -> None:
    """Raise BadArgument, FileExists or NotWritable if the bundle cannot be written: better before the visits."""
    if _ending(path) is None:
        raise BadArgument(
            "--bundle",
            str(path),
            wanted=phrase("the name of a file that ends with {formats}", formats=joined(phrase(" or "), FORMATS)),
        )
    try:
        if path.exists():
            raise FileExists(path, instead=phrase("give --bundle another name"))
        write_new(path, b"")
        path.unlink()
    except OSError as error:
        raise NotWritable(path, words_of(error), instead=phrase("give another --bundle")) from error


def write_bundle(path: Path, surveyed: Sequence[Surveyed]) -> None:
    """Write the bundle; it has the same names for the same sites and answers. Raises NotWritable."""
    ending = _ending(path) or ""
    reports = json.dumps([each.probe.as_record() for each in surveyed], ensure_ascii=False, indent=1)
    try:
        with TemporaryDirectory() as temporary:
            root = Path(temporary, "bundle")
            root.mkdir()
            (root / "README.txt").write_text(_README.format(count=len(surveyed)), encoding="utf-8")
            (root / "survey.json").write_text(reports + "\n", encoding="utf-8")
            for each in surveyed:
                _write_site(root / _folder_name(each.target), each)
            made = shutil.make_archive(str(Path(temporary, "packed")), FORMATS[ending], root)
            with whole_file(path) as file, Path(made).open("rb") as packed:
                shutil.copyfileobj(packed, file)
    except OSError as error:
        raise NotWritable(path, words_of(error), instead=phrase("give another --bundle")) from error


def _write_site(folder: Path, each: Surveyed) -> None:
    save(each.answers, new_folder(folder / "pages"))
    (folder / "report.txt").write_text("\n".join([*lines_of(each.probe), ""]), encoding="utf-8")
    if each.target.path:
        shutil.copyfile(each.target.path, folder / each.target.path.name)
    if each.proposed:
        (folder / "proposed.toml").write_text(each.proposed, encoding="utf-8")


def _folder_name(target: Target) -> str:
    """Return the name of the site; for a host without a site file, the host."""
    return re.sub(r"[^A-Za-z0-9._-]", "-", target.site.name or target.site.outlet)


def _ending(path: Path) -> str | None:
    return next((ending for ending in FORMATS if path.name.endswith(ending) and path.name != ending), None)
