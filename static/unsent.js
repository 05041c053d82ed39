// A ballot that was sent and not confirmed waits on this device until the net is back. It is written only
// when sending fails or the page goes away meanwhile, and lies under two locks: one of the link, and one
// that the server opens only for a ballot that has not arrived (docs/adr/0072).
"use strict";
var unsent = (() => {
  const NAME = "AES-GCM";
  const CURVE = { name: "ECDH", namedCurve: "P-256" };
  const LENGTH = 8192; // how much was answered is not to be seen
  const { subtle } = self.crypto || {};
  const { toText, fromText, post } = exchange;
  const raw = (text) => new Uint8Array(fromText(text));
  const utf8 = (text) => new TextEncoder().encode(text);
  const lock = async (secret) => subtle.importKey("raw", await subtle.digest("SHA-256", utf8(location.pathname + secret)), NAME, false, ["encrypt", "decrypt"]);
  let slot = "";
  let record = "";

  // some browsers forbid it; then nothing waits here
  function store(action) {
    try {
      return action(localStorage);
    } catch {
      return null;
    }
  }

  async function close(secret, value) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const text = JSON.stringify(value).replace(/[^ -~]/g, (one) => "\\u" + one.charCodeAt().toString(16).padStart(4, "0"));
    const body = utf8(text.padEnd(LENGTH * Math.ceil(text.length / LENGTH)));
    return toText([...iv, ...new Uint8Array(await subtle.encrypt({ name: NAME, iv }, await lock(secret), body))]);
  }

  async function open(secret, text) {
    const bytes = raw(text);
    const body = await subtle.decrypt({ name: NAME, iv: bytes.slice(0, 12) }, await lock(secret), bytes.slice(12));
    return JSON.parse(new TextDecoder().decode(body));
  }

  // where what waits for a link lies: nobody reads the link out of the name
  async function named(path = location.pathname) {
    slot = slot || "unsent" + toText([...new Uint8Array(await subtle.digest("SHA-256", utf8("unsent" + path)))].slice(0, 9));
    return slot;
  }

  // From here on the page asks before it is left, and what was filled in outlives it.
  async function prepare({ unsent: theirs, survey, ballot }, receipt, kept) {
    if (!theirs) return;
    const pair = await subtle.generateKey(CURVE, false, ["deriveBits"]);
    const other = await subtle.importKey("raw", raw(theirs), CURVE, false, []);
    const agreed = await subtle.deriveBits({ name: "ECDH", public: other }, pair.privateKey, 256);
    const mac = await subtle.importKey("raw", agreed, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    const secret = toText([...new Uint8Array(await subtle.sign("HMAC", mac, utf8(`${survey} ${receipt}`)))]);
    const half = toText([...new Uint8Array(await subtle.exportKey("raw", pair.publicKey))]);
    await named();
    record = await close("", { survey, ballot, receipt, half, sealed: await close(secret, kept) });
  }

  const keep = () => Boolean(record && store((box) => (box.setItem(slot, record), true)));

  function rest() {
    record = "";
  }

  function forget() {
    rest();
    store((box) => box.removeItem(slot));
  }

  // What waits for this link, under its inner lock; null where nothing does.
  async function read() {
    if (!subtle) return null;
    const name = await named();
    const text = store((box) => box.getItem(name));
    return text ? open("", text).catch(() => null) : null;
  }

  // Two secrets are tried, of today and yesterday; null where it was sealed before.
  async function unlock(secrets, sealed) {
    for (const secret of secrets.split(" ")) {
      const kept = await open(secret, sealed).catch(() => null);
      if (kept) return kept;
    }
    return null;
  }

  // The same once the server has opened it, or an outcome that is told of it; fails where the net does.
  async function waiting() {
    const { survey, ballot, receipt, half, sealed } = await read();
    const { outcome, secrets } = await post(ballot + "/unsent", { wave: survey, receipt, public: half });
    if (outcome) return { outcome, survey, receipt: outcome === "accepted" ? receipt : "" };
    return (await unlock(secrets, sealed)) || { outcome: "lost" };
  }

  addEventListener("beforeunload", (event) => { if (record) event.preventDefault(); });
  addEventListener("pagehide", keep);
  addEventListener("visibilitychange", keep);

  const armed = () => Boolean(record);

  return { named, slot: () => slot, prepare, armed, keep, rest, forget, read, waiting };
})();
