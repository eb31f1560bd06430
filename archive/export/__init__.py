"""Exports: every article once, in the order of its uid, or every operation in the order of the changes.

The same archive gives the same bytes. `exporting.py` writes a `Content` in a format; a format is a module with an
`Exporter`. `package.py` writes a folder of such files, and `checking.py` proves that it is whole.
"""

from archive.export.checking import check_folder
from archive.export.exporting import (
    EXPORTERS,
    Content,
    Exported,
    Exporter,
    articles,
    export_file,
    export_stream,
    operations,
)
from archive.export.package import Packed, export_folder

__all__ = [
    "EXPORTERS",
    "Content",
    "Exported",
    "Exporter",
    "Packed",
    "articles",
    "check_folder",
    "export_file",
    "export_folder",
    "export_stream",
    "operations",
]
