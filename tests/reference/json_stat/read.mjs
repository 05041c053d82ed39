// Read JSON-stat datasets with the toolkit of the format's author: a row for each cell.
// In: [{dataset}, ...]; out: [{class, label, cells: [{<dimension>: <category>, value, status}]}, ...]
import JSONstat from "../../../node_modules/jsonstat-toolkit/module.mjs";

let text = "";
for await (const part of process.stdin) text += part;
const answers = JSON.parse(text).map(({ dataset }) => {
  const read = JSONstat(dataset);
  const cells = read.toTable({ type: "arrobj", field: "id", content: "id", status: true });
  return { class: read.class, label: read.label, length: read.n, cells };
});
process.stdout.write(JSON.stringify(answers));
