// Loads the module of every custom element that stands in the page: tag name = file name.
const tags = new Set([...document.querySelectorAll(":not(:defined)")].map((e) => e.localName));
for (const tag of tags) import(`./${tag}.js`);
