// What Gradio leaves out of the page: names for buttons, faces for the keyboard, the language switch, the address.
// window.agent1 = {language, cookie, texts} was put there by the server (middleware.py).
(() => {
  const say = (key) => agent1.texts[key];

  // A session that has ended meanwhile: the page asks again from the start, and the server leads to the sign-in.
  const ask = window.fetch;
  window.fetch = async (...asked) => {
    const answer = await ask(...asked);
    if (answer.status === 401) location.reload();
    return answer;
  };

  // The conversation's number lies in the address, so that a reload opens it again.
  agent1.conversation = () => new URLSearchParams(location.search).get("c") || "";
  agent1.showConversation = (id) => {
    const address = new URL(location.href);
    if (id) address.searchParams.set("c", id);
    else address.searchParams.delete("c");
    if (address.href !== location.href) history.replaceState(history.state, "", address);
    if (innerWidth < 900) closeSidebar();
  };

  // The clipboard is there for a page of this machine or over https; elsewhere the old way serves.
  agent1.copy = (text) => {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
    return Promise.resolve();
  };

  const name = (element, text) => {
    if (element && element.getAttribute("aria-label") !== text) {
      element.setAttribute("aria-label", text);
      element.title = text;
    }
  };

  const decorateFaces = () => {
    for (const group of document.querySelectorAll(".extra-feedback-options")) {
      if (!group.hasAttribute("role")) group.setAttribute("role", "group");
      if (group.getAttribute("aria-label") !== say("rate-group")) group.setAttribute("aria-label", say("rate-group"));
      [...group.children].forEach((face, index) => {
        const pressed = String(["bold", "700"].includes(face.style.fontWeight));
        if (face.getAttribute("aria-pressed") !== pressed) face.setAttribute("aria-pressed", pressed);
        name(face, `${index + 1}/5 – ${say("face-" + (index + 1))}`);
      });
    }
  };

  const decorateButtons = () => {
    name(document.querySelector("#question .submit-button"), say("send"));
    name(document.querySelector("#question .stop-button"), say("stop"));
    name(document.querySelector("#find :is(input, textarea)"), say("search-label"));
    name(document.querySelector("#question textarea"), say("question-label"));
    name(document.querySelector("#chat [role=log]"), say("chat-label"));
    for (const toggle of document.querySelectorAll(".sidebar .toggle-button")) name(toggle, say("sidebar-toggle"));
    // Gradio calls the examples a list, whose items are buttons.
    for (const list of document.querySelectorAll("#chat .examples[role=list]")) list.setAttribute("role", "group");
    for (const copy of document.querySelectorAll("#chat .copy_code_button")) name(copy, say("copy-code"));
    // On a narrow window the sidebar covers the page: it starts closed there.
    const sidebar = document.querySelector("#chat-sidebar.open:not([data-ready])");
    if (sidebar) {
      sidebar.dataset.ready = "yes";
      if (innerWidth < 900) closeSidebar();
    }
    const outside = document.querySelector("#outside");
    if (outside?.hidden && agent1.outside) {
      outside.textContent = agent1.outside;
      outside.hidden = false;
      document.documentElement.classList.add("outside");
    }
    name(document.querySelector("#account"), say("account-title"));
    const language = document.querySelector("#language");
    if (language && !language.dataset.ready) {
      language.dataset.ready = "yes";
      language.replaceChildren(...Object.entries(agent1.languages).map(([code, name]) => {
        const option = new Option(name, code);
        option.lang = code;
        return option;
      }));
      language.value = agent1.language;
      name(language, say("language-switch"));
    }
  };

  const closeSidebar = () => document.querySelector("#chat-sidebar.open .toggle-button")?.click();

  let pending = false;
  const decorate = () => {
    pending = false;
    decorateFaces();
    decorateButtons();
    agent1.decorateTurns();
    agent1.decorateWayBack();
    agent1.announce();
  };
  new MutationObserver(() => {
    if (pending) return;
    pending = true;
    requestAnimationFrame(decorate);
  }).observe(document.documentElement, {subtree: true, childList: true, attributes: true, attributeFilter: ["style", "aria-label"]});

  document.addEventListener("change", (event) => {
    if (event.target.id !== "language") return;
    document.cookie = `${agent1.cookie}=${event.target.value}; path=/; SameSite=Lax; max-age=31536000`;
    location.reload();
  });

  document.addEventListener("keydown", (event) => {
    const group = event.target.closest?.(".extra-feedback-options");
    if (!group) return;
    const faces = [...group.children];
    const at = faces.indexOf(event.target);
    if (event.key === "ArrowRight" || event.key === "ArrowLeft") {
      event.preventDefault();
      faces[(at + (event.key === "ArrowRight" ? 1 : faces.length - 1)) % faces.length].focus();
    } else if (/^[1-5]$/.test(event.key)) {
      event.preventDefault();
      faces[event.key - 1].focus();
      faces[event.key - 1].click();
    }
  });
})();
