// A ballot was sent and did not arrive: the page was reloaded or closed in between, on a weak net. What was
// filled in is still in this tab, or waits on this device, and is sent now, or when the net is back.
"use strict";
(() => {
  const IDLE = 30 * 60 * 1000;
  const AGAIN = 20 * 1000;
  const used = document.getElementById("explained");
  const page = used || document.getElementById("skjema");
  const offer = document.getElementById("resume");
  const lost = document.getElementById("lost");
  let kept = null;
  let busy = false;
  let done = false;

  function show(part) {
    for (const one of [page, offer, lost]) one.hidden = one !== part;
    page.inert = false;
    if (part !== page) document.title = part.querySelector("h1, h2").textContent;
  }

  async function attempt() {
    const found = kept || (await unsent.waiting());
    if (found.outcome === "lost") {
      done = true;
      unsent.forget();
      show(lost);
      // the link still opens the form, if it was not used
      if (!used) page.hidden = false;
      return true;
    }
    if (found.outcome) return ballot.leave(found, found);
    kept = found;
    return ballot.send(kept.credential, kept.fields);
  }

  async function go() {
    if (busy || done) return;
    busy = true;
    done = (await attempt().catch(() => false)) || done;
    busy = false;
    if (!done) show(offer);
  }

  async function begin() {
    const here = draft.read();
    if (used && here && here.credential && Date.now() - here.at < IDLE) kept = here;
    else if (used) draft.forget();
    const waits = await unsent.read();
    if (!kept && !waits) return;
    page.inert = true;
    offer.querySelector("button").addEventListener("click", go);
    addEventListener("online", go);
    setInterval(go, AGAIN);
    go();
  }

  if (page && offer) begin();
})();
