// Two requests that no one reply, row or log line joins: the link gets a signature on what the server
// cannot read, and the signature, without the link, a place in the urn (docs: anonymity-design 5).
"use strict";
var ballot = (() => {
  async function post(address, body) {
    const reply = await fetch(address, {
      method: "POST",
      body: JSON.stringify(body),
      cache: "no-store",
      credentials: "omit",
      referrerPolicy: "no-referrer",
      signal: AbortSignal.timeout && AbortSignal.timeout(30000),
    });
    return reply.json();
  }

  // Each step is kept before the next: whatever reply is lost is asked for again with the same bytes.
  async function hand(form, fields) {
    const { survey, group, key, size, ballot } = form;
    const { credential: before } = draft.read() || {};
    const mine = before || { survey, group, key, size, ballot, ...(await credential.blind(key)) };
    draft.keep({ credential: mine });
    if (!mine.signature) {
      const { outcome, signature } = await post(location.pathname + "/credential", { blinded: mine.blinded });
      if (outcome) return { outcome };
      mine.signature = credential.finalize(key, mine, signature);
      draft.keep({ credential: mine });
    }
    const answers = {};
    for (const [name, value] of fields) answers[name] = [...(answers[name] || []), value];
    // every ballot of a wave has the same length on the way, whatever was answered
    const pad = "0".repeat(Math.max(0, size - new TextEncoder().encode(group + JSON.stringify(answers)).length));
    const { outcome } = await post(ballot, { wave: survey, group, message: mine.message, signature: mine.signature, answers, pad });
    return outcome === "accepted" ? { outcome, receipt: mine.receipt } : outcome === "closed" ? { outcome } : {};
  }

  // True when the page is left: thanks, or why there was nothing to send. Else try again.
  async function send(form, fields) {
    const { outcome, receipt } = await hand(form, fields).catch(() => ({}));
    const end = { accepted: "thanks", used: "used", closed: "closed" }[outcome];
    if (!end && outcome !== "unknown") return false;
    draft.forget();
    // in the tab's name, since addresses stay in the browser's history
    if (receipt) window.name = "receipt" + receipt;
    // a link that is withdrawn says so itself
    if (end) location.replace(`/answer/${end}?survey=${form.survey}&lang=${document.documentElement.lang}`);
    else location.reload();
    return true;
  }

  return { send };
})();
