// A field above the list of releases that narrows it while one types.

const place = document.querySelector("[data-filter-here]");
const rows = [...document.querySelectorAll("table.releases tbody tr")];

if (place && rows.length > 5) {
  const label = document.createElement("label");
  label.className = "field__label";
  label.textContent = place.dataset.filterHere;
  label.htmlFor = "filter-releases";
  const field = document.createElement("input");
  field.className = "input";
  field.id = "filter-releases";
  field.type = "search";
  field.autocomplete = "off";
  field.placeholder = "3.14";
  const box = document.createElement("div");
  box.className = "field";
  box.append(label, field);
  const form = place.previousElementSibling;
  form.append(box);

  const older = document.querySelector("details:has(table.releases)");
  const before = place.textContent;
  place.setAttribute("role", "status");
  field.addEventListener("input", () => {
    const wanted = field.value.trim().toLowerCase();
    let shown = 0;
    for (const row of rows) {
      const fits = row.cells[0].textContent.toLowerCase().includes(wanted);
      row.hidden = !fits;
      shown += fits;
    }
    if (older && wanted) older.open = true;
    place.textContent = wanted ? `${shown} of ${rows.length} releases` : before;
  });
  // The field narrows what is shown; it is not part of what the form asks the server for.
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter") event.preventDefault();
  });
}
