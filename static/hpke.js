// HPKE in base mode (RFC 9180): DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-256-GCM, as the server
// seals ballots. A sealed message is the sender's key of 32 bytes, and the ciphertext with its tag.
"use strict";
var hpke = (() => {
  const KEY = 32;
  const text = (string) => new TextEncoder().encode(string);
  const KEM = new Uint8Array([...text("KEM"), 0, 0x20]);
  const SUITE = new Uint8Array([...text("HPKE"), 0, 0x20, 0, 1, 0, 2]);
  const NOTHING = new Uint8Array(0);

  function joined(...parts) {
    const whole = new Uint8Array(parts.reduce((sum, one) => sum + one.length, 0));
    let at = 0;
    for (const one of parts) {
      whole.set(one, at);
      at += one.length;
    }
    return whole;
  }

  async function hmac(key, data) {
    const known = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", known, data));
  }

  // an empty salt is as many zeros as the hash has bytes (RFC 5869, 2.2)
  const extract = (suite, salt, label, ikm) => hmac(salt.length ? salt : new Uint8Array(32), joined(text("HPKE-v1"), suite, text(label), ikm));
  // nothing asked for here is longer than one block
  async function expand(suite, secret, label, info, length) {
    const asked = joined(new Uint8Array([0, length]), text("HPKE-v1"), suite, text(label), info, new Uint8Array([1]));
    return (await hmac(secret, asked)).slice(0, length);
  }

  const publicKey = (raw) => crypto.subtle.importKey("raw", raw, "X25519", true, []);
  const agree = async (own, other) => new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: other }, own, 256));

  async function context(info) {
    return joined(new Uint8Array([0]), await extract(SUITE, NOTHING, "psk_id_hash", NOTHING), await extract(SUITE, NOTHING, "info_hash", info));
  }

  async function schedule(agreed, sender, receiver, known) {
    const shared = await expand(KEM, await extract(KEM, NOTHING, "eae_prk", agreed), "shared_secret", joined(sender, receiver), 32);
    const secret = await extract(SUITE, shared, "secret", NOTHING);
    const key = await crypto.subtle.importKey("raw", await expand(SUITE, secret, "key", known, 32), "AES-GCM", false, ["encrypt", "decrypt"]);
    return [{ name: "AES-GCM", iv: await expand(SUITE, secret, "base_nonce", known, 12) }, key];
  }

  // Returns what opens one message after another: with `own`, the private key to the public `receiver`.
  async function opener(own, receiver, info) {
    const known = await context(info);
    return async (sealed) => {
      const sender = sealed.subarray(0, KEY);
      const how = await schedule(await agree(own, await publicKey(sender)), sender, receiver, known);
      return new Uint8Array(await crypto.subtle.decrypt(...how, sealed.subarray(KEY)));
    };
  }

  async function seal(receiver, info, message) {
    const pair = await crypto.subtle.generateKey("X25519", false, ["deriveBits"]);
    const sender = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
    const how = await schedule(await agree(pair.privateKey, await publicKey(receiver)), sender, receiver, await context(info));
    return joined(sender, new Uint8Array(await crypto.subtle.encrypt(...how, message)));
  }

  return { opener, seal, joined };
})();
