// Niceties of the frame. Everything here works without this file: menus are disclosures, the drawer
// is a popover, and what is fetched is an addition.

const wide = matchMedia("(width >= 60rem) and (hover: hover)");
// Asked anew each time: the account menu is fetched.
const menus = () => document.querySelectorAll("details[name=menus]");

for (const menu of menus()) {
  const owner = menu.closest(".section") ?? menu;
  let closing;
  owner.addEventListener("pointerenter", (event) => {
    if (!wide.matches || event.pointerType !== "mouse") return;
    clearTimeout(closing);
    menu.open = true;
  });
  owner.addEventListener("pointerleave", (event) => {
    if (!wide.matches || event.pointerType !== "mouse") return;
    closing = setTimeout(() => (menu.open = false), 250);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    if (!menu.open) continue;
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  if (!wide.matches) return;
  for (const menu of menus()) if (menu.open && !menu.contains(event.target)) menu.open = false;
});

// Parts that differ by visitor are fetched, so that the page itself is the same for everybody.
for (const place of document.querySelectorAll("[data-fragment]")) {
  fetch(place.dataset.fragment, { headers: { Accept: "text/html" } })
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((text) => (place.innerHTML = text.trim()))
    .catch(() => {});
}

// A banner is closed without leaving the page; the form does the same with a new page.
for (const form of document.querySelectorAll(".banner__close")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) })
      .then((answer) => {
        if (!answer.ok) throw new Error(answer.status);
        form.closest(".banner").remove();
        document.getElementById("content").focus({ preventScroll: true });
      })
      .catch(() => form.submit());
  });
}
