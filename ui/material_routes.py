"""The ways of files between an admin's browser and the material: imports, looked at first, and exports.

A file lies in a folder of its own only as long as its request lasts. Does not cover what is shown of them
(exchange_view) nor the formats (store/reading, trainer/exports).
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from fastapi import APIRouter, Request
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response

from ..store.errors import Notice
from ..store.interchange import write_export
from ..store.reading import read_any
from ..store.records import Person
from ..store.store import Store
from ..trainer.exports import DATA_FORMATS, FOLDERS, ExportNotWritten, export_dataset
from .access import NotAdmin, check_admin, person_of
from .exchange_view import OWN
from .logs import tell
from .middleware import catalogue_for
from .report import import_text

LARGEST_FILE = 2_000_000_000  # bytes: what an archive may unpack to
LONGEST_NAME = 200  # characters, in a sentence


class UnknownFormat(Notice):
    key = "error-export-unknown-format"


class FileNotKept(Notice):
    """The machine of the app has no room for the file, be it for a moment."""

    key = "error-file-not-kept"


def material_routes(store: Store) -> APIRouter:
    """The routes, to be mounted before Gradio."""
    router = APIRouter()

    @router.post("/material/import", response_model=None, max_body_size=LARGEST_FILE)
    async def take_file(request: Request) -> Response:
        try:
            person = await run_in_threadpool(_admin, store, request)
            with _kept(_name_of(request)), tempfile.TemporaryDirectory() as folder:
                path = Path(folder) / "import"
                with path.open("wb") as file:
                    async for piece in request.stream():
                        await run_in_threadpool(file.write, piece)
                return await run_in_threadpool(_import, store, person, path, request)
        except Notice as notice:
            return _refusal(notice, request)

    @router.get("/material/export", response_model=None)
    def give_file(request: Request, format: str = OWN, base_model: str = "") -> Response:
        folder: Path | None = None
        try:
            person = _admin(store, request)
            with _kept(format):
                folder = Path(tempfile.mkdtemp())
                path = _export(store, person, format, base_model.strip(), folder)
        except Notice as notice:
            if folder:
                shutil.rmtree(folder, ignore_errors=True)
            return _refusal(notice, request)
        clean = BackgroundTask(shutil.rmtree, folder, ignore_errors=True)
        return FileResponse(path, filename=path.name, media_type="application/octet-stream", background=clean)

    return router


def _admin(store: Store, request: Request) -> Person:
    person = person_of(store, request.headers)
    check_admin(person)
    return person


def _import(store: Store, person: Person, path: Path, request: Request) -> Response:
    """Add the file's conversations to the admin's own, all or none; with `preview` only say what would be added."""
    formats, preview = Counter[str](), request.query_params.get("preview") == "1"
    take = store.exchange.preview if preview else store.exchange.add_all
    added = take(read_any(path, formats, name=_name_of(request)), person)
    if not preview:
        tell("imported", person=person.id, conversations=added.conversations)
    text = import_text(catalogue_for(request.headers), added, formats, preview)
    return JSONResponse({"text": text, "nothing": added.nothing})


def _export(store: Store, person: Person, format_: str, base_model: str, folder: Path) -> Path:
    """Written into the folder; what is several files is one zip. Raises Notice."""
    path = folder / f"agent1-{format_}"
    if format_ == OWN:
        path = folder / "agent1.jsonl"
        with path.open("w", encoding="utf-8") as file:
            write_export(store.exchange.export_all(person), file)
    elif format_ in FOLDERS:
        export_dataset(store, format_, path, base_model)
        path = Path(shutil.make_archive(str(path), "zip", path))
    elif format_ in DATA_FORMATS:
        path = path.with_suffix(".jsonl")
        export_dataset(store, format_, path)
    else:
        raise UnknownFormat(format=format_[:40], formats=", ".join((OWN, *DATA_FORMATS)))
    tell("exported", person=person.id, format=format_)
    return path


def _name_of(request: Request) -> str:
    """What the person's browser calls the file."""
    return request.query_params.get("name", "")[:LONGEST_NAME] or catalogue_for(request.headers).say("import-file")


@contextmanager
def _kept(name: str) -> Iterator[None]:
    """What cannot be written is told by the name that the person knows, not by where it would have lain."""
    try:
        yield
    except ExportNotWritten as notice:
        raise FileNotKept(name=name, error=notice.params["error"]) from notice
    except OSError as error:
        raise FileNotKept(name=name, error=error.strerror or str(error)) from error


def _refusal(notice: Notice, request: Request) -> Response:
    status = 403 if isinstance(notice, NotAdmin) else 400
    return PlainTextResponse(catalogue_for(request.headers).tell(notice), status)
