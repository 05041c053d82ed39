// Runs tasks for tests/reference/test_credential_script.py: by the page's own script, or by Cloudflare's
// blindrsa-ts, which shares no line with it. In and out: JSON, bytes as base64url.
import { readFileSync } from "node:fs";
import { RSABSSA } from "@cloudflare/blindrsa-ts";

const read = (name) => readFileSync(new URL(`../../../static/${name}.js`, import.meta.url), "utf8");
const source = read("exchange") + read("credential");
const credential = new Function(`${source}; return credential;`)();
const suite = RSABSSA.SHA384.PSS.Randomized();
const algorithm = { name: "RSA-PSS", hash: "SHA-384" };
const raw = (text) => new Uint8Array(Buffer.from(text, "base64url"));
const text = (bytes) => Buffer.from(bytes).toString("base64url");
const lock = (n) => crypto.subtle.importKey("jwk", { kty: "RSA", n, e: "AQAB" }, algorithm, true, ["verify"]);

const TASKS = {
  async blind({ key, drawn }) {
    const queue = drawn && drawn.map(raw);
    return credential.blind(key, queue && (() => queue.shift()));
  },
  async finalize({ key, blinding, signature }) {
    try {
      return { signature: credential.finalize(key, blinding, signature) };
    } catch (error) {
      return { error: error.message };
    }
  },
  async oracle_blind({ key, message }) {
    const { blindedMsg, inv } = await suite.blind(await lock(key), raw(message));
    return { blinded: text(blindedMsg), inverse: text(inv) };
  },
  async oracle_sign({ jwk, blinded }) {
    const secret = await crypto.subtle.importKey("jwk", jwk, algorithm, true, ["sign"]);
    return { signature: text(await suite.blindSign(secret, raw(blinded))) };
  },
  async oracle_finalize({ key, message, signature, inverse }) {
    return { signature: text(await suite.finalize(await lock(key), raw(message), raw(signature), raw(inverse))) };
  },
  async oracle_verify({ key, message, signature }) {
    return { genuine: await suite.verify(await lock(key), raw(signature), raw(message)) };
  },
};

const answers = [];
for (const { task, ...given } of JSON.parse(readFileSync(0, "utf8"))) answers.push(await TASKS[task](given));
console.log(JSON.stringify(answers));
