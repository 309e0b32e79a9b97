// Gradio 6.31 ends its stream of messages when nothing is left to tell, and opens another for the next event. An event
// that is joined while the last word of a stream is on its way is heard by nobody: its join is answered while the
// client still takes the stream for open, and then the stream is closed. Here such a stream is opened again unseen.
(() => {
  const ask = window.fetch;
  const waiting = new Set(); // events whose join was answered and whose end was not told
  const early = new Set(); // events whose end was told before their join was answered
  let closing = null; // settled when the client has read the last word

  window.fetch = async (asked, options) => {
    const path = new URL(asked.url ?? asked, location.href).pathname;
    if (path.endsWith("/gradio_api/queue/join")) return join(await ask(asked, options));
    if (path.endsWith("/gradio_api/queue/data")) return follow(asked, await ask(asked, options));
    return ask(asked, options);
  };

  const join = async (answer) => {
    const told = answer.ok ? await answer.clone().json() : {};
    while (closing) await closing;
    if (told.event_id && !early.delete(told.event_id)) waiting.add(told.event_id);
    return answer;
  };

  const follow = (asked, answer) => {
    if (!answer.ok) return answer;
    let reader = null;
    const body = new ReadableStream({
      async start(out) {
        try {
          for (let next = answer; ; next = await ask(asked)) {
            reader = next.body.pipeThrough(new TextDecoderStream()).getReader();
            if (await pass(reader, out, asked.signal)) return out.close();
          }
        } catch (fault) {
          if (asked.signal.aborted) out.close();
          else out.error(fault);
        }
      },
      cancel: (reason) => reader.cancel(reason),
    });
    return new Response(body, { status: answer.status, headers: answer.headers });
  };

  // Passes whole messages on; whether the stream is at its end, which it is not while somebody waits.
  const pass = async (reader, out, signal) => {
    const bytes = new TextEncoder();
    let left = "";
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return true;
      const messages = (left + value).split("\n\n");
      left = messages.pop();
      for (const message of messages) {
        const { msg, event_id: event } = JSON.parse(message.slice("data:".length));
        if (msg === "process_completed" && !waiting.delete(event)) early.add(event);
        if (msg === "unexpected_error") waiting.clear(); // told to every event
        if (msg === "close_stream" && waiting.size) return false;
        if (msg === "close_stream") closing = read(signal);
        out.enqueue(bytes.encode(`${message}\n\n`));
      }
    }
  };

  // The client answers the last word by aborting the request it came by; no join waits longer than a second for that.
  const read = async (signal) => {
    await new Promise((heard) => {
      signal.addEventListener("abort", heard, { once: true });
      setTimeout(heard, 1000);
    });
    closing = null;
  };
})();
