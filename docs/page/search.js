// The worker that Material's page asks for what readers search. Material's own worker does the
// work; this one, which the page's configuration names in its place, starts it with the first
// letter that is typed. Until then neither it nor the index, as large as all pages together, is
// fetched. Its address has the name of Material's worker behind the question mark.
const SETUP = 0; // kinds of messages, as Material numbers them
const READY = 1;
const QUERY = 2;
const RESULT = 3;
const site = new URL("../../", location);
let started = null;

async function start() {
  const answer = await fetch(new URL("search/search_index.json", site));
  const index = await answer.json();
  const name = location.search.slice(1);
  const worker = new Worker(new URL(`assets/javascripts/workers/${name}`, site));
  worker.addEventListener("message", ({ data }) => {
    if (data.type === RESULT) postMessage(data);
  });
  worker.postMessage({ type: SETUP, data: { ...index, options: {} } });
  return worker;
}

addEventListener("message", async ({ data: { type, data } }) => {
  if (type !== QUERY) return;
  if (!started && !data) {
    postMessage({ type: RESULT, data: { items: [] } });
    return;
  }
  started ??= start();
  try {
    (await started).postMessage({ type, data });
  } catch (error) {
    started = null; // the next letter tries again
    throw error;
  }
});
postMessage({ type: READY });
