// Runs tasks for tests/reference/test_key_holder_script.py by the page's own scripts. In and out: JSON,
// bytes as base64url.
import { scryptSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const source = (name) => readFileSync(new URL(`../../../static/${name}`, import.meta.url), "utf8");
const inBrowsers = createRequire(import.meta.url)("scrypt-js");
// the same function in a tenth of the time
const quick = { scrypt: async (known, salt, N, r, p, length) => new Uint8Array(scryptSync(known, salt, length, { N, r, p, maxmem: 2 ** 28 })) };
const hpke = new Function(`${source("hpke.js")}; return hpke;`)();
const ballotSet = new Function(`${source("ballot_set.js")}; return ballotSet;`)();
const [asInBrowsers, keyFile] = [inBrowsers, quick].map((scrypt) => new Function("scrypt", `${source("key_file.js")}; return keyFile;`)(scrypt));
const raw = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const text = (bytes) => Buffer.from(bytes).toString("base64url");

async function caught(does) {
  try {
    return await does();
  } catch (error) {
    return { error: error.message || error.name };
  }
}

const TASKS = {
  async make({ name, passphrase }) {
    return asInBrowsers.make(name, passphrase);
  },
  async open({ file, passphrase, expected }) {
    return caught(async () => {
      const { publicKey } = await keyFile.open(file, passphrase, expected);
      return { public_key: text(publicKey), fingerprint: await keyFile.fingerprint(publicKey) };
    });
  },
  async take_off({ file, passphrase, info, rows }) {
    const { privateKey, publicKey } = await keyFile.open(file, passphrase);
    const open = await hpke.opener(privateKey, publicKey, raw(info));
    return { rows: await Promise.all(rows.map((row) => caught(async () => text(await open(raw(row)))))) };
  },
  // one browser, asked for each of `sets` in turn
  async take_sets({ file, passphrase, info, sets }) {
    const { privateKey, publicKey } = await keyFile.open(file, passphrase);
    const open = await hpke.opener(privateKey, publicKey, raw(info));
    const kept = new Map();
    const memory = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) };
    const told = [];
    for (const { rows, expected } of sets) {
      const sealed = rows.map(raw);
      const row = sealed[0].length;
      told.push(await caught(async () => ({ rows: (await ballotSet.takeOff(hpke.joined(...sealed), { row, expected: expected ?? rows.length, info, open, memory })).map(text) })));
    }
    return { told, kept: [...kept.values()] };
  },
  async seal({ receiver, info, message }) {
    return { sealed: text(await hpke.seal(raw(receiver), raw(info), raw(message))) };
  },
};

const answers = [];
for (const { task, ...given } of JSON.parse(readFileSync(0, "utf8"))) answers.push(await TASKS[task](given));
console.log(JSON.stringify(answers));
