// Buttons of the cards: which answers are shown, and what becomes of one of them.
element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const told = button.dataset;
  if (told.show) trigger("turn_to", {kind: told.show, reason: told.reason, page: Number(told.page)});
  if (told.choice) trigger("choose_example", {message: Number(told.message), choice: told.choice});
});
