// An open form was kept on this device, and its survey takes no more answers: it goes from here, and whoever
// kept it is told.
"use strict";
unsent.read().then((kept) => {
  if (!kept) return;
  unsent.forget();
  try {
    sessionStorage.removeItem("keeps");
  } catch {
    // this browser keeps nothing of a tab
  }
  document.getElementById("gone").hidden = false;
}).catch(() => {});
