// The numbers under the samples move the strip alone, and tell which sample is in sight.

const strip = document.getElementById("samples");

if (strip) {
  const links = [...document.querySelectorAll(".samples__numbers a")];
  const items = [...strip.children];
  links.forEach((link, at) =>
    link.addEventListener("click", (event) => {
      event.preventDefault();
      strip.scrollTo({ left: items[at].offsetLeft - strip.offsetLeft });
    }),
  );
  const watcher = new IntersectionObserver(
    (seen) => {
      for (const { isIntersecting, target } of seen) {
        const link = links[items.indexOf(target)];
        if (isIntersecting) link.setAttribute("aria-current", "true");
        else link.removeAttribute("aria-current");
      }
    },
    { root: strip, threshold: 0.6 },
  );
  for (const item of items) watcher.observe(item);
}
