// The form works without this. With it: a draft that survives a reload or another language, filtered
// questions hidden, and nothing left on a shared PC (docs: anonymity-design 4.9).
"use strict";
(() => {
  const form = document.getElementById("skjema");
  if (!form) return;
  const PREFIX = "draft ";
  const KEY = PREFIX + location.pathname;
  const IDLE = 30 * 60 * 1000;
  let sent = false;
  let touched = Date.now();

  const inputs = () => [...form.elements].filter((one) => one.matches("[type=radio], [type=checkbox], select"));
  const filledIn = () =>
    inputs()
      .filter((one) => (one.matches("select") ? one.value : one.checked))
      .map((one) => [one.name, one.value]);

  // sessionStorage only: it ends with the tab. Some browsers forbid it; then there is no draft.
  function store(action) {
    try {
      return action(sessionStorage);
    } catch {
      return null;
    }
  }
  const forget = () => store((box) => box.removeItem(KEY));
  const save = () => store((box) => (box.setItem(KEY, JSON.stringify({ at: Date.now(), fields: filledIn() })), true));

  function empty() {
    for (const one of inputs()) {
      if (one.matches("select")) one.value = "";
      else one.checked = false;
    }
    forget();
    showAsked();
  }

  function restore() {
    // another link in this tab may have been another person
    store((box) => Object.keys(box).filter((key) => key.startsWith(PREFIX) && key !== KEY).forEach((key) => box.removeItem(key)));
    if (filledIn().length) return save();
    const draft = store((box) => JSON.parse(box.getItem(KEY)));
    if (!draft || Date.now() - draft.at > IDLE) return forget();
    for (const [name, value] of draft.fields) {
      const found = form.elements.namedItem(name);
      const options = found instanceof RadioNodeList ? [...found] : [found];
      for (const one of options) {
        if (!one) continue;
        if (one.matches("select")) one.value = value;
        else if (one.value === value) one.checked = true;
      }
    }
  }

  // "om.fil.3:1,2" holds when one of these is chosen; "!om.fil.2:7" when it is not
  function holds(condition, filled) {
    const negated = condition.startsWith("!");
    const [name, codes] = condition.slice(negated ? 1 : 0).split(":");
    const found = filled.some(([field, value]) => field === name && codes.split(",").includes(value));
    return found !== negated;
  }

  function showAsked() {
    const filled = filledIn();
    for (const part of form.querySelectorAll("[data-asked-if]")) {
      part.hidden = !part.dataset.askedIf.split(" ").every((one) => holds(one, filled));
    }
    for (const part of form.querySelectorAll(".part")) {
      part.hidden = [...part.querySelectorAll(".group")].every((group) => group.hidden);
    }
    let number = 0;
    for (const label of form.querySelectorAll(".number")) {
      if (!label.closest("[hidden]")) label.textContent = ++number;
    }
  }

  function checkIdle() {
    if (Date.now() - touched < IDLE || !filledIn().length) return;
    empty();
    const message = document.getElementById("melding");
    message.textContent = form.dataset.idle;
    message.hidden = false;
    scrollTo(0, 0);
  }

  // every form has the same length on the way, whatever was answered
  function pad() {
    const filler = document.createElement("input");
    filler.type = "hidden";
    filler.name = "pad";
    form.append(filler);
    const length = new URLSearchParams(new FormData(form)).toString().length;
    filler.value = "0".repeat(Math.max(0, form.dataset.size - length));
  }

  form.addEventListener("change", () => {
    touched = Date.now();
    showAsked();
    save();
  });
  for (const kind of ["pointerdown", "keydown", "scroll"]) {
    addEventListener(kind, () => { touched = Date.now(); }, { passive: true });
  }
  form.addEventListener("submit", (event) => {
    if (event.submitter && event.submitter.name === "show_language") {
      const same = event.submitter.value === document.documentElement.lang;
      if (same) return event.preventDefault();
      // with a draft the answers need not leave this device to change language
      if (save()) {
        event.preventDefault();
        location.replace(`?lang=${event.submitter.value}`);
      }
      return;
    }
    if (sent) return event.preventDefault();
    sent = true;
    forget();
    pad();
    document.getElementById("send").setAttribute("aria-disabled", "true");
  });
  document.getElementById("clear").addEventListener("click", (event) => {
    event.preventDefault();
    empty();
    location.replace(event.currentTarget.href);
  });
  addEventListener("pagehide", () => { if (sent) empty(); });
  addEventListener("pageshow", (event) => { if (event.persisted && sent) location.reload(); });
  addEventListener("visibilitychange", checkIdle);
  setInterval(checkIdle, 30 * 1000);

  restore();
  showAsked();
})();
