"""Gradio's stream of messages, with the last word of each stream slow on its way."""

from functools import partial

from playwright.sync_api import Page, expect

from .conftest import Stage, wait_until
from .windows import answers, ask, faces

# Before the page's own scripts: holds each closing word back until another event was joined.
SLOW_CLOSE = """
(() => {
  const ask = window.fetch;
  window.held = 0;
  let joined = () => {};
  window.fetch = async (asked, options) => {
    const address = String(asked.url ?? asked);
    const answer = await ask(asked, options);
    if (address.includes("/queue/join")) setTimeout(joined, 200);
    if (!address.includes("/queue/data")) return answer;
    const bytes = answer.body.pipeThrough(new TransformStream({
      async transform(chunk, out) {
        if (new TextDecoder().decode(chunk).includes("close_stream")) {
          window.held += 1;
          await Promise.race([new Promise((go) => { joined = go; }), new Promise((go) => setTimeout(go, 5000))]);
        }
        out.enqueue(chunk);
      },
    }));
    return new Response(bytes, { status: answer.status, headers: answer.headers });
  };
})();
"""


def test_an_event_joined_while_the_stream_before_ends_is_answered(app: Stage, page: Page) -> None:
    page.add_init_script(SLOW_CLOSE)
    page.goto(app.address)
    expect(page.locator("#model-in-use")).to_contain_text("base:1b")

    def rated(times: int) -> bool:
        return app.store.ratings.figures().ratings == times

    for number in (1, 2):
        ask(page, f"Question {number}")
        expect(answers(page)).to_have_count(number)
        faces(page).nth(3).click()
        wait_until(partial(rated, number))
        page.locator("#conversations li").click()
    assert page.evaluate("held") > 2
