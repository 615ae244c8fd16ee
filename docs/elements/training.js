// Small recurrent networks that learn to agree, as longrange/training.py has them: the same
// sentences, the same start, the same steps; sums are added up in another order, so that rounding
// errors lie between them. tests/elements/test_training.py compares them.
//
// All numbers live in flat Float64Arrays that are made once. T words a sentence, B sentences a batch,
// N units, G blocks of N numbers that a step makes of W h (G N) and of what is read (G N).

import { uniform, unit } from "./network.js";

// ── Words, as in training.py ────────────────────────────────────────────────

const [THE, ADVERBS, PREPOSITIONS, ADJECTIVES, NOUNS] = [
  [1, 2],
  [2, 5],
  [5, 11],
  [11, 19],
  [19, 43],
]; // half-open ranges of words; word 0 begins each sentence
const WORDS = 43;
const PHRASES = [[ADVERBS], [PREPOSITIONS, THE, NOUNS], [PREPOSITIONS, THE, ADJECTIVES, NOUNS]];
const BEFORE = 3; // words before the k that follow the subject, which is the last of them
// Streams of random numbers.
const WEIGHTS = { W: 16, U: 17, b: 18, c: 19, v: 20 };
const [TRAINED, DISTANCES, TESTED] = [32, 33, 1024];

const BATCH = 32;
const TESTS = 200; // new sentences for each distance
const [SMALL, LEAK] = [0.1, 0.05];
const CLIP = 1;
const [DECAY, DECAY_OF_SQUARES, TINY] = [0.9, 0.999, 1e-8];
const [LEARNED, MEMORY] = [0.95, 0.9];

const sigmoid = (x) => 1 / (1 + Math.exp(-x));

/** The middle of some numbers, 0 of none. */
function median(numbers) {
  const inOrder = numbers.sort((one, other) => one - other);
  const half = inOrder.length >> 1;
  if (inOrder.length % 2 || !half) return inOrder[half] ?? 0;
  return (inOrder[half - 1] + inOrder[half]) / 2;
}

/**
 * Write sentences over k words into `read`, whose numbers are drawn from a stream after `skip`.
 *
 * @param {{tokens: Int32Array, plural: Uint8Array}} read room for `count` sentences
 * @param {function(number): number} random the i-th number of the stream, on (0, 1)
 * @param {number} skip
 * @param {number} k
 * @param {number} count
 * @param {boolean} [isBalanced] whether subjects are singular and plural by turns
 */
function write(read, random, skip, k, count, isBalanced = false) {
  const T = BEFORE + k;
  const draw = (i, [low, high]) => low + Math.floor(random(i) * (high - low));
  for (let n = 0; n < count; n++) {
    let at = skip + n * (1 + 2 * k);
    let subject = draw(at++, NOUNS);
    if (isBalanced) subject += (n % 2) - ((subject - NOUNS[0]) % 2);
    read.tokens[n * T] = 0;
    read.tokens[n * T + 1] = THE[0];
    read.tokens[n * T + 2] = subject;
    read.plural[n] = (subject - NOUNS[0]) % 2;
    let phrase;
    let place = 0;
    for (let j = 0; j < k; j++) {
      let fitting = 0;
      while (fitting < PHRASES.length && PHRASES[fitting].length <= k - j) fitting++;
      if (place === 0) phrase = PHRASES[Math.floor(random(at) * fitting)];
      read.tokens[n * T + BEFORE + j] = draw(at + 1, phrase[place]);
      place = (place + 1) % phrase.length;
      at += 2;
    }
  }
}

// ── Cells ───────────────────────────────────────────────────────────────────
// What a step makes of `a` = W h_old and `u` = U x + b, and how a gradient goes back through it. Units
// do not see each other here: that is what W is for. `o` and `n` are where the old state and the new
// one begin in h and c, `g` where this step keeps what it will need again.
//
// Backwards `dh`, the gradient on the new state, becomes what the old state gets past W; `du` and `da`
// get what u and a do; `dc` belongs to c.

