// A key holder's pair of keys and its file, as `barometer trustee key` writes it: the private key
// behind a passphrase (scrypt, AES-256-GCM). Neither leaves this computer.
"use strict";
var keyFile = (() => {
  const FORMAT = 1;
  const KIND = "private key of a key holder";
  const SCRYPT = [131072, 8, 1, 32]; // 2^17: some 128 MB, and seconds
  const LETTERS = { æ: "ae", ø: "o", å: "a", đ: "d", ŋ: "ng", ŧ: "t" };
  const X25519 = "X25519";

  // base64url, with padding as the command line writes it
  const toText = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_");
  const fromText = (string) => Uint8Array.from(atob(string.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt());
  const bare = (string) => string.replace(/=/g, "");

  async function works() {
    try {
      await crypto.subtle.generateKey(X25519, false, ["deriveBits"]);
      return true;
    } catch {
      return false;
    }
  }

  async function stretched(passphrase, salt, tell) {
    const known = new TextEncoder().encode(passphrase.normalize("NFC"));
    const key = await scrypt.scrypt(known, salt, ...SCRYPT, tell);
    return crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt", "decrypt"]);
  }

  async function make(name, passphrase, tell) {
    const pair = await crypto.subtle.generateKey(X25519, true, ["deriveBits"]);
    const { d, x } = await crypto.subtle.exportKey("jwk", pair.privateKey);
    const [salt, nonce] = [16, 12].map((length) => crypto.getRandomValues(new Uint8Array(length)));
    const how = { name: "AES-GCM", iv: nonce, additionalData: fromText(x) };
    const sealed = new Uint8Array(await crypto.subtle.encrypt(how, await stretched(passphrase, salt, tell), fromText(d)));
    const content = { format: FORMAT, kind: KIND, name, public_key: bare(x), salt: toText(salt), nonce: toText(nonce), sealed: toText(sealed) };
    return { publicKey: bare(x), text: JSON.stringify(content, null, 1) + "\n", fileName: fileName(name) };
  }

  function fileName(name) {
    const plain = name.toLowerCase().replace(/[æøåđŋŧ]/g, (letter) => LETTERS[letter]).normalize("NFKD");
    return (plain.replace(/[^a-z0-9\u0300-\u036f]+/g, " ").replace(/[\u0300-\u036f]/g, "").trim().replace(/ +/g, "-") || "key") + ".key";
  }

  // as many bytes as every maker of key files wrote
  function holds(string, bytes) {
    try {
      return fromText(string).length === bytes;
    } catch {
      return false;
    }
  }

  // Throws a word that the page has a sentence for.
  async function open(string, passphrase, expected, tell) {
    let file = null;
    try {
      file = JSON.parse(string);
    } catch {
      // told below
    }
    if (!file || file.kind !== KIND || file.format !== FORMAT) throw Error("no-key-file");
    // else a part that is missing would be blamed on the passphrase
    if (!holds(file.public_key, 32) || !holds(file.salt, 16) || !holds(file.nonce, 12) || !holds(file.sealed, 48)) throw Error("no-key-file");
    if (expected && bare(file.public_key) !== bare(expected)) throw Error("other-key");
    const how = { name: "AES-GCM", iv: fromText(file.nonce), additionalData: fromText(file.public_key) };
    // a computer without room for this says nothing of the passphrase
    const key = await stretched(passphrase, fromText(file.salt), tell);
    let raw;
    try {
      raw = new Uint8Array(await crypto.subtle.decrypt(how, key, fromText(file.sealed)));
    } catch {
      throw Error("wrong-passphrase");
    }
    const jwk = { kty: "OKP", crv: X25519, d: bare(toText(raw)), x: bare(file.public_key) };
    raw.fill(0);
    try {
      // refused where the two do not belong together
      const privateKey = await crypto.subtle.importKey("jwk", jwk, X25519, false, ["deriveBits"]);
      return { privateKey, publicKey: fromText(file.public_key) };
    } catch {
      throw Error("no-key-file");
    }
  }

  // Six groups of five digits: the SHA-256 of the key, as the command line and the pages show it.
  async function fingerprint(publicKey) {
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", publicKey));
    const number = hash.reduce((sum, one) => sum * BigInt(256) + BigInt(one), BigInt(0));
    return String(number % BigInt(10) ** BigInt(30)).padStart(30, "0").match(/.{5}/g).join(" ");
  }

  return { works, make, open, fingerprint, fromText };
})();
