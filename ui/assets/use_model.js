// A press on a button of the list of models names its tag.
element.addEventListener("click", (event) => {
  const button = event.target.closest("[data-use]");
  if (button) trigger("use_model", {tag: button.dataset.use});
});