/** h ← (1 − α) h + α tanh(a + u) */
const leaky = (alpha) => ({
  blocks: 1,
  forward({ N, a, u, h, kept }, o, n, g) {
    for (let i = 0; i < N; i++) {
      const y = Math.tanh(a[i] + u[i]);
      kept[g + i] = y;
      h[n + i] = (1 - alpha) * h[o + i] + alpha * y;
    }
  },
  backward({ N, da, du, dh, kept }, o, n, g) {
    for (let i = 0; i < N; i++) {
      // dy/da = 1 − y²
      da[i] = du[i] = dh[i] * alpha * (1 - kept[g + i]) * (1 + kept[g + i]);
      dh[i] *= 1 - alpha;
    }
  },
});

const CELLS = {
  tanh: leaky(1), // h ← tanh(W h + U x + b)
  small_inputs: leaky(1),
  leaky: leaky(LEAK),
  lstm: {
    blocks: 4,
    forward({ N, a, u, h, c, kept }, o, n, g) {
      for (let i = 0; i < N; i++) {
        // i, f, o ← σ(a + u), g ← tanh(a + u): what is let in, kept, shown; what is new
        const enter = sigmoid(a[i] + u[i]);
        const keep = sigmoid(a[N + i] + u[N + i]);
        const fresh = Math.tanh(a[2 * N + i] + u[2 * N + i]);
        const show = sigmoid(a[3 * N + i] + u[3 * N + i]);
        // c ← f c + i g
        c[n + i] = keep * c[o + i] + enter * fresh;
        // h ← o tanh(c)
        h[n + i] = show * Math.tanh(c[n + i]);
        kept[g + i] = enter;
        kept[g + N + i] = keep;
        kept[g + 2 * N + i] = fresh;
        kept[g + 3 * N + i] = show;
      }
    },
    backward({ N, da, du, dh, dc, c, kept }, o, n, g) {
      for (let i = 0; i < N; i++) {
        const enter = kept[g + i];
        const keep = kept[g + N + i];
        const fresh = kept[g + 2 * N + i];
        const show = kept[g + 3 * N + i];
        const out = Math.tanh(c[n + i]);
        // dc ← dc + dh o (1 − tanh² c)
        const cell = dc[i] + dh[i] * show * (1 - out) * (1 + out);
        da[i] = cell * fresh * enter * (1 - enter);
        da[N + i] = cell * c[o + i] * keep * (1 - keep);
        da[2 * N + i] = cell * enter * (1 - fresh) * (1 + fresh);
        da[3 * N + i] = dh[i] * out * show * (1 - show);
        dc[i] = cell * keep;
        dh[i] = 0; // all of h goes through W
      }
      du.set(da);
    },
  },
  gru: {
    blocks: 3,
    forward({ N, a, u, h, kept, weights }, o, n, g) {
      for (let i = 0; i < N; i++) {
        // r, z ← σ(a + u): what the new value sees of the old ones, what is kept
        const reset = sigmoid(a[i] + u[i]);
        const keep = sigmoid(a[N + i] + u[N + i]);
        // n ← tanh(u + r (a + b'))
        const inside = a[2 * N + i] + weights.c[i];
        const fresh = Math.tanh(u[2 * N + i] + reset * inside);
        // h ← z h + (1 − z) n
        h[n + i] = keep * h[o + i] + (1 - keep) * fresh;
        kept[g + i] = reset;
        kept[g + N + i] = keep;
        kept[g + 2 * N + i] = fresh;
        kept[g + 3 * N + i] = inside;
      }
    },
    backward({ N, da, du, dh, h, kept, slopes }, o, n, g) {
      for (let i = 0; i < N; i++) {
        const reset = kept[g + i];
        const keep = kept[g + N + i];
        const fresh = kept[g + 2 * N + i];
        const inside = kept[g + 3 * N + i];
        const into = dh[i] * (1 - keep) * (1 - fresh) * (1 + fresh);
        du[i] = da[i] = into * inside * reset * (1 - reset);
        du[N + i] = da[N + i] = dh[i] * (h[o + i] - fresh) * keep * (1 - keep);
        du[2 * N + i] = into;
        da[2 * N + i] = into * reset;
        slopes.c[i] += into * reset;
        dh[i] *= keep;
      }
    },
  },
};

