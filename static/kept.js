// Whoever is asked much in an open survey may have it kept on this device, to go on later: never unasked.
// It lies sealed as a ballot that did not arrive does, bound to the page's token. So the server opens it
// only while that form has not come, and nobody after two days (docs/adr/0161).
"use strict";
(() => {
  const form = document.getElementById("skjema");
  const dialog = document.getElementById("lagring");
  const notice = document.getElementById("lagret");
  const told = document.getElementById("lagret-fortalt");
  const token = form.elements.namedItem("form");
  const mark = `${form.dataset.survey} `;
  const { subtle } = self.crypto || {};
  // when this form was opened: its token lives as long as what is kept
  let since = Date.now();
  let keeping = false;
  let due = 0;

  // which tab keeps: there it goes on by itself, elsewhere somebody asks for it
  function tab(action) {
    try {
      return action(sessionStorage);
    } catch {
      return null;
    }
  }

  const until = () => new Date(since + form.dataset.kept * 3600 * 1000);
  const goesOn = () => (tab((box) => box.getItem("keeps")) || "").startsWith(mark);
  const offers = () => form.querySelectorAll("[data-keep]");

  async function receipt() {
    const bytes = new TextEncoder().encode("open form receipt" + token.value);
    return [...new Uint8Array(await subtle.digest("SHA-256", bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");
  }

  async function write() {
    await unsent.prepare(form.dataset, await receipt(), { since, token: token.value, fields: fields.filledIn() });
    // it may have been deleted meanwhile
    const kept = keeping && unsent.keep();
    unsent.rest();
    return kept;
  }

  function show() {
    const at = until();
    // not every browser knows every language: names of days and the sample 11.22 come with the page
    const time = form.dataset.clock.replace(/11|22/g, (one) => String(one === "11" ? at.getHours() : at.getMinutes()).padStart(2, "0"));
    const day = `${form.dataset.days.split(" ")[at.getDay()]} ${time}`;
    for (const one of dialog.querySelectorAll("[data-until]")) one.textContent = day;
    for (const one of dialog.querySelectorAll("[data-when]")) one.hidden = (one.dataset.when === "kept") !== keeping;
    dialog.setAttribute("aria-labelledby", keeping ? "lagring-gjort" : "lagring-tittel");
    for (const one of offers()) one.textContent = keeping ? form.dataset.keeping : form.dataset.keep;
  }

  async function begin() {
    keeping = true;
    keeping = Boolean(await write().catch(() => false));
    if (keeping) tab((box) => box.setItem("keeps", mark + unsent.slot()));
    show();
    return keeping;
  }

  function stop() {
    keeping = false;
    clearTimeout(due);
    tab((box) => box.removeItem("keeps"));
    show();
  }

  function forget() {
    stop();
    unsent.forget();
    notice.hidden = true;
  }

  function say(text) {
    told.textContent = "";
    setTimeout(() => { told.textContent = text; }, 50);
  }

  // What is filled in here already stands: it is newer. Who asks for the rest gets it beside that.
  async function fetchBack(asked) {
    const found = await unsent.waiting().catch(() => ({ outcome: "failed" }));
    if (found.outcome === "failed" || found.outcome === "unknown") {
      notice.hidden = false;
      return say(form.dataset.away);
    }
    since = found.since || 0;
    if (found.outcome || Date.now() > until()) {
      since = Date.now();
      forget();
      return say(found.outcome === "accepted" ? form.dataset.arrived : form.dataset.gone);
    }
    notice.hidden = true;
    token.value = found.token;
    const here = new Set(fields.filledIn().map(([name]) => name));
    if (asked || !here.size) fields.fill(found.fields.filter(([name]) => !here.has(name)));
    await begin();
    form.dispatchEvent(new Event("change"));
    say(form.dataset.fetched);
  }

  async function meet() {
    if (!(await unsent.read())) return stop();
    if (goesOn()) return fetchBack(false);
    notice.hidden = false;
  }

  // There is room for one: what another page has kept is fetched or deleted first.
  async function occupied() {
    const found = keeping ? null : await unsent.read();
    if (!found || found.receipt === (await receipt())) return false;
    notice.hidden = false;
    notice.focus();
    return true;
  }

  async function offer() {
    if (await occupied()) return;
    show();
    dialog.showModal();
  }

  const press = (name, then) => document.getElementById(name).addEventListener("click", then);

  if (!subtle || !dialog.showModal || !form.dataset.unsent) return;
  for (const one of form.querySelectorAll("[data-keeps]")) one.hidden = false;
  for (const one of offers()) one.addEventListener("click", offer);
  for (const one of dialog.querySelectorAll("[data-close]")) one.addEventListener("click", () => dialog.close());
  press("lagre", async () => {
    const kept = await begin();
    notice.hidden = true;
    if (kept) return document.getElementById("lagring-gjort").focus();
    dialog.close();
    say(form.dataset.refused);
  });
  press("slett", () => {
    forget();
    dialog.close();
    say(form.dataset.deleted);
  });
  press("hent", () => fetchBack(true));
  press("fjern", () => {
    forget();
    say(form.dataset.deleted);
  });
  for (const kind of ["change", "input"]) {
    form.addEventListener(kind, ({ isTrusted }) => {
      if (isTrusted) told.textContent = "";
      if (!keeping) return;
      clearTimeout(due);
      due = setTimeout(() => write().catch(() => {}), 200);
    });
  }
  // Left alone and emptied: what the next one here fills in is kept for nobody, and sent with a token of its
  // own, or whoever kept this form would be told that it was sent.
  form.addEventListener("emptied", () => {
    const anew = keeping;
    stop();
    if (anew) location.replace(`?lang=${document.documentElement.lang}`);
    else meet();
  });
  document.getElementById("clear").addEventListener("click", forget);
  show();
  unsent.named().then(meet).catch(() => {});
})();
