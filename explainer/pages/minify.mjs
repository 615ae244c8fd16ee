// Scripts and style sheets in as JSON [{ file, text }], out as JSON [{ code, map } | { error }]; run
// once a build. An error is { file, line, text }: warnings are errors, for nobody reads them.
import { transform } from "esbuild";
import { readFileSync } from "node:fs";
import { basename, extname } from "node:path";

// What browsers of 2024 know, nesting in style sheets included, is left as it is.
const target = ["chrome123", "firefox125", "safari17.4"];

const said = (file, { location, text }) => ({ file, line: location?.line ?? null, text });

async function minified({ file, text }) {
  const loader = extname(file).slice(1);
  const isScript = loader === "js";
  try {
    const { code, map, warnings } = await transform(text, {
      loader,
      target,
      minify: true,
      charset: "utf8",
      logLevel: "silent",
      sourcefile: basename(file),
      // Whoever opens the browser's tools reads the source as it was written.
      ...(isScript ? { format: "esm", sourcemap: true } : {}),
    });
    return warnings.length ? { error: said(file, warnings[0]) } : { code, map };
  } catch (error) {
    if (!error.errors?.length) throw error; // not about the text
    return { error: said(file, error.errors[0]) };
  }
}

const sources = JSON.parse(readFileSync(0, "utf8"));
const results = await Promise.all(sources.map(minified));
process.stdout.write(JSON.stringify(results));
