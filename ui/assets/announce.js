// What a screen reader is told, when there is a pause: that an answer is being written and has ended, and how a run
// goes on: each stage, each quarter of one, and its result. While an answer grows its text is not read piece by piece.
(() => {
  const quarters = 4;
  let writing = false, told = "";

  const region = () => document.querySelector("#announced");
  const announce = (text) => { if (region() && region().textContent !== text) region().textContent = text; };

  const tellAnswer = () => {
    const log = document.querySelector("#chat [role=log]");
    const now = Boolean(document.querySelector("#question .stop-button"));
    if (!log || now === writing) return;
    writing = now;
    log.setAttribute("aria-busy", String(now));
    announce(agent1.texts[now ? "answer-begins" : "answer-ended"]);
  };

  // The running stage in the words that stand there.
  const tellRun = () => {
    const panel = document.querySelector("#run [data-run]");
    if (!panel) return;
    const stage = panel.querySelector(".stages .running");
    const share = Number(stage?.querySelector("[role=progressbar]")?.getAttribute("aria-valuenow") ?? 0) / 100;
    const known = stage ? `${stage.dataset.stage} ${Math.floor(share * quarters)}` : panel.dataset.run;
    if (known === told) return;
    const first = told === "";
    told = known;
    const words = stage ? stage.querySelectorAll(".name, .detail") : panel.querySelectorAll(".verdict");
    if (stage || !first) announce([...words].map((word) => word.textContent).join(": "));
  };

  agent1.announce = () => { tellAnswer(); tellRun(); };
})();
