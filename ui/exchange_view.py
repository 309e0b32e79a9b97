"""Import and export as a piece of the Admin page. Pure; what happens on a press is in assets/exchange.js."""

from html import escape

from ..trainer.exports import DATA_FORMATS
from .catalogue import Catalogue

OWN = "agent1"  # everything, in our own lines
EXPORTS = (OWN, *DATA_FORMATS)


def exchange_panel(catalogue: Catalogue) -> str:
    def say(key: str) -> str:
        return escape(catalogue.say(key))

    formats = "".join(f'<option value="{name}">{say(f"export-{name}")}</option>' for name in EXPORTS)
    working, lost = say("exchange-working"), say("exchange-lost")
    return f"""<section class="panel exchange" data-working="{working}" data-lost="{lost}">
<form class="import"><h2>{say("import-title")}</h2><p class="sub">{say("import-info")}</p>
<label>{say("import-file")}<input type="file" name="file" accept=".json,.jsonl,.zip"></label>
<div class="told" role="status"></div>
<button type="submit" disabled>{say("import-button")}</button></form>
<form class="export"><h2>{say("export-data-title")}</h2><p class="sub">{say("export-info")}</p>
<label>{say("export-format")}<select name="format">{formats}</select></label>
<label class="base" hidden>{say("export-base-model")}
<input name="base_model" autocomplete="off" maxlength="300"></label>
<div class="told" role="status"></div>
<button type="submit">{say("export-button")}</button></form></section>"""