// ── The network ─────────────────────────────────────────────────────────────

/** A network with room for its gradient and for all that a batch of sentences makes. */
class Network {
  /**
   * @param {string} kind a key of CELLS
   * @param {number} N width
   * @param {number} longest distance of sentences it will read
   */
  constructor(kind, N, longest) {
    this.cell = CELLS[kind];
    this.N = N;
    const rows = this.cell.blocks * N;
    const sizes = { W: rows * N, U: rows * WORDS, b: rows, c: kind === "gru" ? N : 0, v: N, a: 1 };
    const total = Object.values(sizes).reduce((sum, size) => sum + size);
    [this.flat, this.flatSlopes] = [new Float64Array(total), new Float64Array(total)];
    [this.weights, this.slopes] = [{}, {}]; // parts of these two by name; of U a row for each word
    let at = 0;
    for (const [name, size] of Object.entries(sizes)) {
      this.weights[name] = this.flat.subarray(at, at + size);
      this.slopes[name] = this.flatSlopes.subarray(at, at + size);
      at += size;
    }
    const steps = (BEFORE + longest) * BATCH;
    [this.h, this.c] = [0, 1].map(() => new Float64Array((steps + BATCH) * N));
    this.kept = new Float64Array(steps * 4 * N);
    [this.a, this.u, this.da, this.du] = [0, 1, 2, 3].map(() => new Float64Array(rows));
    [this.dh, this.dc] = [0, 1].map(() => new Float64Array(N));
  }

  /** Read `count` sentences of T words; sentence n has its states at h[(n (T + 1) + t) N]. */
  read(tokens, T, count) {
    const { N, a, u, h, c, cell } = this;
    const { W, U, b } = this.weights;
    const rows = a.length;
    for (let n = 0; n < count; n++) {
      let o = n * (T + 1) * N;
      h.fill(0, o, o + N);
      c.fill(0, o, o + N);
      for (let t = 0; t < T; t++, o += N) {
        const word = tokens[n * T + t] * rows;
        for (let r = 0; r < rows; r++) {
          // a = W h, u = U x + b, where x picks a word
          let sum = 0;
          for (let j = 0; j < N; j++) sum += W[r * N + j] * h[o + j];
          a[r] = sum;
          u[r] = U[word + r] + b[r];
        }
        cell.forward(this, o, o + N, (n * T + t) * 4 * N);
      }
    }
  }

  /** How strongly “are” is believed against “is” in the state that begins at `o`: v h + a. */
  odds(o) {
    const { N, h, weights } = this;
    let sum = weights.a[0];
    for (let j = 0; j < N; j++) sum += weights.v[j] * h[o + j];
    return sum;
  }

  /**
   * Read sentences, and add up the gradient of the mean loss ln(1 + e^(−odds)) on the right answer.
   *
   * @param {{tokens: Int32Array, plural: Uint8Array}} read
   * @param {number} T
   * @param {number} count
   * @param {Float64Array} [byLag] gets the length of the gradient on each word, the last one first
   * @returns {{loss: number, right: number}}
   */
  gradient({ tokens, plural }, T, count, byLag) {
    const { N, h, dh, dc, slopes, weights } = this;
    this.flatSlopes.fill(0);
    this.read(tokens, T, count);
    let [loss, right] = [0, 0];
    for (let n = 0; n < count; n++) {
      const o = (n * (T + 1) + T) * N; // of the state after the last word
      const sign = plural[n] ? 1 : -1;
      const odds = sign * this.odds(o);
      loss += Math.max(0, -odds) + Math.log1p(Math.exp(-Math.abs(odds)));
      right += odds > 0 || (odds === 0 && !plural[n]);
      // d ln(1 + e^−z) / dz = −1 / (1 + e^z)
      const owed = (-sign * sigmoid(-odds)) / count;
      slopes.a[0] += owed;
      for (let j = 0; j < N; j++) {
        slopes.v[j] += owed * h[o + j];
        dh[j] = owed * weights.v[j];
        dc[j] = 0;
      }
      this.back(tokens, T, n, byLag);
    }
    return { loss: loss / count, right: right / count };
  }

