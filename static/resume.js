// The link is used and the ballot has not arrived: the page was reloaded, or closed by a weak net, in
// between. What was filled in is still in this tab, so it is sent now.
"use strict";
(() => {
  const IDLE = 30 * 60 * 1000;
  const mine = draft.read("credential");
  const filled = draft.read("fields");
  const offer = document.getElementById("resume");
  if (!mine) return;
  if (!filled || Date.now() - filled.at > IDLE) return ballot.forget();

  async function go() {
    const left = await ballot.send(mine, filled.fields);
    document.getElementById("explained").hidden = true;
    offer.hidden = left;
  }
  offer.querySelector("button").addEventListener("click", go);
  go();
})();
