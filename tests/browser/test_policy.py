"""What a careful host allows is enough, and no script of the page changes what is not its own."""

import pytest
from acting import READY

from explainer.viewing import host

# Scripts are files of the site. Pictures and faces may stand in style sheets, styles in the page.
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; font-src 'self' data:"
)
NOTE = """
  window.forbidden = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI, sourceFile }) =>
    forbidden.push(`${violatedDirective} ${blockedURI} ${sourceFile}`));
"""
# Names of methods, of all interfaces of the browser, that are not its own; and of what was put on
# single nodes. A frame that nothing runs in tells which interfaces there are.
CHANGED = """() => {
  const frame = document.head.appendChild(document.createElement("iframe"));
  const names = Object.getOwnPropertyNames(frame.contentWindow);
  frame.remove();
  const isOurs = (value) => typeof value === "function"
    && !Function.prototype.toString.call(value).includes("[native code]");
  const changed = names.filter((name) => isOurs(window[name]));
  for (const name of names) {
    for (const [where, object] of [[name, window[name]], [`${name}#`, window[name]?.prototype]]) {
      if (typeof window[name] !== "function" || !object) continue;
      for (const [key, one] of Object.entries(Object.getOwnPropertyDescriptors(object))) {
        if ([one.value, one.get, one.set].some(isOurs)) changed.push(where + key);
      }
    }
  }
  for (const node of [document, document.documentElement, document.head, document.body]) {
    const own = Object.getOwnPropertyNames(node).filter((key) => key !== "location");
    changed.push(...own.map((key) => `${node.nodeName}.${key}`));
  }
  return changed;
}"""


@pytest.fixture(scope="module")
def reader(browser, site):
    """Return a tab of a careful host's reader, and the address of the site there."""
    with host.serving(site, {"Content-Security-Policy": POLICY}) as url:
        context = browser.new_context(reduced_motion="reduce")
        page = context.new_page()
        page.add_init_script(NOTE)
        yield page, url
        context.close()


def test_every_page_works_where_scripts_must_be_files_of_the_site(reader, pages):
    page, url = reader
    said = []
    page.on("console", lambda m: m.type == "error" and "404" not in m.text and said.append(m.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for path in pages:
        page.goto(url + path)
        page.wait_for_function(READY)
        assert page.evaluate(CHANGED) == [], path
        before = page.locator("#scheme").get_attribute("aria-pressed")
        page.locator("#scheme").click()
        assert page.locator("#scheme").get_attribute("aria-pressed") != before
        page.locator("[name=query]").click()
        page.keyboard.type("gradient")
        page.locator(".md-search-result__link").first.wait_for()
        assert page.evaluate("forbidden") == [], path
    assert said == []


def test_the_policy_is_in_force_and_a_patch_would_be_found(reader):
    page, url = reader
    page.goto(f"{url}about/")
    page.wait_for_function(READY)
    page.evaluate("""() => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.head.append(script);
      document.body.setAttribute = () => {};
      const { open } = XMLHttpRequest.prototype;
      XMLHttpRequest.prototype.open = function (...all) { return open.apply(this, all) };
    }""")
    page.wait_for_function("forbidden.length === 1")
    assert page.evaluate("window.ran") is None
    assert page.evaluate(CHANGED) == ["XMLHttpRequest#open", "BODY.setAttribute"]
