// While forms come faster than people send them, a page computes a little before its form is sent
// (survey_app/answering/proof_of_work.py). It begins at once, beside the person who reads, on the
// browser's own threads; what isn't ready when the page is old enough, is sent without. A form that
// was sent from a page without work, and came back for it, is sent by itself.
"use strict";
(() => {
  const form = document.getElementById("skjema");
  const message = document.getElementById("melding");
  const button = document.getElementById("send");
  const { parts, rounds, zeros, wait, working } = form.dataset;
  let ready = !(self.crypto && crypto.subtle);
  let pressed = false;

  async function solve() {
    const raw = new TextEncoder().encode(form.elements.namedItem("form").value);
    const key = await crypto.subtle.importKey("raw", raw, "PBKDF2", false, ["deriveBits"]);
    const found = [];
    for (let part = 0; part < parts && !ready; part++) {
      for (let number = 0; !ready; number++) {
        const salt = new Uint8Array([part, number >> 16, number >> 8, number]);
        const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: Number(rounds) };
        const bits = new DataView(await crypto.subtle.deriveBits(how, key, 32)).getUint32(0);
        if (Math.clz32(bits) < zeros) continue;
        found.push(...salt.slice(1));
        break;
      }
    }
    if (ready) return;
    const proof = btoa(String.fromCharCode(...found)).replace(/\+/g, "-").replace(/\//g, "_");
    form.elements.namedItem("work").value = proof;
    send();
  }

  function send() {
    ready = true;
    if (pressed) form.requestSubmit(button);
  }

  function waitToSend() {
    pressed = true;
    if (message.nextElementSibling !== button) button.before(message);
    setTimeout(() => { message.textContent = working; }, 50);
  }

  form.addEventListener("submit", (event) => {
    if (ready || (event.submitter && event.submitter !== button)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    waitToSend();
  });
  if (!ready) {
    if ("again" in form.dataset) waitToSend();
    setTimeout(() => { if (!ready) send(); }, wait * 1000);
    solve().catch(send);
  }
})();
