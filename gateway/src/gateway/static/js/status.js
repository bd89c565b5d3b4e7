// Shows beside the link to the status page how things are. Only loaded where the site is set to.
const STATES = new Set(["none", "minor", "major", "critical"]);

for (const place of document.querySelectorAll("[data-status]")) {
  fetch(`${place.dataset.status}api/v2/status.json`, { credentials: "omit" })
    .then((answer) => (answer.ok ? answer.json() : {}))
    .then(({ status }) => {
      if (!status || !STATES.has(status.indicator)) return;
      place.classList.add(`status--${status.indicator}`);
      place.textContent = status.description;
    })
    .catch(() => {});
}
