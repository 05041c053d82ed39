// The scripts that respondents' browsers run, in tabs and devices made of plain objects, on a net that
// is cut where chance says. Reads {base, seed, people: [{path, answers}]} and tells what each one saw.
import { readFileSync, writeFileSync } from "node:fs";
import vm from "node:vm";

const SCRIPTS = ["draft", "exchange", "credential", "unsent", "ballot", "resume"];
const source = SCRIPTS.map((name) => new vm.Script(readFileSync(`static/${name}.js`, "utf8"), { filename: name }));
const MOST_VISITS = 8;
const WAIT = 20000; // milliseconds until a step that is never answered is given up

function chance(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function storage(kept = new Map()) {
  return { getItem: (name) => kept.get(name) ?? null, setItem: (name, text) => kept.set(name, String(text)), removeItem: (name) => kept.delete(name), kept };
}

const part = () => ({ hidden: true, inert: false, querySelector: () => ({ textContent: "", addEventListener() {} }) });

// One tab on one device: what it shows stands in `at`, and `events` are what a browser would tell it.
class Tab {
  constructor(device, base, path, cut) {
    this.listeners = {};
    this.at = "";
    this.closed = false;
    this.left = new Promise((done) => { this.leave = done; });
    this.parts = {};
    const go = (address) => {
      if (this.closed) return;
      this.at = address;
      this.leave();
    };
    this.scope = vm.createContext({
      crypto, TextEncoder, TextDecoder, btoa, atob, AbortSignal,
      localStorage: device, sessionStorage: storage(), name: "",
      location: { pathname: path, replace: go, reload: () => go("reload") },
      document: { documentElement: { lang: "nb" }, title: "", getElementById: (id) => this.parts[id] || null, querySelector: () => null },
      addEventListener: (kind, listener) => { (this.listeners[kind] ||= []).push(listener); },
      setInterval() {}, setTimeout, clearTimeout, Date,
      fetch: (address, how) => cut(this, new URL(address, base).pathname, how),
    });
    this.scope.window = this.scope.self = this.scope;
  }

  tell(kind) {
    for (const listener of this.listeners[kind] || []) listener({ preventDefault() {} });
  }

  close({ crashed }) {
    if (!crashed) this.tell("pagehide");
    this.closed = true;
    this.leave();
  }

  run() {
    for (const script of source) script.runInContext(this.scope);
  }
}

const attribute = (page, name) => (page.match(new RegExp(`data-${name}="([^"]*)"`)) || [])[1];
// until the page of a link that waits has tried, and says so
async function shown(tab) {
  const begun = Date.now();
  while (tab.parts.resume.hidden && tab.parts.lost.hidden && Date.now() - begun < WAIT) await pause(2);
}

const pause = (length) => new Promise((done) => setTimeout(done, length));

async function person({ path, answers }, base, draw) {
  const device = storage();
  const seen = { path, thanked: false, closedByCrash: false, whole: false, end: "" };
  let whole = false;

  async function cut(tab, address, how) {
    const fate = whole ? 1 : draw();
    if (fate < 0.12) throw new TypeError("the net is away");
    if (fate < 0.16) {
      tab.close({ crashed: false }); // closed before anything left
      return new Promise(() => {});
    }
    const reply = await fetch(base + address, how);
    const body = await reply.json();
    if (tab.closed) return new Promise(() => {});
    if (fate < 0.28) throw new TypeError("the reply was lost");
    if (fate < 0.40) {
      const crashed = fate > 0.38;
      seen.closedByCrash ||= crashed;
      tab.close({ crashed });
      return new Promise(() => {});
    }
    return { json: async () => body };
  }

  for (let visit = 0; visit < MOST_VISITS && !seen.thanked; visit++) {
    whole = visit === MOST_VISITS - 1;
    seen.whole = whole;
    const opened = await fetch(base + path);
    const page = await opened.text();
    const tab = new Tab(device, base, path, cut);
    tab.parts = opened.status === 200 ? { skjema: part(), resume: part(), lost: part() } : { explained: part(), resume: part(), lost: part() };
    tab.parts[opened.status === 200 ? "skjema" : "explained"].hidden = false;
    const waits = device.kept.size > 0;
    tab.run();
    if (opened.status === 200 && !waits) {
      // the form, filled in and sent, as answer.js does it
      const form = Object.fromEntries(["survey", "group", "key", "size", "ballot", "unsent"].map((one) => [one, attribute(page, one)]));
      tab.scope.form = form;
      tab.scope.fields = Object.entries(answers);
      tab.scope.again = async () => vm.runInContext("draft.keep({ at: Date.now(), fields }), ballot.send(form, fields)", tab.scope);
      for (let tries = 0; tries < 3 && !tab.at && !tab.closed; tries++) {
        await Promise.race([tab.scope.again(), tab.left, pause(WAIT)]);
      }
    } else {
      for (let tries = 0; waits && tries < 3 && !tab.at && !tab.closed; tries++) {
        tab.parts.resume.hidden = true;
        if (tries) tab.tell("online");
        await Promise.race([tab.left, shown(tab)]);
      }
    }
    seen.thanked = tab.at.startsWith("/answer/thanks");
    seen.end = tab.at || (tab.closed ? "closed" : opened.status === 200 ? "form" : "used");
    if (seen.thanked) seen.receipt = tab.scope.name.replace("receipt", "");
    if (!tab.closed && !tab.at) tab.close({ crashed: false });
  }
  seen.left = device.kept.size;
  return seen;
}

const { base, seed, people } = JSON.parse(readFileSync(0, "utf8"));
const told = [];
for (const [at, one] of people.entries()) told.push(await person(one, base, chance(seed + at)));
writeFileSync(1, JSON.stringify(told));
process.exit(0);
