// A plain click on a conversation opens it here; with a key held the link does what links do.
element.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  trigger("open_conversation", {id: link.dataset.open});
});
