// The page of a key holder: makes a key, tries it, and after closing takes off one seal of every
// ballot. Private key and passphrase stay in this tab; what leaves it is a public key, and ballots in
// an order of this tab's (docs/adr/0035).
"use strict";
(() => {
  const page = document.getElementById("holder");
  const beside = document.getElementById("beside");
  const status = document.getElementById("told");
  const bar = document.getElementById("bar");
  let busy = false;

  function tell(word, facts = {}, wrong = false) {
    // a browser's own words have quotes, which no selector takes
    const found = page.querySelector(`[data-say="${CSS.escape(word)}"]`) || page.querySelector("[data-say=failed]");
    status.textContent = Object.entries(facts).reduce((text, [name, value]) => text.replace(`{${name}}`, value), found.textContent);
    status.classList.toggle("problems", wrong);
    status.hidden = false;
    beside.scrollIntoView({ block: "nearest" });
  }

  function progress(share) {
    bar.hidden = share === null;
    if (share !== null) bar.value = share;
  }

  const read = (form) => (form.elements.file.files.length ? form.elements.file.files[0].slice(0, 10000).text() : null);
  const address = (what) => `${location.pathname}/${what}`;

  async function post(what, body, type) {
    const reply = await fetch(address(what), { method: "POST", body, headers: { "content-type": type }, credentials: "omit", cache: "no-store" });
    const { outcome } = await reply.json();
    if (outcome !== "kept") throw Error(outcome);
  }

  // one act at a time; what it throws is a word with a sentence on the page
  function act(id, does) {
    const form = document.getElementById(id);
    if (!form) return;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (busy) return;
      busy = true;
      const button = form.querySelector("[type=submit]");
      button.setAttribute("aria-disabled", "true");
      form.append(beside); // what is told stands where one looks
      try {
        await does(form);
      } catch (error) {
        tell(error.message, {}, true);
      }
      progress(null);
      button.removeAttribute("aria-disabled");
      busy = false;
    });
  }

  let made = null;
  act("make", async (form) => {
    const { passphrase, again } = form.elements;
    if ([...passphrase.value].length < 12) throw Error("short-passphrase");
    if (passphrase.value !== again.value) throw Error("not-alike");
    tell("making");
    made = await keyFile.make(page.dataset.name, passphrase.value, progress);
    passphrase.value = again.value = "";
    const link = document.getElementById("download");
    link.href = URL.createObjectURL(new Blob([made.text], { type: "application/octet-stream" }));
    link.download = made.fileName;
    form.closest("section").hidden = true;
    for (const one of page.querySelectorAll("[data-after=make]")) one.hidden = false;
    page.querySelector("[data-after=make]").before(beside);
    link.click();
    tell("made");
    link.focus();
  });

  async function opened(form) {
    const text = await read(form);
    if (text === null) throw Error("no-file");
    tell("opening");
    const expected = (made && made.publicKey) || page.dataset.key;
    const pair = await keyFile.open(text, form.elements.passphrase.value, expected, progress);
    form.elements.passphrase.value = "";
    return pair;
  }

  act("try", async (form) => {
    const { publicKey } = await opened(form);
    const fingerprint = await keyFile.fingerprint(publicKey);
    if (!made) return tell("opens", { fingerprint });
    await post("key", JSON.stringify({ public_key: made.publicKey }), "application/json");
    location.replace(location.href);
  });

  function shuffle(rows) {
    const one = new Uint32Array(1);
    for (let at = rows.length - 1; at > 0; at--) {
      // no place more likely than another: numbers of an unfinished round are drawn again
      const rounds = Math.floor(2 ** 32 / (at + 1)) * (at + 1);
      do crypto.getRandomValues(one); while (one[0] >= rounds);
      const other = one[0] % (at + 1);
      [rows[at], rows[other]] = [rows[other], rows[at]];
    }
  }

  // a browser that forgets could be asked for one set after another
  function memory() {
    try {
      return localStorage;
    } catch {
      throw Error("no-memory");
    }
  }

  async function takeOff(form) {
    if (!form.elements.agreed.checked) throw Error("not-agreed");
    const { privateKey, publicKey } = await opened(form);
    const { info } = page.dataset;
    const [row, expected] = [Number(page.dataset.row), Number(page.dataset.ballots)];
    tell("fetching");
    const reply = await fetch(address("ballots"), { credentials: "omit", cache: "no-store" });
    if (!reply.ok) throw Error((await reply.json()).outcome);
    const sealed = new Uint8Array(await reply.arrayBuffer());
    const open = await hpke.opener(privateKey, publicKey, keyFile.fromText(info));
    tell("taking-off", { n: expected });
    const rows = await ballotSet.takeOff(sealed, { row, expected, info, open, memory: memory(), progress });
    shuffle(rows);
    return rows.length ? hpke.joined(...rows) : new Uint8Array(0);
  }

  act("open-outer", async (form) => {
    const once = await takeOff(form);
    tell("handing-over");
    await post("ballots", once, "application/octet-stream");
    location.replace(location.href);
  });

  act("open-inner", async (form) => {
    const counter = await (await fetch(address("counter"), { credentials: "omit", cache: "no-store" })).json();
    if (!counter.public_key) throw Error("no-counter");
    const plain = await takeOff(form);
    tell("handing-over");
    const sealed = await hpke.seal(keyFile.fromText(counter.public_key), keyFile.fromText(page.dataset.countInfo), plain);
    plain.fill(0);
    await post("ballots", hpke.joined(keyFile.fromText(counter.id), sealed), "application/octet-stream");
    location.replace(location.href);
  });

  async function start() {
    if (!(await keyFile.works())) return tell("old-browser");
    for (const one of page.querySelectorAll("[data-works]")) one.hidden = false;
  }

  // somebody else's turn, or the worker's: look again
  if (page.dataset.waits) setTimeout(() => location.reload(), 10000);
  start();
})();
