// All ballots of a wave, as one key holder takes them. Ballots cannot be sealed anew without a key, so
// two that are the same were put there; and a second, different set is somebody trying people one by one
// (docs/adr/0035).
"use strict";
var ballotSet = (() => {
  const AT_ONCE = 64;
  const REMEMBERED = "verdibarometer/ballots/";
  const hash = async (bytes) => [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((one) => one.toString(16).padStart(2, "0")).join("");

  // SHA-256 over the hashes of the rows, sorted: the same for a set in any order
  async function digest(rows) {
    const hashes = (await Promise.all(rows.map(hash))).sort();
    if (hashes.some((one, at) => one === hashes[at + 1])) throw Error("same-twice");
    return hash(new TextEncoder().encode(hashes.join("")));
  }

  // Returns the rows of `sealed` with one seal less; `expected` is how many the page and both holders said.
  async function takeOff(sealed, { row, expected, info, open, memory, progress = () => {} }) {
    if (sealed.length !== row * expected) throw Error("other-number");
    const taken = [];
    for (let at = 0; at < sealed.length; at += row) taken.push(sealed.subarray(at, at + row));
    const set = await digest(taken);
    const known = memory.getItem(REMEMBERED + info);
    if (known && known !== set) throw Error("another-set");
    const rows = [];
    let failed = 0;
    for (let at = 0; at < taken.length; at += AT_ONCE) {
      for (const done of await Promise.allSettled(taken.slice(at, at + AT_ONCE).map(open))) {
        if (done.status === "fulfilled") rows.push(done.value);
        else failed++;
      }
      progress(at / taken.length);
    }
    if (failed) throw Error("not-all-open");
    await digest(rows);
    // before anything of it leaves this browser
    memory.setItem(REMEMBERED + info, set);
    if (memory.getItem(REMEMBERED + info) !== set) throw Error("no-memory");
    return rows;
  }

  return { takeOff };
})();
