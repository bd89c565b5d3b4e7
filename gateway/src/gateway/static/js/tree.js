// Moves entries of the tree by keys and by dragging. Without this file the buttons do it.

const form = document.querySelector(".tree");
const steps = { ArrowUp: "up", ArrowDown: "down", ArrowRight: "in", ArrowLeft: "out" };
let dragged = null;
let mark = null;

document.getElementById("tree-keys").hidden = false;

form.addEventListener("keydown", (event) => {
  const entry = event.target.closest(".tree li");
  const step = steps[event.key];
  if (!entry || !step || !event.altKey) return;
  event.preventDefault();
  entry.querySelector(`:scope > div button[value$=":${step}"]`)?.click();
});

for (const row of form.querySelectorAll("li > div:has(button)")) row.draggable = true;

form.addEventListener("dragstart", (event) => {
  dragged = event.target.closest?.(".tree li");
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.id.slice(6));
});

// Over the upper third of a row it goes before it, over the lower behind it, between: below it.
function place(event) {
  const row = event.target.closest?.(".tree li > div");
  const entry = row?.closest("li");
  if (!dragged || !entry || dragged.contains(entry)) return null;
  const box = row.getBoundingClientRect();
  const part = (event.clientY - box.top) / box.height;
  return { row, entry, where: part < 0.33 ? "before" : part > 0.67 ? "after" : "below" };
}

function unmark() {
  mark?.classList.remove("tree__row--before", "tree__row--after", "tree__row--below");
  mark = null;
}

form.addEventListener("dragover", (event) => {
  const at = place(event);
  unmark();
  if (!at) return;
  event.preventDefault();
  mark = at.row;
  mark.classList.add(`tree__row--${at.where}`);
});

form.addEventListener("dragend", unmark);

form.addEventListener("drop", (event) => {
  const at = place(event);
  if (!at) return;
  event.preventDefault();
  const list = at.entry.parentElement;
  let parent = list.dataset.parent;
  let position;
  if (at.where === "below") {
    parent = at.entry.id.slice(6);
    position = at.entry.querySelectorAll(":scope > ol > li").length + 1;
  } else {
    const others = [...list.children].filter((one) => one !== dragged);
    position = others.indexOf(at.entry) + (at.where === "after" ? 2 : 1);
  }
  const sent = { entry: dragged.id.slice(6), parent, position };
  for (const [name, value] of Object.entries(sent)) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    form.append(field);
  }
  form.submit();
});