  /** Take dh and dc back from the last word of sentence n to its first. */
  back(tokens, T, n, byLag) {
    const { N, da, du, h, dh, cell, slopes, weights } = this;
    const rows = da.length;
    let o = (n * (T + 1) + T) * N;
    for (let t = T - 1; t >= 0; t--) {
      const now = o;
      o -= N;
      cell.backward(this, o, now, (n * T + t) * 4 * N);
      const word = tokens[n * T + t] * rows;
      for (let r = 0; r < rows; r++) {
        slopes.U[word + r] += du[r];
        slopes.b[r] += du[r];
        // dW += da hᵀ, and dh gets Wᵀ da
        const slope = da[r];
        for (let j = 0; j < N; j++) {
          slopes.W[r * N + j] += slope * h[o + j];
          dh[j] += slope * weights.W[r * N + j];
        }
      }
      if (byLag) byLag[n * T + T - 1 - t] = this.onWord();
    }
  }

  /** The length of Uᵀ du: the gradient on what was read at a step. */
  onWord() {
    const { du } = this;
    const { U } = this.weights;
    let sum = 0;
    for (let word = 0; word < WORDS; word++) {
      let part = 0;
      for (let r = 0; r < du.length; r++) part += U[word * du.length + r] * du[r];
      sum += part * part;
    }
    return Math.sqrt(sum);
  }
}

// ── Training ────────────────────────────────────────────────────────────────

/** Numbers have become too large for a step. */
export class Overflow extends Error {}

/** One run: a network, what it is fed, and where it has come. */
export class Training {
  /**
   * @param {Object} setting
   * @param {string} setting.network a key of CELLS
   * @param {string} setting.diet "alone", "mixture" or "growing"
   * @param {number} setting.distance words between subject and answer
   * @param {number} setting.d width
   * @param {number} setting.rate step size of Adam
   * @param {boolean} setting.clip whether a gradient longer than 1 is shortened to 1
   * @param {number} setting.bias of the forget gates of an LSTM
   * @param {number} setting.seed of weights and sentences
   */
  constructor(setting) {
    Object.assign(this, setting);
    const longest = Math.max(this.distance, ...this.tested);
    this.net = new Network(this.network, this.d, longest);
    const tokens = new Int32Array((BEFORE + longest) * BATCH);
    this.sentences = { tokens, plural: new Uint8Array(BATCH) };
    [this.means, this.squares] = [0, 1].map(() => new Float64Array(this.net.flat.length));
    this.steps = 0;
    this.reach = 1; // the distance of the next sentences, where it grows
    this.used = 0; // random numbers of the sentences read so far
    this.ofLate = 0.5; // share right, where the distance grows
    this.random = uniform(this.seed, TRAINED);
    this.distances = uniform(this.seed, DISTANCES);
    this.start();
  }

  /** Sentences that a step reads. */
  get batch() {
    return BATCH;
  }

  /** Distances that are tested: powers of 2 up to twice the distance, and itself. */
  get tested() {
    const known = [1, 2, 4, 8, 16, 32, 64].filter((k) => k <= 2 * this.distance);
    return [...new Set([...known, this.distance])].sort((one, other) => one - other);
  }

  /** Set the weights that training begins with. */
  start() {
    const { weights, N, a } = this.net;
    for (const [name, stream] of Object.entries(WEIGHTS)) {
      const random = uniform(this.seed, stream);
      // Of U the page has a row for each word, Python a column.
      const [down, across] = name === "U" ? [WORDS, a.length] : [weights[name].length, 1];
      for (let i = 0; i < weights[name].length; i++) {
        const at = Math.floor(i / across) + (i % across) * down;
        weights[name][i] = (2 * random(name === "U" ? at : i) - 1) / Math.sqrt(N);
      }
    }
    if (this.network === "small_inputs") {
      weights.W.set(unit("orthogonal", N, this.seed));
      for (const part of [weights.U, weights.b]) part.forEach((x, i) => (part[i] = SMALL * x));
    }
    if (this.network === "lstm") weights.b.fill(this.bias, N, 2 * N);
  }

