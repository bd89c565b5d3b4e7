// Times are written in UTC. Here they become those of the visitor's clock.

const { hourCycle, timeZone } = new Intl.DateTimeFormat(undefined, { hour: "numeric" }).resolvedOptions();
const day = new Intl.DateTimeFormat("en-US", { dateStyle: "medium" });
const clock = new Intl.DateTimeFormat("en-US", { hour: "numeric", minute: "2-digit", hourCycle });
const zone = new Intl.DateTimeFormat("en-US", { timeZoneName: "short" });
const leaf = { month: "short", day: "numeric" };

function localise(place) {
  const times = [...place.querySelectorAll("time")];
  const first = new Date(times[0].dateTime);
  let last;
  for (const time of times) {
    const moment = new Date(time.dateTime);
    const today = day.format(moment);
    time.title = `${time.textContent} UTC`;
    time.textContent = (today === last ? "" : `${today}, `) + clock.format(moment);
    last = today;
  }
  const named = zone.formatToParts(first).find((part) => part.type === "timeZoneName");
  place.querySelector("[data-zone]").textContent = named.value;
  const row = place.closest("[data-row]");
  for (const part of row ? Object.keys(leaf) : []) {
    const text = new Intl.DateTimeFormat("en-US", { [part]: leaf[part] }).format(first);
    row.querySelector(`[data-${part}]`).textContent = text;
  }
}

if (timeZone !== "UTC") document.querySelectorAll("[data-when]").forEach(localise);
