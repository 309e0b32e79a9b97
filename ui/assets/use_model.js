// A press on a button of the list of models says what is asked for which tag; deleting wants a second press.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-ask]");
  if (!button) return;
  if (button.dataset.sure && !button.dataset.first) {
    button.dataset.first = button.textContent;
    button.textContent = button.dataset.sure;
    setTimeout(() => { button.textContent = button.dataset.first; delete button.dataset.first; }, 4000);
    return;
  }
  trigger("ask_model", {what: button.dataset.ask, tag: button.dataset.tag});
});
