// Bits written into one number by halving, h ← (h + b) / 2, as longrange/precision.py has it, and
// read back. For recoverable-bits; tests/elements/test_precision.py holds both together.

// How each format rounds a number that JavaScript, like every double, has worked out more exactly.
// A step is done in doubles and then rounded. For sums and halves that gives the same as one
// rounding would: 53 digits are more than twice the 24 of float32, and two.
const ROUND = {
  bfloat16: toDigits(8, 2 ** -133),
  float16: toDigits(11, 2 ** -24),
  float32: Math.fround,
  float64: (value) => value,
};

/**
 * A function that rounds numbers from 0 on to so many binary digits, half to even.
 *
 * @param {number} digits of the significand, with the leading one
 * @param {number} least the first number above 0, below which there is no finer unit
 */
function toDigits(digits, least) {
  return (value) => {
    // The distance between neighbours where `value` is.
    const unit = Math.max(least, 2 ** (Math.floor(Math.log2(value)) + 1 - digits));
    // From 2^52 on, doubles are whole numbers: adding it rounds, and the processor's way.
    return (value / unit + 2 ** 52 - 2 ** 52) * unit;
  };
}

/**
 * The number h in which bits end up.
 *
 * @param {string} format bfloat16, float16, float32 or float64
 * @param {string} bits 0 and 1, the oldest first
 */
export function written(format, bits) {
  const round = ROUND[format];
  return [...bits].reduce((h, bit) => round(round(h + Number(bit)) / 2), 0);
}

/** The bits that come back from that number, the oldest first. Reading rounds nothing. */
export function readBack(format, bits) {
  let h = written(format, bits);
  let back = "";
  while (back.length < bits.length) {
    const bit = 2 * h >= 1 ? 1 : 0; // the newest that is left
    h = 2 * h - bit;
    back = bit + back;
  }
  return back;
}
