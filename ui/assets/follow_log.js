// The log stays at its end while new lines come, unless the person has scrolled away from it.
const end = () => { const log = element.querySelector("pre.log"); if (log) log.scrollTop = log.scrollHeight; };
const following = () => {
  const log = element.querySelector("pre.log");
  return !log || log.scrollHeight - log.scrollTop - log.clientHeight < 40;
};
let follow = true;
element.addEventListener("scroll", () => { follow = following(); }, true);
watch("value", () => requestAnimationFrame(() => { if (follow) end(); }));
