// Modules of elements as one script that stands in a page by itself: { folder, entries: [[name, …], …] }
// in as JSON, [code, …] out, one for each list of names. Workers come from within the script.
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

// As in minify.mjs; as a plain script, for a file opened from a disk has no modules.
const COMMON = {
  bundle: true,
  write: false,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["chrome123", "firefox125", "safari17.4"],
  logLevel: "silent",
};

const { folder, entries } = JSON.parse(readFileSync(0, "utf8"));

/** The text of a module with all that it imports. */
async function text(name) {
  const { outputFiles } = await build({ ...COMMON, entryPoints: [join(folder, `${name}.js`)] });
  return outputFiles[0].text;
}

/** In place of start-worker.js: workers whose programs are texts in this one. */
const inside = {
  name: "inside",
  setup({ onLoad }) {
    onLoad({ filter: /[\\/]start-worker\.js$/ }, async () => {
      const texts = {};
      for (const file of readdirSync(folder).filter((one) => one.endsWith("-worker.js"))) {
        const name = file.replace(/\.js$/, "");
        if (name !== "start-worker") texts[name] = await text(name);
      }
      const contents = `
        const texts = ${JSON.stringify(texts)};
        export function startWorker(name) {
          const url = URL.createObjectURL(new Blob([texts[name]], { type: "text/javascript" }));
          return new Worker(url);
        }`;
      return { contents, loader: "js" };
    });
  },
};

/** One script of the modules of these names. */
async function script(names) {
  const contents = names.map((name) => `import "./${name}.js";`).join("\n");
  const { outputFiles } = await build({
    ...COMMON,
    stdin: { contents, resolveDir: folder },
    plugins: [inside],
  });
  return outputFiles[0].text;
}

const scripts = [];
for (const names of entries) scripts.push(await script(names));
process.stdout.write(JSON.stringify(scripts));
