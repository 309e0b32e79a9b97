"""The export rehearsed on the untouched base, so that it is not what fails after an hour of training.

Owns the note beside the unpacked base that it was done. Does not cover the export itself (gguf_export), nor what is
asked of the file (probe).
"""

import json
from collections.abc import Callable
from pathlib import Path

from ..serving.embedded.refusals import Refused
from ..serving.gguf_file import read_gguf
from ..store.errors import Notice
from .families import check_file
from .gguf_export import ExportRefused, export
from .progress import write_whole

NOTE = "rehearsed.json"  # goes with the unpacked base when that is written anew


class BaseNotExportable(Notice):
    """The untouched base does not come out as it went in: `name` is the part, or what llama.cpp says of the file."""

    key = "error-base-not-exportable"


def rehearse_export(base: Path, unpacked: Path, scratch: Path, ask: Callable[[Path], None]) -> None:
    """Export the untouched base whole, with the function that will export the tuned one, and `ask` the file something.

    Once for each base. `base` is its GGUF, `unpacked` its Hugging Face folder, `scratch` a file that is written and
    removed. Memory stays about one tensor until the file is asked. Raises BaseNotExportable, NoRoomForExport, OSError,
    what `ask` raises.
    """
    note = unpacked / NOTE
    if note.exists():
        return
    try:
        report = export(base, unpacked, scratch, check_file(read_gguf(base)))
        ask(scratch)
    except ExportRefused as refused:
        raise BaseNotExportable(name=refused.params["name"]) from refused
    except Refused as refused:
        raise BaseNotExportable(name=refused.error) from refused
    finally:
        scratch.unlink(missing_ok=True)
    write_whole(note, json.dumps({"replaced": len(report.replaced), "bytes": report.size}) + "\n")
