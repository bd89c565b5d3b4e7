// A button beside each checksum that copies it, and says that it did.

const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.body.append(said);

if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(button.dataset.copy);
      } catch {
        getSelection().selectAllChildren(button.previousElementSibling);
        said.textContent = "Could not copy. The checksum is selected.";
        return;
      }
      said.textContent = "Copied";
      button.classList.add("checksum__copy--done");
      setTimeout(() => {
        said.textContent = "";
        button.classList.remove("checksum__copy--done");
      }, 2000);
    });
  }
}
