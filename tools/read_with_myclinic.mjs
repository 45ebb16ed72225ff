// Lets the parser of myclinic-ts read the answers in a folder, and prints what it made of each.
//
//   node read_with_myclinic.mjs CHECKOUT FOLDER
//
// CHECKOUT is a checkout of github.com/hangilc/myclinic-ts, FOLDER one of answers (res or face). Run it where the packages
// esbuild and fast-xml-parser are installed; docs/how-to/read-our-results-with-myclinic.en.md says which. Their files are
// read as they are: `parseFaceXml` of packages/frontend/src/lib/onshi-face.ts, and packages/onshi-result. Only `./api`, their
// connection to a server of theirs, which parsing does not use, is left out.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [checkout, folder] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write("usage: node read_with_myclinic.mjs CHECKOUT FOLDER\n");
  process.exit(3);
}
const packages = resolve(checkout, "packages");
const here = createRequire(join(process.cwd(), "here.js"));

async function theirs() {
  const { build } = here("esbuild");
  const place = mkdtempSync(join(tmpdir(), "read-with-myclinic-"));
  const outfile = join(place, "theirs.mjs");
  const source = `
    export { parseFaceXml } from ${JSON.stringify(join(packages, "frontend/src/lib/onshi-face.ts"))};
    export { setQuiet } from "onshi-result";`;
  const plugin = {
    name: "their-packages",
    setup(made) {
      made.onResolve({ filter: /^onshi-result$/ }, () => ({ path: join(packages, "onshi-result/result.ts") }));
      made.onResolve({ filter: /^fast-xml-parser$/ }, () => ({ path: here.resolve("fast-xml-parser") }));
      made.onResolve({ filter: /^\.\/api$/ }, () => ({ path: "api", namespace: "left-out" }));
      made.onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "export default {};" }));
    },
  };
  const stdin = { contents: source, resolveDir: process.cwd() };
  await build({ stdin, bundle: true, format: "esm", platform: "node", outfile, plugins: [plugin], logLevel: "error" });
  const found = await import(pathToFileURL(outfile));
  rmSync(place, { recursive: true });
  return found;
}

// What a screen shows: each of these throws for a value that the program does not know.
function shown(result) {
  const [item] = result.resultList;
  const words = [result.messageBody.qualificationValidity ?? "-", result.isValid ? "valid" : "not valid"];
  if (item !== undefined) {
    words.push(item.insuredCardClassification, item.name, item.sex, item.birthdate);
    words.push(item.resultOfQualificationConfirmation.insurerName);
    words.push(item.koukikoureiFutanWari === undefined ? "" : `${item.koukikoureiFutanWari}割`);
    words.push(item.elderlyRecipientCertificateInfo === undefined ? "" : "高齢受給者証");
    words.push(item.limitApplicationCertificateRelatedInfo === undefined ? "" : "限度額適用認定証");
  }
  return words.filter((word) => word).join(" ");
}

const { parseFaceXml, setQuiet } = await theirs();
setQuiet(true);
const say = console.log;
console.log = console.error = () => undefined;
let read = 0;
let rejected = 0;
for (const name of readdirSync(folder).filter((one) => one.toLowerCase().endsWith(".xml")).sort()) {
  let result;
  try {
    result = parseFaceXml(readFileSync(join(folder, name), "utf-8"));
  } catch (error) {
    rejected += 1;
    say(`rejected  ${name}  ${error.message}`);
    continue;
  }
  read += 1;
  try {
    say(`read      ${name}  ${shown(result)}`);
  } catch (error) {
    say(`read      ${name}  but not shown: ${error.message}`);
  }
}
say(`${read} read, ${rejected} rejected`);
