// A screen that many share. What a browser posts itself it may write to its disk, with the address it
// came to; what a script sends it does not (docs/adr/0078). And when nobody has touched a page for a
// while, it goes back to the first one.
"use strict";
var shared = (() => {
  async function send(form, submitter) {
    const body = new URLSearchParams(new FormData(form, submitter));
    const reply = await fetch(form.action, { method: "POST", body, headers: { "X-Kiosk": "yes" }, cache: "no-store" });
    const where = reply.headers.get("x-go");
    if (where) return location.replace(where);
    if (reply.status >= 500) throw new Error(reply.status);
    const page = await reply.text();
    // timers outlive the page that set them
    for (let id = setTimeout(() => {}); id > 0; id--) clearInterval(id);
    document.open();
    document.write(page);
    document.close();
  }

  const page = document.querySelector("[data-home]");
  if (page) {
    const button = page.querySelector("button");
    let touched = Date.now();
    for (const kind of ["pointerdown", "keydown", "input"]) addEventListener(kind, () => { touched = Date.now(); });
    page.addEventListener("submit", (event) => {
      event.preventDefault();
      if (button.getAttribute("aria-disabled")) return;
      button.setAttribute("aria-disabled", "true");
      send(page, event.submitter).catch(() => {
        button.removeAttribute("aria-disabled");
        document.getElementById("melding").textContent = page.dataset.failed;
      });
    });
    setInterval(() => {
      if (Date.now() - touched < page.dataset.seconds * 1000) return;
      for (const one of page.querySelectorAll("input")) one.value = "";
      location.replace(page.dataset.home);
    }, 1000);
  }
  return { send };
})();
