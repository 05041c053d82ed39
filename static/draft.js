// What this tab keeps of a form that is not sent yet, for this link alone. Browsers write sessionStorage
// to the disk and leave there what was taken out of it. So it holds one half and the tab's name, which is
// in memory only, the other: each is noise, and with the tab both are (docs: anonymity-design 4.9).
"use strict";
var draft = (() => {
  const PART = "draft";
  const LENGTH = 8192; // bytes: how much was answered is not to be seen either
  const toText = (bytes) => btoa(String.fromCharCode(...bytes));
  const fromText = (text) => Uint8Array.from(atob(text), (one) => one.charCodeAt());
  const mixed = (some, others) => some.map((one, at) => one ^ others[at]);

  // some browsers forbid it; then nothing is kept, and nothing ever is on a screen that many share
  function store(action) {
    try {
      return document.querySelector("[data-kiosk]") ? null : action(sessionStorage);
    } catch {
      return null;
    }
  }

  function read() {
    return store((box) => {
      const bytes = mixed(fromText(box.getItem(PART)), fromText(window.name.slice(PART.length)));
      const kept = JSON.parse(new TextDecoder().decode(bytes));
      // another link in this tab may have been another person
      return kept.link === location.pathname ? kept : null;
    });
  }

  function keep(parts) {
    return store((box) => {
      const kept = { ...read(), ...parts, link: location.pathname };
      const text = new TextEncoder().encode(JSON.stringify(kept));
      const bytes = new Uint8Array(LENGTH * Math.ceil(text.length / LENGTH)).fill(32);
      bytes.set(text);
      // new each time: of two drafts under the same noise their difference could be read
      const noise = crypto.getRandomValues(new Uint8Array(bytes.length));
      box.setItem(PART, toText(mixed(bytes, noise)));
      window.name = PART + toText(noise);
      return true;
    });
  }

  function forget() {
    if (window.name.startsWith(PART)) window.name = "";
    store((box) => box.removeItem(PART));
  }

  return { works: store(Boolean), read, keep, forget };
})();
