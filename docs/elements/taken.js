// For a figure that is one file by itself: what the address asks of it, and how tall it is for the
// page around it.

// Opened as a file it has its script inside, and its controls work.
document.documentElement.classList.add("live");

const asked = new URLSearchParams(location.search);
const scheme = asked.get("scheme");
if (scheme === "light" || scheme === "dark") document.documentElement.style.colorScheme = scheme;

// A page that frames it may listen, and give it the height that it needs. The first message is the
// one that learning platforms know.
new ResizeObserver(() => {
  const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
  parent.postMessage({ subject: "lti.frameResize", height }, "*");
}).observe(document.documentElement);