  /**
   * Read a batch of sentences and take one step.
   *
   * @returns {{loss: number, right: number}} of the batch, before the step
   * @throws {Overflow} if numbers overflow: the weights stay as they were
   */
  step() {
    const { net, sentences } = this;
    const k = this.nextDistance();
    write(sentences, this.random, this.used, k, BATCH);
    const found = net.gradient(sentences, BEFORE + k, BATCH);
    let length = 0;
    for (const part of net.flatSlopes) length += part * part;
    length = Math.sqrt(length);
    if (!Number.isFinite(length + found.loss)) {
      throw new Overflow(`numbers overflowed at step ${this.steps + 1}: the rate is too large`);
    }
    this.used += BATCH * (1 + 2 * k);
    this.steps++;
    this.adam(this.clip && length > CLIP ? CLIP / length : 1);
    if (this.diet === "growing") {
      this.ofLate = MEMORY * this.ofLate + (1 - MEMORY) * found.right;
      if (this.ofLate > LEARNED && this.reach < this.distance) {
        this.reach = Math.min(this.distance, this.reach + Math.max(1, this.reach >> 2));
        this.ofLate = 0.5;
      }
    }
    return found;
  }

  nextDistance() {
    if (this.diet === "alone") return this.distance;
    if (this.diet === "growing") return this.reach;
    const u = this.distances(this.steps);
    return Math.min(this.distance, Math.floor(Math.exp(u * Math.log(this.distance + 1))));
  }

  /** A step of Adam (Kingma and Ba 2015) along the gradient times `factor`. */
  adam(factor) {
    const { flat, flatSlopes } = this.net;
    const { means, squares, rate } = this;
    const ofMean = 1 - DECAY ** this.steps;
    const ofSquare = 1 - DECAY_OF_SQUARES ** this.steps;
    for (let i = 0; i < flat.length; i++) {
      const slope = factor * flatSlopes[i];
      // m ← β₁ m + (1 − β₁) g, v ← β₂ v + (1 − β₂) g²
      means[i] += (1 - DECAY) * (slope - means[i]);
      squares[i] += (1 - DECAY_OF_SQUARES) * (slope * slope - squares[i]);
      // θ ← θ − η m̂ / (√v̂ + ε)
      flat[i] -= (rate * (means[i] / ofMean)) / (Math.sqrt(squares[i] / ofSquare) + TINY);
    }
  }

  /** Share of right answers over `distance`, on the first of its new sentences. */
  right(distance, tests = TESTS) {
    const { net, sentences } = this;
    const random = uniform(this.seed, TESTED + distance);
    const T = BEFORE + distance;
    let right = 0;
    for (let done = 0; done < tests; done += BATCH) {
      const count = Math.min(BATCH, tests - done);
      write(sentences, random, done * (1 + 2 * distance), distance, count, true); // BATCH is even
      net.read(sentences.tokens, T, count);
      for (let n = 0; n < count; n++) {
        right += net.odds((n * (T + 1) + T) * net.N) > 0 === Boolean(sentences.plural[n]);
      }
    }
    return right / tests;
  }

  /** Share of the gradient of each lag over the distance, the last word's first: the median. */
  byLag() {
    const T = BEFORE + this.distance;
    const random = uniform(this.seed, TESTED + this.distance);
    write(this.sentences, random, 0, this.distance, BATCH, true);
    const sizes = new Float64Array(BATCH * T);
    this.net.gradient(this.sentences, T, BATCH, sizes);
    const rows = [];
    for (let n = 0; n < BATCH; n++) {
      const row = sizes.subarray(n * T, (n + 1) * T);
      const whole = row.reduce((sum, size) => sum + size, 0);
      // No gradient, or one that overflows, has no shares.
      if (whole > 0 && whole < Infinity) rows.push(row.map((size) => size / whole));
    }
    return Float64Array.from({ length: T }, (_, k) => median(rows.map((row) => row[k])));
  }

  /** How strongly “are” is believed after each word. */
  beliefs(tokens) {
    const T = tokens.length;
    this.net.read(tokens, T, 1);
    // Where numbers overflow there is no belief.
    return Float64Array.from({ length: T }, (_, t) => this.net.odds((t + 1) * this.net.N) || 0);
  }
}
