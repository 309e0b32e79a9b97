// What stands beside each message: tools, versions, thinking, notes, corrections, reasons. Everything that people or
// models wrote goes into the page as text, never as markup.
(() => {
  const say = (key) => agent1.texts[key];
  const REASONS = ["wrong", "long", "short", "tone", "language", "unsafe"];
  let rows = []; // as the server told them, one for each message on the page
  let editing = null; // {id, kind, draft, saved}: the one editor that is open, and whether its draft was sent
  let justJudged = null; // the answer that got its face last: it is offered to say more
  const unfolded = new Set(); // answers whose thinking is open

  const make = (tag, properties = {}, ...inside) => {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name in made && name !== "role") made[name] = value;
      else made.setAttribute(name, value);
    }
    made.append(...inside);
    return made;
  };
  const button = (name, sign, label, onclick, more = {}) =>
    make("button", {type: "button", "data-tool": name, "aria-label": label, title: label, onclick, ...more}, sign);

  const copyIcon = () => {
    const icon = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [name, value] of Object.entries({viewBox: "0 0 24 24", width: 15, height: 15, fill: "none", stroke: "currentColor", "stroke-width": 2, "aria-hidden": "true"})) icon.setAttribute(name, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M9 9h10a2 2 0 0 1 2 2v8a2 2 0 0 1-2 2h-8a2 2 0 0 1-2-2zM5 15a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h8a2 2 0 0 1 2 2");
    icon.append(path);
    return icon;
  };

  agent1.tell = (told, follow) => {
    const change = told.growing || told.judged;
    if (change) {
      const row = rows.find((row) => row.id === change.id);
      if (told.judged && row && row.score !== change.score) row.reasons = []; // they were those of another face
      if (row) Object.assign(row, change);
      if (told.judged) justJudged = change.score === null ? null : change.id;
    } else {
      rows = told.rows;
      if (editing && (editing.saved || !rows.some((row) => row.id === editing.id))) editing = null;
      agent1.showConversation(told.conversation);
      if (told.follow) follow();
    }
    agent1.decorateTurns();
  };

  agent1.decorateTurns = () => {
    document.querySelectorAll("#chat .message-row").forEach((element, place) => {
      const row = rows[place];
      const bubble = element.querySelector("[data-testid]");
      if (!bubble || !row) return;
      const label = say(row.role === "user" ? "you-said" : "answer-label");
      if (bubble.getAttribute("aria-label") !== label) {
        bubble.setAttribute("aria-label", label);
        bubble.setAttribute("role", "group");
      }
      const isAnswer = row.role === "assistant";
      const last = place === rows.length - 1;
      if (isAnswer) part(bubble, "turn-above", [row.id, row.thinking, row.state], () => above(row), true);
      const open = editing?.id === row.id ? editing.kind : "";
      part(bubble, "turn-below", open ? [row.id, open] : [row, justJudged === row.id], () => below(row, open));
      const bar = isAnswer ? element.nextElementSibling : bubble.closest(".message")?.parentElement;
      if (bar && (!isAnswer || bar.matches(".message-buttons"))) part(bar, "turn-tools", [row, last], () => tools(row, last));
    });
  };

  // Redraws a part when what it shows has changed, and gives the focus back to the tool that had it.
  const part = (parent, name, shown, draw, first = false) => {
    const key = JSON.stringify(shown);
    let found = [...parent.children].find((child) => child.classList.contains(name));
    if (found?.dataset.key === key) return;
    if (!found) {
      found = make("div", {className: name});
      if (first) parent.prepend(found);
      else parent.append(found);
    }
    const focused = found.contains(document.activeElement) ? document.activeElement.dataset.tool : null;
    found.dataset.key = key;
    found.replaceChildren(...draw());
    if (focused) {
      const again = found.querySelector(`[data-tool="${focused}"]:not(:disabled)`) || found.querySelector("button:not(:disabled)");
      again?.focus();
    }
  };

  const above = (row) => {
    if (!row.thinking) return [];
    const text = make("div", {className: "thought", dir: "auto"}, row.thinking);
    const folded = make("details", {open: unfolded.has(row.id)}, make("summary", {}, say(row.state === "writing" ? "thinking-now" : "thinking")), text);
    folded.ontoggle = () => (folded.open ? unfolded.add(row.id) : unfolded.delete(row.id));
    return [folded];
  };

  const below = (row, open) => {
    if (open) return [editor(row)];
    if (row.role !== "assistant") return [];
    const drawn = row.notes.map((note) => make("p", {className: "note"}, note));
    if (row.correction !== null) drawn.push(correction(row));
    if (row.score !== null && (justJudged === row.id || row.reasons.length)) drawn.push(reasons(row));
    return drawn;
  };

  const correction = (row) =>
    make("div", {className: "correction", role: "group", "aria-label": say("correction-title")},
      make("p", {className: "lead"}, say("correction-title")),
      make("div", {className: "wording", dir: "auto"}, row.correction),
      button("correct", say("correction-change"), say("correction-change"), () => edit(row, "correct")),
      button("withdraw", say("correction-withdraw"), say("correction-withdraw"), () => agent1.act({do: "withdraw", id: row.id})));

  const reasons = (row) => {
    // The click means the opposite of what the chip shows; `rows` may have been told anew since it was drawn.
    const choose = (reason) => (event) => {
      const withdraw = event.currentTarget.getAttribute("aria-pressed") === "true";
      const now = rows.find((other) => other.id === row.id);
      now.reasons = withdraw ? now.reasons.filter((other) => other !== reason) : [...now.reasons, reason].sort();
      agent1.act({do: withdraw ? "withdraw-reason" : "give-reason", id: row.id, reason});
      agent1.decorateTurns();
    };
    const chips = REASONS.map((reason) =>
      make("button", {type: "button", "data-tool": "reason-" + reason, "aria-pressed": String(row.reasons.includes(reason)), onclick: choose(reason)}, say("reason-" + reason)));
    const offered = row.score <= 2 && row.correction === null
      ? [button("offer", say("correction-offer"), say("correction-offer"), () => edit(row, "correct"), {className: "offer"})] : [];
    return make("div", {className: "reasons", role: "group", "aria-label": say("reasons-label")}, ...chips, ...offered);
  };

  const tools = (row, last) => {
    if (row.state === "writing") return [];
    const drawn = [];
    if (row.text) {
      const copy = button("copy", copyIcon(), say("copy-message"), async () => {
        await agent1.copy(row.text);
        copy.replaceChildren("✓");
        copy.setAttribute("aria-label", say("copied"));
        setTimeout(() => { copy.replaceChildren(copyIcon()); copy.setAttribute("aria-label", say("copy-message")); }, 1500);
      });
      drawn.push(copy);
    }
    if (row.role === "user") {
      drawn.push(button("edit", "✎", say("edit-message"), () => edit(row, "edit")));
      if (last) drawn.push(button("retry", "↻", say("ask-for-answer"), () => agent1.say({do: "retry", id: row.id})));
    } else {
      drawn.push(button("retry", "↻", say("retry"), () => agent1.say({do: "retry", id: row.id})));
      if (row.text) drawn.push(button("correct", "✎", say("correct-answer"), () => edit(row, "correct")));
    }
    if (row.of > 1) {
      const go = (id) => () => agent1.act({do: "show", id});
      drawn.push(make("span", {className: "versions", role: "group", "aria-label": say("versions")},
        button("before", "‹", say("version-before"), go(row.before), {disabled: row.before === null}),
        make("span", {}, `${row.at}/${row.of}`),
        button("after", "›", say("version-after"), go(row.after), {disabled: row.after === null})));
    }
    if (row.tag) drawn.push(make("span", {className: "tag", title: say("written-by")}, row.tag));
    if (row.learned?.length) {
      const told = `${say("lineage-learned-by")}: ${row.learned.join(", ")}`;
      drawn.push(make("span", {className: "tag learned", role: "img", title: told, "aria-label": told}, "🎓"));
    }
    return drawn;
  };

  const edit = (row, kind) => {
    editing = {id: row.id, kind, draft: kind === "correct" && row.correction !== null ? row.correction : row.text};
    agent1.decorateTurns();
    const area = document.querySelector(".turn-editor textarea");
    area.focus();
    area.setSelectionRange(area.value.length, area.value.length);
  };

  const editor = (row) => {
    const own = editing;
    const label = say(own.kind === "edit" ? "edit-message" : "correction-label");
    const area = make("textarea", {value: own.draft, "aria-label": label, dir: "auto", rows: Math.min(12, Math.max(3, own.draft.split("\n").length + 1))});
    const close = () => {
      editing = null;
      agent1.decorateTurns();
      focusTool(row, own.kind);
    };
    const save = () => {
      if (!area.value.trim()) return area.focus();
      own.saved = true;
      if (own.kind === "edit") agent1.say({do: "edit", id: row.id, text: area.value});
      else agent1.act({do: "correct", id: row.id, text: area.value});
    };
    area.oninput = () => { own.draft = area.value; own.saved = false; };
    area.onkeydown = (event) => {
      if (event.key === "Escape") close();
      else if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) save();
      else return;
      event.preventDefault();
    };
    return make("div", {className: "turn-editor"}, make("p", {className: "lead"}, label), area,
      make("button", {type: "button", className: "save", onclick: save}, say(own.kind === "edit" ? "edit-send" : "correction-save")),
      make("button", {type: "button", onclick: close}, say("cancel")));
  };

  const focusTool = (row, name) => {
    const element = document.querySelectorAll("#chat .message-row")[rows.indexOf(row)];
    const bar = row.role === "assistant" ? element?.nextElementSibling : element;
    bar?.querySelector(`[data-tool="${name}"]`)?.focus();
  };

  // The first answer that waits for a face; where it is further up, the earlier messages come first.
  const goToUnrated = () => {
    const place = rows.findIndex((row) => row.role === "assistant" && row.state === "done" && row.text && row.score === null);
    if (place < 0) return document.querySelector("#load-earlier")?.click();
    const element = document.querySelectorAll("#chat .message-row")[place];
    element.scrollIntoView({block: "center"});
    element.nextElementSibling?.querySelector(".extra-feedback-option")?.focus();
  };

  agent1.renameConversation = (item, done) => {
    const link = item.querySelector("a");
    const field = make("input", {type: "text", value: link.title, maxLength: 200, "aria-label": say("conversation-rename"), className: "rename"});
    const back = () => { field.onblur = null; field.replaceWith(link); link.focus(); };
    field.onkeydown = (event) => {
      if (event.key === "Escape") back();
      else if (event.key === "Enter" && field.value.trim()) { done(field.value); back(); }
    };
    field.onblur = () => { if (field.value.trim() && field.value !== link.title) done(field.value); field.replaceWith(link); };
    link.replaceWith(field);
    field.select();
  };

  document.addEventListener("click", (event) => {
    const restore = event.target.closest?.("[data-restore]");
    if (restore) agent1.restoreConversation(restore.dataset.restore);
    else if (event.target.closest?.("[data-unrated]")) goToUnrated();
  });

  // A way back that is over is not offered any more.
  agent1.decorateWayBack = () => {
    const box = document.querySelector(".undo:not([data-ends])");
    if (!box) return;
    box.dataset.ends = Date.now() + box.dataset.seconds * 1000;
    setTimeout(() => box.remove(), box.dataset.seconds * 1000);
  };
})();
