// The log stays at its end while new lines come, unless the person has scrolled away from it. The filter hides lines
// of the tail; what was typed stays when the head is drawn anew for the next stage.
const pre = () => element.querySelector("pre.log");
const field = () => document.querySelector("#log-filter");
const text = () => (pre()?.dataset.all ?? pre()?.textContent ?? "");
let follow = true, wanted = "";
const show = () => {
  const log = pre();
  if (!log) return;
  log.dataset.all ??= log.textContent;
  const lines = log.dataset.all.split("\n");
  const word = wanted.toLowerCase();
  log.textContent = word ? lines.filter((line) => line.toLowerCase().includes(word)).join("\n") : log.dataset.all;
  if (follow) log.scrollTop = log.scrollHeight;
};
element.addEventListener("scroll", () => {
  const log = pre();
  follow = !log || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
}, true);
document.addEventListener("input", (event) => {
  if (event.target.id !== "log-filter") return;
  wanted = event.target.value;
  show();
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("#log-copy");
  if (!button) return;
  agent1.copy(text()).then(() => {
    const before = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => { button.textContent = before; }, 1500);
  });
});
watch("value", () => requestAnimationFrame(() => {
  if (field() && field().value !== wanted) field().value = wanted;
  show();
}));
requestAnimationFrame(show);
