// Suggestions under a search field while one types: a combobox with a list (WAI-ARIA APG). Without
// this file the field is a field, and its form asks for the page of results.

const WAIT = 150;
const LEAST = 2;
let lists = 0;

function combobox(form) {
  const field = form.querySelector("input[type=search]");
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let options = [];
  let chosen = -1;
  let timer;
  let asking;

  list.id = `suggestions-${(lists += 1)}`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Suggestions");
  said.className = "visually-hidden";
  said.setAttribute("aria-live", "polite");
  form.append(list, said);
  field.autocomplete = "off";
  for (const [name, value] of Object.entries({
    role: "combobox",
    "aria-autocomplete": "list",
    "aria-expanded": "false",
    "aria-controls": list.id,
  }))
    field.setAttribute(name, value);

  function choose(at) {
    chosen = at;
    options.forEach((option, n) => option.setAttribute("aria-selected", String(n === at)));
    if (at < 0) field.removeAttribute("aria-activedescendant");
    else {
      field.setAttribute("aria-activedescendant", options[at].id);
      options[at].scrollIntoView({ block: "nearest" });
    }
  }

  function close() {
    clearTimeout(timer);
    asking?.abort();
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  function show([, texts, kinds, addresses]) {
    options = texts.map((text, n) => {
      const option = document.createElement("li");
      const kind = document.createElement("small");
      option.id = `${list.id}-${n}`;
      option.className = "suggestions__item";
      option.setAttribute("role", "option");
      option.dataset.href = addresses[n];
      kind.textContent = kinds[n];
      option.append(text, " ", kind);
      return option;
    });
    list.replaceChildren(...options);
    list.hidden = options.length === 0;
    field.setAttribute("aria-expanded", String(!list.hidden));
    said.textContent = options.length === 1 ? "1 suggestion" : `${options.length} suggestions`;
    choose(-1);
  }

  function ask() {
    asking?.abort();
    const words = field.value.trim();
    if (words.length < LEAST) return close();
    asking = new AbortController();
    fetch(`${form.dataset.suggestions}?${new URLSearchParams({ q: words })}`, { signal: asking.signal })
      .then((answer) => (answer.ok ? answer.json() : [words, [], [], []]))
      .then((answer) => document.activeElement === field && show(answer))
      .catch(() => {});
  }

  field.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      if (list.hidden) return ask();
      const places = options.length + 1;
      choose(((chosen + 1 + steps[event.key] + places) % places) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(options[chosen].dataset.href);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      event.stopPropagation();
      close();
    }
  });
  // Before the field loses the focus, which closes the list.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.href);
  });
}

document.querySelectorAll("form[data-suggestions]").forEach(combobox);
