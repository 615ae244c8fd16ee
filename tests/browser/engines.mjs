// Walks through the site in one engine: opens every page, presses keys on every control, and
// prints one line of JSON for each page. engines.py says in standard input with what and where:
// { driver, engine, executable, playwright, url, pages, patience, seconds }. Where `url` is that of
// a folder, pages are opened from the disk.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join, sep } from "node:path";
import { pathToFileURL } from "node:url";

const asked = JSON.parse(readFileSync(0, "utf-8"));
const inPage =
  readFileSync(new URL("engines_page.js", import.meta.url), "utf-8") +
  `window.lrWalk = lrWalk(${asked.patience})`;
const PROGRAM = "/walk.js";
const ENOUGH = 3; // failures before the walk leaves a page: each takes seconds

const closing = []; // what was started, to be ended in the opposite order
let at = ""; // the page

/**
 * Serve the site with our program first in every page: WebKit's driver has no other way in. Scripts
 * are files of the site or do not run, as a careful host would have it.
 */
function serve() {
  const pass = async (request, response) => {
    if (request.url === PROGRAM) {
      response.writeHead(200, { "content-type": "text/javascript" });
      response.end(inPage);
      return;
    }
    const from = await fetch(new URL(request.url, asked.url));
    const type = from.headers.get("content-type");
    let body = Buffer.from(await from.arrayBuffer());
    if (type.startsWith("text/html")) {
      body = body
        .toString()
        .replace(/<head[^>]*>/, (head) => `${head}<script src="${PROGRAM}"></script>`);
    }
    response.writeHead(from.status, {
      "content-type": type,
      "cache-control": "max-age=600",
      "content-security-policy": "script-src 'self'; worker-src 'self'",
    });
    response.end(body);
  };
  const server = createServer((request, response) =>
    pass(request, response).catch(() => response.destroy()),
  );
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => done(`http://127.0.0.1:${server.address().port}/`)),
  );
}

/** Copies of pages in a folder, with our program first in each; there nothing forbids it. */
function copies() {
  const folder = mkdtempSync(join(tmpdir(), "walk-"));
  closing.push(() => rmSync(folder, { recursive: true }));
  for (const page of asked.pages) {
    const text = readFileSync(new URL(page, asked.url), "utf-8");
    const own = text.replace("<head>", () => `<head><script>${inPage}</script>`);
    writeFileSync(join(folder, page), own);
  }
  return pathToFileURL(folder + sep);
}

/** Playwright and Puppeteer open, evaluate and press alike. */
async function driven(browser) {
  closing.push(() => browser.close());
  const page = await browser.newPage();
  return {
    open: (url) => page.goto(url),
    evaluate: (expression) => page.evaluate(expression),
    press: (key) => page.keyboard.press(key),
    type: (text) => page.keyboard.type(text),
  };
}

const DRIVERS = {
  async playwright({ playwright, engine, executable }) {
    const engines = await import(pathToFileURL(`${playwright}/index.mjs`));
    return driven(await engines[engine].launch({ executablePath: executable }));
  },

  async puppeteer({ engine, executable }) {
    const { launch } = await import("puppeteer-core");
    return driven(await launch({ browser: engine, executablePath: executable, headless: true }));
  },

  /** WebKitGTK's own driver, which speaks WebDriver; its browser needs a screen. */
  async webdriver({ executable }) {
    const display = await screen();
    const port = await freePort();
    const env = {
      ...process.env,
      DISPLAY: display,
      LIBGL_ALWAYS_SOFTWARE: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    };
    start(executable, [`--port=${port}`], { env, stdio: "ignore" });
    await listening(port);

    const call = async (method, path, body) => {
      const answer = await fetch(`http://127.0.0.1:${port}/session${path}`, {
        method,
        body: body && JSON.stringify(body),
      });
      const { value } = await answer.json();
      if (value?.error) throw new Error(`${path}: ${value.error} ${value.message ?? ""}`);
      return value;
    };
    const { sessionId } = await call("POST", "", { capabilities: {} });
    closing.push(() => call("DELETE", `/${sessionId}`));
    await call("POST", `/${sessionId}/window/rect`, { x: 0, y: 0, width: 1280, height: 900 });

    const CODES = {
      Enter: "\uE007",
      Escape: "\uE00C",
      PageUp: "\uE00E",
      PageDown: "\uE00F",
      ArrowLeft: "\uE012",
      ArrowUp: "\uE013",
      ArrowRight: "\uE014",
      ArrowDown: "\uE015",
    };
    const keys = (values) =>
      call("POST", `/${sessionId}/actions`, {
        actions: [
          {
            type: "key",
            id: "keys",
            actions: values.flatMap((value) => [
              { type: "keyDown", value },
              { type: "keyUp", value },
            ]),
          },
        ],
      });
    return {
      open: (url) => call("POST", `/${sessionId}/url`, { url }),
      evaluate: (expression) =>
        call("POST", `/${sessionId}/execute/async`, {
          script: `const [done] = arguments;
          Promise.resolve(${expression}).then(done, (error) => done({ error: String(error) }));`,
          args: [],
        }),
      press: (key) => keys([CODES[key] ?? key]),
      type: (text) => keys([...text]),
    };
  },
};

