// A form that was kept on this device is sent: it goes from there.
"use strict";
(() => {
  try {
    const [survey, slot] = sessionStorage.getItem("keeps").split(" ");
    if (survey !== new URLSearchParams(location.search).get("survey")) return;
    localStorage.removeItem(slot);
    sessionStorage.removeItem("keeps");
  } catch {
    // nothing was kept, or this browser keeps nothing
  }
})();
