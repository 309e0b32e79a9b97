// A press on one of the three buttons, or on its key, says which answer is the better one.
let focused = false;
const pick = (button) => {
  focused = element.contains(document.activeElement);
  element.querySelectorAll("[data-side]").forEach((one) => { one.disabled = true; });
  trigger("pick_answer", {run: Number(button.dataset.run), place: Number(button.dataset.place), side: button.dataset.side});
};
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-side]");
  if (button) pick(button);
});
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat || element.offsetParent === null) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  const button = element.querySelector(`[data-key="${CSS.escape(event.key)}"]:not(:disabled)`);
  if (button) pick(button);
});
watch("value", () => {
  if (focused) requestAnimationFrame(() => element.querySelector("[data-side]")?.focus());
});
