// A box above a long list of choices that narrows it while one types; what is chosen stays in sight.

for (const field of document.querySelectorAll("[data-choices]")) {
  const list = field.querySelector("ul");
  const rows = [...list.children];
  if (rows.length < 8) continue;
  const box = document.createElement("input");
  box.className = "input";
  box.type = "search";
  box.autocomplete = "off";
  box.placeholder = "Find";
  box.setAttribute("aria-label", field.dataset.choices);
  list.before(box);

  const said = document.createElement("p");
  said.className = "field__hint";
  said.setAttribute("role", "status");
  list.after(said);
  const tell = () => {
    const chosen = list.querySelectorAll(":checked").length;
    const shown = rows.filter((row) => !row.hidden).length;
    said.textContent = `${chosen} chosen` + (shown < rows.length ? `, ${shown} of ${rows.length} shown` : "");
  };
  box.addEventListener("input", () => {
    const wanted = box.value.trim().toLowerCase().split(/\s+/);
    for (const row of rows) {
      const text = row.textContent.toLowerCase();
      row.hidden = !row.querySelector(":checked") && !wanted.every((word) => text.includes(word));
    }
    tell();
  });
  list.addEventListener("change", tell);
  // The box narrows what is shown; it is no part of the form.
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
  tell();
}
