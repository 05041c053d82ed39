// An open form was kept on this device, and its survey takes no more answers: it goes from here, and whoever
// kept it is told. Who sent it too late is no more at the form's own address.
"use strict";
(async () => {
  const { pathname, search } = location;
  const sent = pathname.startsWith("/open/") ? pathname : "/open/" + new URLSearchParams(search).get("survey");
  const slot = await unsent.named(sent);
  if (!localStorage.getItem(slot)) return;
  unsent.forget();
  try {
    sessionStorage.removeItem("keeps");
  } catch {
    // this browser keeps nothing of a tab
  }
  document.getElementById("gone").hidden = false;
})().catch(() => {});
