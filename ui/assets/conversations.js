// The list of conversations: a plain click opens one here, a click on a tool does what it says. With a key held, a link
// does what links do. What comes back from the server redraws the list.
element.addEventListener("click", (event) => {
  const link = event.target.closest("[data-open]");
  if (link) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    trigger("open_conversation", {id: link.dataset.open});
    return;
  }
  const tool = event.target.closest("button");
  if (!tool) return;
  if ("more" in tool.dataset) trigger("more", {});
  else if (tool.dataset.rename) agent1.renameConversation(tool.closest("li"), (title) => trigger("act", {do: "rename", id: tool.dataset.rename, title}));
  else if (tool.dataset.suggest) {
    tool.disabled = true;
    trigger("act", {do: "suggest", id: tool.dataset.suggest});
  } else if (tool.dataset.delete) trigger("act", {do: "delete", id: tool.dataset.delete});
});
agent1.restoreConversation = (id) => trigger("act", {do: "restore", id});
