// Bits written into one number by halving, h ← (h + b) / 2, as longrange/precision.py has it.

// Rounding doubles again is harmless: 53 digits are more than twice the 24 of float32, and two.
const ROUND = {
  bfloat16: to(8, 2 ** -133),
  float16: to(11, 2 ** -24),
  float32: Math.fround,
  float64: (value) => value,
};

/** Round numbers from 0 on to so many binary digits, half to even; `least` is above 0 the first. */
function to(digits, least) {
  return (value) => {
    const unit = Math.max(least, 2 ** (Math.floor(Math.log2(value)) + 1 - digits));
    return (value / unit + 2 ** 52 - 2 ** 52) * unit; // up there, doubles are whole numbers
  };
}

/** The number h in which `bits`, a text of 0 and 1, end up: oldest first. */
export function written(format, bits) {
  const round = ROUND[format];
  return [...bits].reduce((h, bit) => round(round(h + +bit) / 2), 0);
}

/** The bits that come back, oldest first. Reading rounds nothing. */
export function readBack(format, bits) {
  let h = written(format, bits);
  let back = "";
  while (back.length < bits.length) {
    const bit = +(2 * h >= 1);
    h = 2 * h - bit;
    back = bit + back;
  }
  return back;
}