/** Start a program that ends with us. */
function start(command, args, options) {
  const program = spawn(command, args, options);
  closing.push(() => program.kill());
  return program;
}

/** Start a screen that nobody sees; it chooses its number itself. */
function screen() {
  const args = ["-displayfd", "3", "-screen", "0", "1280x1024x24", "-nolisten", "tcp"];
  const { stdio } = start("Xvfb", args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  return new Promise((done) => stdio[3].once("data", (number) => done(`:${`${number}`.trim()}`)));
}

function freePort() {
  const server = createServer();
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => done(port));
    }),
  );
}

/** Wait until somebody answers at `port`; the deadline ends this too. */
async function listening(port) {
  const answers = () =>
    new Promise((done) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy();
        done(true);
      });
      socket.on("error", () => setTimeout(done, 50, false));
    });
  while (!(await answers()));
}

/** Try every control of the page that is open. */
async function tryAll({ evaluate, press, type }) {
  const [tried, failed] = [[], []];
  while (failed.length < ENOUGH) {
    const control = await evaluate("lrWalk.next()");
    if (!control) break;
    tried.push(control.kind);
    const fail = (why) => failed.push(`${control.name} ${why}`);
    if (!control.focused) fail("takes no focus");
    for (const { text, key, value } of control.steps) {
      if (text) await type(text);
      if (key) await press(key);
      const wrong = await evaluate(`lrWalk.moved(${JSON.stringify(value)})`);
      if (!wrong) continue;
      fail(`${wrong} at ${[text && `“${text}”`, key].filter(Boolean).join(" and ")}`);
      break;
    }
    const lost = await evaluate("lrWalk.followed()");
    if (lost.length) fail(`is not what the address says of ${lost.join(", ")}`);
  }
  return { tried, failed };
}

async function walk() {
  const site = asked.url.startsWith("file:") ? copies() : await serve();
  const browser = await DRIVERS[asked.driver](asked);
  for (const page of asked.pages) {
    at = page;
    await browser.open(site + page);
    const missing = await browser.evaluate("lrWalk.ready()");
    const { tried, failed } = missing.length ? { tried: [], failed: [] } : await tryAll(browser);
    const { problems, untried } = await browser.evaluate("lrWalk.end()");
    if (missing.length || failed.length >= ENOUGH) untried.length = 0; // no wonder
    console.log(
      JSON.stringify({ page, tried, missing, problems, failed: [...failed, ...untried] }),
    );
  }
}

const broken = new Promise((_, fail) => {
  setTimeout(() => fail(new Error(`not done after ${asked.seconds} s`)), 1000 * asked.seconds);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => fail(new Error(signal)));
});
try {
  await Promise.race([walk(), broken]);
} catch (error) {
  console.error(`/${at}:`, error);
  process.exitCode = 1;
}
// What was started must end, whatever came before; what hangs may not hold the others.
for (const close of closing.reverse()) {
  const hung = new Promise((done) => setTimeout(done, 5000));
  await Promise.race([
    Promise.resolve()
      .then(close)
      .catch(() => {}),
    hung,
  ]);
}
process.exit();
