// Files in and out: a chosen file is sent to be looked at, and sent again to be imported; an export is fetched, so that
// a refusal is told here and not in another page.
const told = (form, text, kind) => {
  const place = form.querySelector(".told");
  place.className = `told ${text ? `notice ${kind}` : ""}`;
  place.setAttribute("role", kind === "bad" ? "alert" : "status");
  place.textContent = text;
};
const panel = () => element.querySelector(".exchange");
const ask = async (form, address, options) => {
  told(form, panel().dataset.working, "quiet");
  try {
    return await fetch(address, options);
  } catch {
    told(form, panel().dataset.lost, "bad");
  }
};
const send = async (form, preview) => {
  const button = form.querySelector("button");
  button.disabled = true;
  const file = form.file.files[0];
  if (!file) return told(form, "", "");
  const asked = new URLSearchParams({name: file.name, ...(preview && {preview: "1"})});
  const answer = await ask(form, `/material/import?${asked}`, {method: "POST", body: file});
  if (!answer || file !== form.file.files[0]) return;
  if (!answer.ok) {
    form.reset(); // the same file, once mended, can be chosen again
    return told(form, await answer.text(), "bad");
  }
  const {text, nothing} = await answer.json();
  told(form, text, "good");
  button.disabled = !preview || nothing;
  if (!preview) form.reset();
};
const save = async (form) => {
  const asked = new URLSearchParams(new FormData(form));
  const answer = await ask(form, `/material/export?${asked}`);
  if (!answer) return;
  if (!answer.ok) return told(form, await answer.text(), "bad");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await answer.blob());
  link.download = answer.headers.get("content-disposition").match(/filename="([^"]+)"/)[1];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  told(form, "", "");
};
element.addEventListener("change", (event) => {
  const form = event.target.closest("form");
  if (event.target.name === "file") send(form, true);
  if (event.target.name === "format") form.querySelector(".base").hidden = event.target.value !== "axolotl";
});
element.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  if (form.classList.contains("import")) send(form, false);
  else save(form);
});
