// The respondent's half of RSABSSA-SHA384-PSS-Randomized (RFC 9474): the server signs a number that it
// cannot read; unblinded, it gives the right to one ballot and tells not whose.
"use strict";
var credential = (() => {
  const { toText, fromText } = exchange;
  const random = (length) => [...crypto.getRandomValues(new Uint8Array(length))];
  const digest = async (name, bytes) => [...new Uint8Array(await crypto.subtle.digest(name, new Uint8Array(bytes)))];
  const hash = (bytes) => digest("SHA-384", bytes);

  const toNumber = (bytes) => bytes.reduce((sum, one) => sum * BigInt(256) + BigInt(one), BigInt(0));
  const toBytes = (number, length) => Array.from({ length }, (_, at) => Number((number >> BigInt(8 * (length - 1 - at))) % BigInt(256)));

  // EMSA-PSS (RFC 8017, 9.1.1) with a salt of 48 bytes, for a modulus of whole bytes
  async function encode(message, salt, length) {
    const seed = await hash([0, 0, 0, 0, 0, 0, 0, 0, ...(await hash(message)), ...salt]);
    const mask = [];
    for (let at = 0; mask.length < length; at++) mask.push(...(await hash([...seed, 0, 0, 0, at])));
    const block = [...Array(length - 98).fill(0), 1, ...salt].map((one, at) => one ^ mask[at]);
    block[0] &= 127;
    return toNumber([...block, ...seed, 188]);
  }

  // number ** 65537
  function raise(number, n) {
    let square = number;
    for (let at = 0; at < 16; at++) square = (square * square) % n;
    return (square * number) % n;
  }

  function invert(number, n) {
    let [a, b, x, y] = [n, number, BigInt(0), BigInt(1)];
    while (b) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
    return (x + n) % n;
  }

  // The message is a prefix and a message of 32 random bytes each. What is returned can be stored as
  // JSON: a lost reply is asked for again with the same `blinded`.
  async function blind(key, draw = random) {
    const modulus = fromText(key);
    const length = modulus.length;
    const n = toNumber(modulus);
    const message = draw(64);
    const encoded = await encode(message, draw(48), length);
    let factor = n;
    while (factor >= n) factor = toNumber(draw(length));
    return {
      message: toText(message),
      encoded: String(encoded),
      inverse: String(invert(factor, n)),
      blinded: toText(toBytes((encoded * raise(factor, n)) % n, length)),
      receipt: toNumber(await digest("SHA-256", message)).toString(16).padStart(64, "0"),
    };
  }

  // A signature that is not exactly one of what was encoded is never used: it could be a mark.
  function finalize(key, blinding, signature) {
    const n = toNumber(fromText(key));
    const number = (toNumber(fromText(signature)) * BigInt(blinding.inverse)) % n;
    if (raise(number, n) !== BigInt(blinding.encoded)) throw Error("forged");
    return toText(toBytes(number, fromText(key).length));
  }

  return { blind, finalize };
})();
