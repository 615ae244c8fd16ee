// Numbers as people type them, whatever their language and keyboard: 0.85, 0,85, .85, 85 %, 1e-1,
// 8.5 × 10⁻¹, −0.5, 1 000. For boxes, answers and the page's address. Pure functions.

/** What is never seen: joiners, marks of direction. */
const UNSEEN = /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
const PERCENT = /^%|(%|٪|per ?cent)$/i;

/** A text in plain characters: ASCII digits, `-`, `.`, one space, `e` before a power of ten. */
function plain(text) {
  return text
    .replace(UNSEEN, "")
    .replace(/[⁺⁻⁰¹²³⁴-⁹]+/g, "^$&") // 10⁻³ is not 103
    .normalize("NFKC") // digits of full width, narrow spaces
    .replace(/[٠-٩۰-۹]/g, (digit) => digit.charCodeAt(0) & 15)
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/[’٬]/g, "'")
    .replace(/٫/g, ".")
    .replace(/\s+/g, " ")
    .trim()
    .replace(/^[=≈~] ?/, "")
    .replace(/(?<=\d) ?[×x*·⋅] ?10 ?(?:\^|\*\*) ?(?=[-+]?\d)/i, "e")
    .replace(/^([-+]?)10 ?(?:\^|\*\*) ?(?=[-+]?\d)/, "$11e")
    .replace(/·/g, "."); // as in 0·85
}

/**
 * A number without sign and power of ten as JavaScript writes it; what stands between thousands is
 * taken out. One comma is a decimal comma: of 1,000 nobody knows which it is.
 */
function decimal(text) {
  let digits = text.replace(/(?<=\d)[ '](?=\d{3}(?!\d))/g, "");
  const marks = digits.match(/[.,]/g) ?? [];
  const last = marks.at(-1);
  const isMixed = marks.includes(".") && marks.includes(",");
  if (isMixed || marks.length > 1) {
    // The last mark is the decimal one if it is of another kind than those before.
    const [whole, rest = ""] = isMixed ? digits.split(last) : [digits];
    if (!/^\d{1,3}([.,]\d{3})+$/.test(whole)) return NaN;
    digits = `${whole.replace(/[.,]/g, "")}.${rest}`;
  }
  digits = digits.replace(",", ".");
  return /^(\d+\.?\d*|\.\d+)$/.test(digits) ? digits : NaN;
}

/**
 * The number that a text says.
 *
 * @param {string} text
 * @returns {{value: number, isPercent: boolean}} not a number, where it cannot be read; of 85 % it
 *   is 85
 */
export function read(text) {
  const bare = plain(text);
  const isPercent = PERCENT.test(bare);
  const [, sign, digits, power = "0"] =
    /^([-+]?) ?([\d., ']+?)(?:e([-+]?\d+))?$/i.exec(bare.replace(PERCENT, "").trim()) ?? [];
  // As one text: 2e-1 is 0.2, while 2 · 10 ** -1 need not be.
  const value = Number(`${sign}${digits && decimal(digits)}e${power}`);
  return { value: Number.isFinite(value) ? value : NaN, isPercent };
}
