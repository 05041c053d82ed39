// The link is used and the ballot has not arrived: the page was reloaded, or closed by a weak net, in
// between. What was filled in is still in this tab, so it is sent now.
"use strict";
(() => {
  const IDLE = 30 * 60 * 1000;
  const kept = draft.read();
  const offer = document.getElementById("resume");
  if (!kept || !kept.credential || Date.now() - kept.at > IDLE) return draft.forget();

  async function go() {
    const left = await ballot.send(kept.credential, kept.fields);
    document.getElementById("explained").hidden = true;
    offer.hidden = left;
  }
  offer.querySelector("button").addEventListener("click", go);
  go();
})();
