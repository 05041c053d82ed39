// The form works without this. With it: a draft that survives a reload or another language, filtered
// questions hidden, a form left alone emptied, and where there is a key a ballot that travels without
// the link (docs: anonymity-design 4.9 and 5).
"use strict";
(() => {
  const form = document.getElementById("skjema");
  const message = document.getElementById("melding");
  const button = document.getElementById("send");
  const warning = document.getElementById("varsel");
  const blank = document.getElementById("tomt");
  const comment = document.getElementById("kommentar");
  const left = document.getElementById("kommentar-lengde");
  // where it goes back to on a screen that many share
  const kiosk = form.dataset.kiosk;
  const IDLE = kiosk ? 60 * 1000 : 30 * 60 * 1000;
  const WARNED = kiosk ? 20 * 1000 : 2 * 60 * 1000;
  // without all of these the page is what it was served as, and says so
  const blind = form.dataset.key && self.BigInt && self.crypto && crypto.subtle && draft.works;
  let sent = false;
  let sending = false;
  let failed = false;
  let changed = 0;
  let touched = Date.now();
  let warned = 0;
  // the server counts from when it made the page, which is after the browser asked for it
  const opened = performance.now();

  const { filledIn } = fields;
  const save = () => draft.keep({ at: Date.now(), fields: filledIn() });
  const credentialed = () => (draft.read() || {}).credential;

  function empty() {
    fields.empty();
    // with a credential the link opens no form any more, but this one can be filled in anew
    if (credentialed()) save();
    else draft.forget();
    freeze(false);
    message.textContent = "";
    showAsked();
  }

  // a ballot that may have arrived is sent again as it was
  function freeze(frozen) {
    for (const part of form.querySelectorAll(".part")) part.inert = frozen;
  }

  function restore() {
    if (filledIn().length) return save();
    const kept = draft.read();
    if (!kept || Date.now() - kept.at > IDLE) return draft.forget();
    fields.fill(kept.fields);
  }

  // "om.fil.3:1,2" holds when one of these is chosen; "!om.fil.2:7" when it is not
  function holds(condition, filled) {
    const negated = condition.startsWith("!");
    const [name, codes] = condition.slice(negated ? 1 : 0).split(":");
    const found = filled.some(([field, value]) => field === name && codes.split(",").includes(value));
    return found !== negated;
  }

  const answered = (item) => Boolean(item.querySelector("input:checked") || (item.querySelector("select") || {}).value);

  // how many of those that are asked; and what can be taken back
  function showProgress() {
    const items = [...form.querySelectorAll(".item")].filter((item) => !item.closest("[hidden]"));
    const number = items.filter(answered).length;
    for (const one of form.querySelectorAll("[data-progress]")) {
      one.textContent = form.dataset.progress.replace("{n}", number).replace("{all}", items.length);
    }
    for (const bar of form.querySelectorAll("progress")) {
      bar.max = items.length;
      bar.value = number;
    }
    for (const button of form.querySelectorAll(".unmark")) button.disabled = !answered(button.closest(".item"));
    const open = form.querySelector("#videre");
    open.hidden = !number || number === items.length;
    open.onclick = () => items.find((item) => !answered(item)).querySelector("input, select").focus();
    if (comment) tellLeft(comment.maxLength - comment.value.length);
  }

  // seen always, heard when it becomes tight
  function tellLeft(number) {
    left.setAttribute("aria-live", number <= 50 && number % 10 === 0 ? "polite" : "off");
    left.textContent = left.dataset.left.replace("{n}", number);
  }

  // a radio button can't be unticked; who has answered may want not to have
  function offerToUnmark(item) {
    if (!item.querySelector("[type=radio]")) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "unmark";
    button.textContent = form.dataset.unmark;
    button.setAttribute("aria-label", `${form.dataset.unmark}: ${item.querySelector("legend .number + span").textContent}`);
    const unmark = () => {
      const radios = [...item.querySelectorAll("[type=radio]")];
      for (const one of radios) one.checked = false;
      radios[0].dispatchEvent(new Event("change", { bubbles: true }));
      radios[0].focus();
    };
    // whoever goes from question to question with the keyboard doesn't pass here, and presses Delete
    button.tabIndex = -1;
    button.addEventListener("click", unmark);
    item.addEventListener("keydown", ({ key }) => { if (key === "Delete" || key === "Backspace") unmark(); });
    item.append(button);
  }

  function showAsked() {
    const filled = filledIn();
    for (const part of form.querySelectorAll("[data-asked-if]")) {
      part.hidden = !part.dataset.askedIf.split(" ").every((one) => holds(one, filled));
    }
    for (const part of form.querySelectorAll(".part")) {
      part.hidden = [...part.querySelectorAll(".group")].every((group) => group.hidden);
    }
    showProgress();
    const sections = [...form.querySelectorAll(".section")].filter((one) => !one.closest("[hidden]"));
    sections.forEach((one, at) => { one.textContent = form.dataset.section.replace("{n}", at + 1).replace("{all}", sections.length); });
    let number = 0;
    for (const label of form.querySelectorAll(".number")) {
      if (!label.closest("[hidden]")) label.textContent = ++number;
    }
  }

  // The warning covers the form and stands its whole time, also after a sleep: nobody loses answers
  // unwarned (WCAG 2.2.1), and who passes by reads none.
  function checkIdle() {
    if (warned && Date.now() - warned >= WARNED) {
      // sent and not arrived: it waits on this device, behind its locks
      if (blind && unsent.keep()) {
        unsent.rest();
        draft.forget();
        return location.reload();
      }
      empty();
      if (kiosk) return location.replace(kiosk);
      warn(false);
      form.dispatchEvent(new Event("emptied"));
      tell(form.dataset.idle, form.querySelector("h1"));
      scrollTo(0, 0);
    } else if (!warned && (kiosk || filledIn().length) && Date.now() - touched >= IDLE - WARNED) {
      warn(true);
    }
  }

  function warn(now) {
    warned = now ? Date.now() : 0;
    warning.hidden = !now;
    if (now && warning.showModal) warning.showModal();
    else if (!now && warning.open) warning.close();
    if (!now) touched = Date.now();
  }

  // Screen readers hear what changes in a part that was there before: so it never comes and goes, and
  // speaks a moment after it was moved to where the person looks.
  function tell(text, where) {
    if (message.nextElementSibling !== where) where.before(message);
    setTimeout(() => { message.textContent = text; }, 50);
  }

  // «none of these» and another answer are never chosen together
  function parted(ticked) {
    if (ticked.type !== "checkbox" || !ticked.checked) return;
    for (const one of fields.all()) {
      const apart = "alone" in one.dataset || "alone" in ticked.dataset;
      if (one !== ticked && one.name === ticked.name && apart) one.checked = false;
    }
  }

  // an empty form is sent when it is meant: the link opens none afterwards
  function askWhetherMeant() {
    button.before(blank); // where the person looks
    blank.hidden = false;
    blank.focus();
  }

  // every form has the same length on the way, whatever was answered
  function pad(more) {
    const filler = form.elements.pad || document.createElement("input");
    filler.type = "hidden";
    filler.name = "pad";
    filler.value = "";
    form.append(filler);
    // a line break typed in a field is sent as two characters
    const length = String(new URLSearchParams(new FormData(form))).replace(/(%0D)?%0A/g, "%0D%0A").length + more;
    filler.value = "0".repeat(Math.max(0, form.dataset.size - length));
  }

  // a form that did not arrive stands as it was, and can be sent again
  function sendFromKiosk(submitter) {
    shared.send(form, submitter).catch(() => {
      sent = false;
      button.removeAttribute("aria-disabled");
      tell(form.dataset.failed, button);
    });
  }

  // pressed once, sent when the net is back, unless something is changed meanwhile
  function sendAgain() {
    if (failed && !sending) sendBlindly();
  }

  async function sendBlindly() {
    sending = true;
    failed = false;
    save(); // also a form with nothing chosen can be lost on the way
    tell(form.dataset.sending, button);
    sent = await ballot.send(form.dataset, filledIn());
    sending = false;
    if (sent) return;
    failed = true;
    tell(form.dataset.failed, button);
    button.removeAttribute("aria-disabled");
    freeze(Boolean((credentialed() || {}).signature));
  }

  // what waits on this device is what was filled in last
  async function renew() {
    if (sending) return;
    const kept = draft.read();
    await unsent.prepare(form.dataset, kept.credential.receipt, kept).catch(() => {});
    unsent.keep();
  }

  for (const kind of ["change", "input"]) {
    form.addEventListener(kind, ({ target }) => {
      touched = Date.now();
      blank.hidden = true;
      parted(target);
      showAsked();
      save();
      if (!blind || !unsent.armed()) return;
      failed = false;
      clearTimeout(changed);
      changed = setTimeout(renew, 300);
    });
  }
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
        if (blind && unsent.keep()) unsent.rest();
        const query = new URLSearchParams(location.search);
        query.set("lang", event.submitter.value);
        location.replace(`?${query}`);
        return;
      }
      pad(0);
      if (!kiosk) return;
      event.preventDefault();
      return sendFromKiosk(event.submitter);
    }
    const meant = event.submitter && event.submitter.name === "blank";
    const asks = !meant && !filledIn().length;
    if (sent || sending || blind || asks) event.preventDefault();
    if (sent || sending) return;
    if (asks) return askWhetherMeant();
    const early = opened + form.dataset.least * 1000 - performance.now();
    if (early > 0) {
      // faster than anybody reads is not taken: wait here, instead of coming back
      event.preventDefault();
      sending = true;
      setTimeout(() => {
        sending = false;
        form.requestSubmit(button);
      }, early);
      return;
    }
    button.setAttribute("aria-disabled", "true");
    if (blind) return sendBlindly();
    sent = true;
    draft.forget();
    pad(meant ? "&blank=yes".length : 0);
    if (!kiosk) return;
    event.preventDefault();
    sendFromKiosk(event.submitter);
  });
  document.getElementById("clear").addEventListener("click", (event) => {
    event.preventDefault();
    failed = false;
    clearTimeout(changed);
    if (blind) unsent.forget();
    empty();
    if (!credentialed()) return location.replace(event.currentTarget.href);
    event.currentTarget.closest("details").open = false;
    scrollTo(0, 0);
  });
  warning.querySelector("button").addEventListener("click", () => warn(false));
  warning.addEventListener("cancel", () => warn(false));
  addEventListener("pagehide", () => { if (sent) empty(); });
  addEventListener("pageshow", (event) => { if (event.persisted && sent) location.reload(); });
  addEventListener("visibilitychange", checkIdle);
  addEventListener("online", sendAgain);
  setInterval(checkIdle, kiosk ? 1000 : 30 * 1000);
  setInterval(sendAgain, 20 * 1000);

  // where a ballot cannot be blind, its words keep no room either
  if (!blind) for (const one of form.querySelectorAll("[data-blind]")) one.remove();
  for (const one of form.querySelectorAll("[data-script], [data-blind]")) one.hidden = false;
  form.querySelectorAll(".item").forEach(offerToUnmark);
  restore();
  showAsked();
})();
