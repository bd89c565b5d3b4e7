// What a choice costs, as it is made: the form is sent to be checked, and what comes back is shown.

for (const form of document.querySelectorAll("form[data-quote]")) {
  const place = form.querySelector("#quote");
  if (!place) continue;
  for (const part of form.querySelectorAll("[data-without-script]")) part.hidden = true;
  // Not form.action: its buttons have that name, too.
  const address = form.getAttribute("action");
  let waiting, last;

  const ask = async () => {
    last?.abort();
    const mine = (last = new AbortController());
    const sent = new URLSearchParams(new FormData(form));
    sent.set("action", "check");
    try {
      const answer = await fetch(address, { method: "POST", body: sent, signal: mine.signal });
      if (!answer.ok) return;
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const theirs = page.querySelector("form[data-quote]");
      if (!theirs || mine.signal.aborted) return;
      place.replaceChildren(...theirs.querySelector("#quote").childNodes);
      form.elements.of.value = theirs.elements.of.value;
      for (const box of theirs.querySelectorAll("input[name=benefits]")) {
        const here = form.querySelector(`input[name=benefits][value="${box.value}"]`);
        here.checked = box.checked;
        here.disabled = box.disabled;
        here.closest("label").className = box.closest("label").className;
      }
    } catch {
      // Without an answer the buttons still do it.
    }
  };
  form.addEventListener("change", () => {
    clearTimeout(waiting);
    waiting = setTimeout(ask, 150);
  });
}
