// Two requests that no one reply, row or log line joins: the link gets a signature on what the server
// cannot read, and the signature, without the link, a place in the urn (docs: anonymity-design 5).
"use strict";
var ballot = (() => {
  const { post } = exchange;

  // Each step is kept before the next: whatever reply is lost is asked for again with the same bytes.
  async function hand(form, fields) {
    const { survey, group, key, size, ballot, arm } = form;
    const { credential: before } = form.blinded ? { credential: form } : draft.read() || {};
    const mine = before || { survey, group, key, size, ballot, arm, ...(await credential.blind(key)) };
    draft.keep({ credential: mine });
    // without it the ballot can wait in this tab alone
    await unsent.prepare(form, mine.receipt, { credential: mine, fields }).catch(() => {});
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
    // which words it was asked in, where there are two: an empty form does not tell
    const half = arm && Number(arm);
    const { outcome } = await post(ballot, { wave: survey, group, arm: half, message: mine.message, signature: mine.signature, answers, pad });
    return outcome === "accepted" ? { outcome, receipt: mine.receipt } : outcome === "closed" ? { outcome } : {};
  }

  const send = async (form, fields) => leave(form, await hand(form, fields).catch(() => ({})));

  // True when the page is left: thanks, or why there was nothing to send. Else try again.
  function leave({ survey }, { outcome, receipt }) {
    const end = { accepted: "thanks", used: "used", closed: "closed" }[outcome];
    if (!end && outcome !== "unknown") {
      unsent.keep();
      return false;
    }
    draft.forget();
    unsent.forget();
    // in the tab's name, since addresses stay in the browser's history
    if (receipt) window.name = "receipt" + receipt;
    // whoever typed a code saw no link
    const typed = end === "used" && new URLSearchParams(location.search).has("typed") ? "&typed=yes" : "";
    // a link that is withdrawn says so itself
    if (end) location.replace(`/answer/${end}?survey=${survey}&lang=${document.documentElement.lang}${typed}`);
    else location.reload();
    return true;
  }

  return { send, leave };
})();
