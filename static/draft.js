// What this tab keeps of a form that is not sent yet, for this link alone. sessionStorage only: it ends
// with the tab. Some browsers forbid it; then nothing is kept.
"use strict";
var draft = (() => {
  const LINK = `draft ${location.pathname} `;
  function store(action) {
    try {
      return action(sessionStorage);
    } catch {
      return null;
    }
  }
  return {
    works: store(Boolean),
    read: (what) => store((box) => JSON.parse(box.getItem(LINK + what))),
    write: (what, value) => store((box) => (box.setItem(LINK + what, JSON.stringify(value)), true)),
    forget: (what) => store((box) => box.removeItem(LINK + what)),
    // another link in this tab may have been another person
    forgetOthers: () => store((box) => Object.keys(box).filter((key) => key.startsWith("draft ") && !key.startsWith(LINK)).forEach((key) => box.removeItem(key))),
  };
})();
