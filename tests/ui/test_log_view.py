"""The end of a log as a piece of the page, read from a real run folder."""

from agent1.store.records import RunState
from agent1.trainer.run_folder import RunFolder
from agent1.ui.catalogue import Catalogue
from agent1.ui.log_view import TAIL_BYTES, TAIL_LINES, log_head, log_tail, read_tail

from .conftest import Stage

EN = Catalogue.load("en")


def test_the_log_tail_is_escaped_and_a_progress_bar_shows_its_last_state(stage: Stage) -> None:
    folder = RunFolder(stage.store.home.run_folder(1))
    path = folder.stage(RunState.TRAINING) / "output.log"
    path.parent.mkdir(parents=True)
    path.write_text("<script>x</script> ${alert(1)}\n10%\r20%\r30%", encoding="utf-8")
    html = log_tail(EN, folder, RunState.TRAINING)
    assert "&lt;script&gt;x&lt;/script&gt; ${alert(1)}\n30%</pre>" in html and "20%" not in html


def test_the_head_leads_to_the_complete_log(stage: Stage) -> None:
    run = stage.start_run()
    assert f'href="/runs/{run.id}/log"' in log_head(EN, run, RunState.TRAINING)


def test_of_a_long_log_only_the_end_is_read(stage: Stage) -> None:
    path = stage.store.home.root / "output.log"
    path.write_text("".join(f"line {number:06}\n" for number in range(20_000)), encoding="utf-8")
    lines = read_tail(path).splitlines()
    assert lines[-1] == "line 019999" and len(lines) <= TAIL_LINES
    assert all(len(line) == len("line 000000") for line in lines)


def test_a_log_cut_in_the_middle_of_a_letter_is_read_all_the_same(stage: Stage) -> None:
    path = stage.store.home.root / "output.log"
    path.write_bytes(b"\xc3\xa9" * TAIL_BYTES + b"\nlast")
    assert read_tail(path).endswith("last")
