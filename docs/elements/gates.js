// A gate that stands still, as longrange/gates.py has it, and the axis on which what it leaves is
// drawn. Pure functions, for forget-bias; tests/elements/test_gates.py holds both languages together.

import { topFor } from "./axes.js";
import { horizon } from "./rates.js";

/**
 * The value of a gate that reads nothing else: the factor that it keeps at each step.
 *
 * @param {number} bias
 */
export const gate = (bias) => 1 / (1 + Math.exp(-bias));

/**
 * Where an axis of steps ends on which the horizon of a gate has a tenth to spare, as `axis_end` of
 * explainer/figures/forget_bias.py.
 *
 * @param {number} f factor per step, below 1
 */
export const axisEnd = (f) => topFor(1.1 * horizon(f), [1, 2, 5]);

/** A number of steps as people write it: 14.7, 686, 13,722. */
export const steps = (value) =>
  value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString("en");
