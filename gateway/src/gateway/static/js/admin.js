// Niceties of the admin; every page works without them.

// Fields that follow from another one are filled in, until somebody has typed into them.
const form = document.querySelector("[data-suggest]");
if (form) {
  const touched = new Set();
  const sources = form.dataset.sources.split(" ").map((name) => form.elements[name]);
  form.addEventListener("input", (event) => touched.add(event.target.name));
  for (const source of sources) {
    source?.addEventListener("change", async () => {
      const typed = new URLSearchParams(sources.map((one) => [one.name, one.value]));
      const answer = await fetch(`${form.dataset.suggest}?${typed}`).catch(() => null);
      if (!answer?.ok) return;
      for (const [name, value] of Object.entries(await answer.json())) {
        const field = form.elements[name];
        if (!field || touched.has(name)) continue;
        if (!field.value || field.value === field.dataset.suggested) {
          field.value = value;
          field.dataset.suggested = value;
        }
      }
    });
  }
}

// A reference to one of many rows is completed from what is typed.
for (const field of document.querySelectorAll("[data-options]")) {
  let waiting;
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const typed = new URLSearchParams({ q: field.value });
      const answer = await fetch(`${field.dataset.options}?${typed}`).catch(() => null);
      if (!answer?.ok) return;
      const found = await answer.json();
      const options = found.items.map((one) => new Option(one.label, one.value));
      if (options.length) field.list.replaceChildren(...options);
    }, 200);
  });
}

// How many rows are chosen.
const chosen = document.querySelector("[data-chosen]");
if (chosen) {
  const list = chosen.closest("form");
  list.addEventListener("change", (event) => {
    const page = list.querySelector("[data-page]");
    const boxes = [...list.querySelectorAll(".admin__chosen [type=checkbox]")];
    if (event.target === page) for (const box of boxes) box.checked = page.checked;
    else if (page) page.checked = boxes.every((box) => box.checked);
    const count = list.querySelectorAll(".admin__chosen :checked").length;
    chosen.textContent = count ? `${count} chosen` : "";
  });
}
