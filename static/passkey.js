// Passkeys: asks the device to make one or to sign with one, and sends what it says as a form of the
// page. Where there is no script, or the browser knows no passkeys, the page says so (data-without).
"use strict";
(() => {
  const page = document.querySelector("[data-passkey]");
  if (!page || !window.PublicKeyCredential || !window.isSecureContext) return;
  const form = page.querySelector("form");
  const told = page.querySelector("[role=alert]");
  for (const one of page.querySelectorAll("[data-with]")) one.hidden = false;
  for (const one of page.querySelectorAll("[data-without]")) one.hidden = true;

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const named = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  function tell(sentence) {
    told.textContent = sentence;
    told.hidden = !sentence;
  }

  function asked(options) {
    const publicKey = { ...options, challenge: bytes(options.challenge) };
    if (options.user) publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = named(options.excludeCredentials);
    publicKey.allowCredentials = named(options.allowCredentials);
    return { publicKey };
  }

  function answered(found) {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (found.response[name]) response[name] = text(found.response[name]);
    }
    const { id, type } = found;
    return JSON.stringify({ id, rawId: text(found.rawId), type, response, clientExtensionResults: {} });
  }

  async function go() {
    tell("");
    const body = new URLSearchParams(new FormData(form));
    body.delete("kept");
    const reply = await fetch(form.dataset.options, { method: "POST", body, cache: "no-store", redirect: "error" });
    const options = await reply.json();
    if (!reply.ok) return tell(options.problem || told.dataset.away);
    const make = form.dataset.options.startsWith("/account/");
    const found = await (make ? navigator.credentials.create(asked(options)) : navigator.credentials.get(asked(options)));
    form.elements.credential.value = answered(found);
    if (form.elements.password) form.elements.password.disabled = true;
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    go().catch((error) => tell(error.name === "InvalidStateError" ? told.dataset.known : told.dataset.failed)).finally(() => { button.disabled = false; });
  });
})();
