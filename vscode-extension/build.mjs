// Bundles the extension into dist/; with --tests the tests too, with --minify as it is shipped.
import { build } from "esbuild";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const flags = new Set(process.argv.slice(2));
const common = { bundle: true, platform: "node", target: "node20", format: "cjs", logLevel: "warning" };

rmSync("dist", { recursive: true, force: true });
const { metafile } = await build({
  ...common,
  entryPoints: ["src/extension.ts"],
  metafile: true,
  outfile: "dist/extension.js",
  external: ["vscode"],
  minify: flags.has("--minify"),
  sourcemap: !flags.has("--minify"),
});
// The licences of the packages that are in the bundle: they ask to go where it goes.
const packages = Object.keys(metafile.inputs).flatMap((path) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []);
const licences = [...new Set(packages)].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8").trim();
  return `${name} ${version} (${license})\n\n${text}\n`;
});
writeFileSync("dist/licences.txt", licences.join(`\n${"-".repeat(80)}\n\n`));

// The pages: a script each, and the style sheet that they share.
await build({
  ...common,
  entryPoints: [...["diagram", "abi", "form", "binary"].map((name) => `src/webview/${name}.ts`), "src/webview/workbench.css"],
  outdir: "dist/webview",
  platform: "browser",
  target: "es2022",
  format: "iife",
  minify: flags.has("--minify"),
});
if (flags.has("--tests")) {
  for (const kind of ["unit", "browser"]) {
    await build({
      ...common,
      entryPoints: readdirSync(`test/${kind}`)
        .filter((name) => name.endsWith(".test.ts"))
        .map((name) => `test/${kind}/${name}`),
      outdir: `dist/test/${kind}`,
      // A grammar engine that loads its own WebAssembly from where it is installed, what drives the browser, and a text
      // that runs in its pages.
      external: ["vscode-oniguruma", "vscode-textmate", "playwright-core", "axe-core"],
      sourcemap: "inline",
    });
  }
  await build({
    ...common,
    entryPoints: ["test/host/index.ts"],
    outdir: "dist/test/host",
    external: ["vscode"],
    sourcemap: "inline",
  });
}
