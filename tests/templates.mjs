// Templates have one manner, as Python has with ruff: `make format` sets it, `make check` holds it.
// markup_fmt knows Jinja and moves only white space that browsers do not show. It leaves what stands
// inside {{ }} and {% %} alone; what is too long there is broken by hand, a text as "one " "and two".
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createContext } from "@dprint/formatter";

const WIDTH = 120;
const LONGEST = 160;

const formatter = createContext({ lineWidth: WIDTH, indentWidth: 2 });
const plugin = createRequire(import.meta.url).resolve("dprint-plugin-markup/plugin.wasm");
formatter.addPlugin(readFileSync(plugin), {
  closingBracketSameLine: true,
  doctypeKeywordCase: "lower",
});

function formatted(path, text) {
  // the ending says which language of templates it is
  return formatter.formatText({ filePath: path.replace(/html$/, "jinja"), fileText: text });
}

function* complaints(path, write) {
  const text = readFileSync(path, "utf8");
  // of a line that is broken here, Jinja takes the white space away
  const lost = text.split("\n").findIndex((line) => /%\} +\{%/.test(line)) + 1;
  if (lost) {
    yield `${path}:${lost}: a space between two tags: write it as {{ " " }}`;
    return;
  }
  let tidy;
  try {
    tidy = formatted(path, text);
  } catch (error) {
    yield `${path}: cannot be read: ${String(error.message ?? error).split("\n")[0]}`;
    return;
  }
  if (tidy !== text) {
    if (write) writeFileSync(path, tidy);
    else yield `${path}: not in the common manner: run make format`;
  }
  for (const [index, line] of tidy.split("\n").entries()) {
    if (line.length > LONGEST) {
      yield `${path}:${index + 1}: ${line.length} characters: break what stands inside {{ }} or {% %}`;
    }
    // a text may hold an apostrophe, and texts of ours are not escaped
    if (/='[^']*\{[{%]/.test(line)) {
      yield `${path}:${index + 1}: an attribute in single quotes: write its {{ }} with single quotes inside`;
    }
  }
}

const write = process.argv.includes("--write");
const templates = readdirSync("survey_app", { recursive: true })
  .filter((name) => /templates\/.*\.html$/.test(name))
  .map((name) => `survey_app/${name}`)
  .sort();
const found = templates.flatMap((path) => [...complaints(path, write)]);
console.log(found.join("\n") || `templates: ${templates.length} in one manner`);
process.exit(found.length ? 1 : 0);
