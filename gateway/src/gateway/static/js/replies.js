// A canned reply goes into the field of words at once, where it can be changed before it is sent.

for (const select of document.querySelectorAll("[data-replies]")) {
  const field = document.getElementById(select.dataset.replies);
  select.addEventListener("change", () => {
    const text = select.selectedOptions[0].dataset.text;
    if (!text) return;
    field.value = field.value.trim() ? `${field.value.trim()}\n\n${text}` : text;
    select.value = "";
    field.focus();
  });
}
