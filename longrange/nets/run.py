"""A run: a network along inputs, its states, and one linear map a step. All else is asked of it.

Symbols as in `longrange`: T time, B batch, S what is carried from step to step, I what is read at
a step. J_t = dh_t/dh_{t-1} is the Jacobian of the step into ``states[t]``, h the whole state, and
J_{t,k} = J_t J_{t-1} ··· J_{t-k+1}, newest factor on the left.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longrange import arguments
from longrange.nets import gradients, growth, intervals, products

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]

IDS = ": token ids? pass what the embedding gives"  # of whole numbers that do not fit


class Run(ABC):
    """A network along inputs.

    Attributes
    ----------
    states : ndarray of shape (T, B, S)
        All that the network carries, after each step; of several layers one after the other.
    outputs : ndarray of shape (T, B, N)
        h of the last layer, which is what a framework returns.
    inputs : ndarray of shape (T, B, I) or None
        What was read.
    start : ndarray of shape (B, S) or None
        The state before the first step, where it is known.
    """

    def __init__(
        self,
        states: Floats,
        *,
        outputs: Floats | None = None,
        inputs: Floats | None = None,
        start: Floats | None = None,
    ) -> None:
        self.states, self.inputs, self.start = states, inputs, start
        self.outputs = states if outputs is None else outputs

    @property
    def steps(self) -> int:
        """T, the number of steps."""
        return self.states.shape[0]

    @property
    def sequences(self) -> int:
        """B, the number of sequences."""
        return self.states.shape[1]

    @property
    def size(self) -> int:
        """S, the number of numbers carried from step to step."""
        return self.states.shape[2]

    def distance(
        self, states: ArrayLike, *, batch_first: bool | None = None, steps: int | None = None
    ) -> float:
        """Return how far these states are from those of the original, as a framework returns them.

        Parameters
        ----------
        states : array_like of shape (T, N), (T, B, N), or (B, T, N) with `batch_first`
            h of the last layer at each step; or S in place of N, all that is carried.
        batch_first : bool
            As in `Net.run`.
        steps : int, optional
            How many of the first steps are compared; all unless given. Where small changes grow,
            so do those of rounding: compare the first twenty.

        Returns
        -------
        float
            The largest difference, relative to the largest entry of the original: about 1e-6
            for one that computes in float32, some thousandths in bfloat16. Far more means another
            network: gates in another order, another activation, a bias left out.

        Raises
        ------
        ValueError
            If shapes do not fit or an entry is not finite.
        """
        width = np.shape(states)[-1] if np.ndim(states) else 0
        ours = self.states if width == self.size else self.outputs
        theirs = timed("states", states, ours.shape[-1], batch_first)
        if theirs.shape != ours.shape:
            steps, sequences = theirs.shape[:2]
            raise ValueError(
                f"states must be those of this run, {self.steps} steps of {self.sequences} "
                f"sequences, got {steps} steps of {sequences}"
            )
        first = slice(arguments.size("steps", self.steps if steps is None else steps))
        return float(np.abs(ours[first] - theirs[first]).max() / (np.abs(theirs[first]).max() or 1))

    @abstractmethod
    def jvp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_t v for each row v of `V`: what small changes become one step on.

        Parameters
        ----------
        V : ndarray of shape (P, M, S)
            M rows for each of P steps.
        times : ndarray of int, shape (P,)
            The step t of each; from 1 on, or from 0 where `start` is known.
        sequences : ndarray of int, shape (P,)
            The sequence of each.

        Returns
        -------
        ndarray of shape (P, M, S)
        """

    @abstractmethod
    def vjp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_tᵀ v for each row v of `V`: what a gradient becomes one step back.

        Parameters
        ----------
        V : ndarray of shape (P, M, S)
        times : ndarray of int, shape (P,)
        sequences : ndarray of int, shape (P,)
            As in `jvp`.

        Returns
        -------
        ndarray of shape (P, M, S)
        """

    def pullback(
        self, V: Floats, times: Indices, sequences: Indices
    ) -> tuple[Floats, Floats, Mapping[str, Floats]]:
        """Return the gradient one step back, that on what the step read, and that on its weights.

        Parameters
        ----------
        V : ndarray of shape (P, S)
            The gradient with respect to each of P states.
        times : ndarray of int, shape (P,)
        sequences : ndarray of int, shape (P,)
            As in `jvp`.

        Returns
        -------
        state : ndarray of shape (P, S)
        inputs : ndarray of shape (P, I)
        weights : mapping of str to ndarray
            The gradient on each array of weights, summed over the P steps.

        Raises
        ------
        ValueError
            If the run does not know its inputs or weights.
        """
        del V, times, sequences
        raise ValueError(
            "this run does not know how its steps depend on inputs and weights: gradients by lag "
            "need a run of a net along inputs"
        )

    def on_states(self, gradient: Floats, times: Indices) -> Floats:
        """Return a gradient on the whole states, (M, B, S), from one on `outputs` at `times`."""
        del times
        return gradient

    def jacobian(self, t: int, k: int = 1, *, sequence: int = 0) -> Floats:
        """Return J_{t,k} = d states[t] / d states[t-k], dense.

        Parameters
        ----------
        t : int
            Later step, 0 <= t < T.
        k : int
            Lag, 0 <= k <= t; at 0 the Jacobian is the identity.
        sequence : int
            Which of the B sequences.

        Returns
        -------
        ndarray of shape (S, S)

        Raises
        ------
        ValueError
            If an index lies outside, or the product overflows.
        """
        t = arguments.index("t", t, self.steps - 1)
        k = arguments.index("k", k, t)
        sequence = arguments.index("sequence", sequence, self.sequences - 1)
        return products.dense(self, t, k, np.array([sequence]))[0]

    def norms(
        self,
        lags: ArrayLike,
        *,
        times: ArrayLike | None = None,
        log: bool = False,
        method: str = "auto",
        tolerance: float = 1e-3,
    ) -> Floats:
        """Return the spectral norms ‖J_{t,k}‖ for each lag k, every t that has one, each sequence.

        Parameters
        ----------
        lags : array_like of int, shape (K,)
            0 <= k <= T - 1, in any order.
        times : array_like of int, shape (M,), optional
            Which t; all 0 ... T - 1 unless given.
        log : bool
            Return natural logarithms, -inf for a product that is exactly 0. Without it, norms
            beyond the range of a float become 0 or inf.
        method : {"auto", "dense", "matrix-free"}
            Multiply matrices, to rounding; or find the largest singular value by products with
            vectors (`longrange.nets.krylov`). "auto" is matrix-free from S = 1024 on, where it
            is less work: for some lags, not for all of many.
        tolerance : float
            Of the matrix-free method: by how much the norm it finds may be too small, relatively.
            With 1e-3 it is so by up to 2e-4 where W is nearly orthogonal, and by less than 1e-7 in
            most networks.

        Returns
        -------
        ndarray of shape (K, M, B)
            NaN where t < k, since the lag reaches before the run.

        Raises
        ------
        ValueError
            If a lag or time lies outside, a step is beyond the range of a float, or the
            matrix-free method does not reach its tolerance.
        """
        return products.norms(self, lags, times, log=log, method=method, tolerance=tolerance)

    def singular_values(self, t: int, k: int, *, sequence: int = 0, log: bool = False) -> Floats:
        """Return all singular values of J_{t,k}, the small ones accurate too.

        They are as long as no single step is nearly singular.

        The product is kept as Q R, one QR step a factor; R is graded, and a Jacobi SVD of a graded
        matrix finds small values to high relative accuracy (LAPACK's xGEJSV, Drmač & Veselić
        2008). What is more than 1e300 times smaller than the largest becomes 0.

        Parameters
        ----------
        t : int
        k : int
        sequence : int
            As in `jacobian`.
        log : bool
            Return natural logarithms, -inf for 0; nothing overflows then.

        Returns
        -------
        ndarray of shape (S,)
            Largest first.

        Raises
        ------
        ValueError
            If an index lies outside, or a step is beyond the range of a float.
        """
        t = arguments.index("t", t, self.steps - 1)
        k = arguments.index("k", k, t)
        sequence = arguments.index("sequence", sequence, self.sequences - 1)
        log = arguments.flag("log", log)
        return products.singular_values(self, t, k, sequence, log=log)

    def first_below(
        self, level: float = 0.01, lags: ArrayLike | None = None, *, times: ArrayLike | None = None
    ) -> int | None:
        """Return the first lag at which the norm, on average, lies below `level`.

        The average is the geometric mean over times and sequences. This is where ‖J_{t,k}‖
        really crosses, and not the horizon of the rate (`longrange.horizon`), which takes the
        norm to be r^k from the first step on: before it falls at its rate a norm may stand or
        grow, and that lasts for long where the rate is near 1. On average it is never below r^k,
        since ln ‖J_{t,k}‖ is subadditive (Kingman 1973).

        Parameters
        ----------
        level : float
            0 < level < 1.
        lags : array_like of int, shape (K,), optional
            The lags that are looked at; 1 ... T - 1 unless given.
        times : array_like of int, shape (M,), optional
            As in `norms`.

        Returns
        -------
        int or None
            One of `lags`; None if the norm is at none of them below the level.

        Raises
        ------
        ValueError
            As `norms`.
        """
        level = arguments.share("level", level)
        lags = np.arange(1, self.steps) if lags is None else lags
        logs = self.norms(lags, times=times, log=True)
        average = intervals.mean(logs.reshape(len(logs), -1).T)
        return products.first_below(average, np.atleast_1d(np.asarray(lags)), level)

    def directions(
        self, lags: ArrayLike, *, times: ArrayLike | None = None, level: float = 0.01
    ) -> Floats:
        """Return how many directions of the state still carry `level` over each lag.

        They are the singular values of J_{t,k} that are at least `level`: a small change along one
        of these many directions of the old state changes the new one by at least that share. An
        isometry keeps all S; a J of norm below the level keeps none.

        Parameters
        ----------
        lags : array_like of int, shape (K,)
        times : array_like of int, shape (M,), optional
            As in `norms`.
        level : float
            0 < level < 1.

        Returns
        -------
        ndarray of shape (K, M, B)
            Whole numbers from 0 to S; NaN where t < k.

        Raises
        ------
        ValueError
            As `norms`.
        """
        return products.directions(self, lags, times, level)

    def growth(self, count: int = 1, *, own_frames: bool = False) -> Floats:
        """Return the logarithm by which each step stretches a frame of vectors carried along.

        A frame of orthonormal vectors is carried by the Jacobians and made orthonormal again by QR
        at each step; the growth of vector i is ln |R_ii| (Benettin, Galgani, Giorgilli & Strelcyn
        1980). Their means over time are the Lyapunov exponents.

        Parameters
        ----------
        count : int
            How many vectors, 1 <= count <= S.
        own_frames : bool
            Begin each sequence with a frame of its own, so that how far sequences lie apart tells
            what the frame does too. Otherwise all begin with the same, and each sequence grows as
            it does alone.

        Returns
        -------
        ndarray of shape (T', B, count)
            Nats; T' is T where `start` is known, otherwise T - 1. -inf from where a direction is
            lost altogether.

        Raises
        ------
        ValueError
            If `count` lies outside, or a step is beyond the range of a float.
        """
        count = arguments.size("count", count, most=self.size)
        own_frames = arguments.flag("own_frames", own_frames)
        return growth.growth(self, count, own_frames=own_frames)

    def exponents(self, count: int | None = None, *, burn_in: int = 100) -> Floats:
        """Return the largest Lyapunov exponents: the means of `growth`.

        Parameters
        ----------
        count : int, optional
            How many, 1 <= count <= S; all unless given.
        burn_in : int
            Steps left out of the mean, while states and frame settle; a run of no more than 100
            steps needs fewer than the default.

        Returns
        -------
        ndarray of shape (B, count)
            Nats per step, largest first; e to the power of the first is the rate r.

        Raises
        ------
        ValueError
            If an argument lies outside, or a step is beyond the range of a float.
        """
        count = arguments.size("count", self.size if count is None else count, most=self.size)
        return growth.exponents(self, count, burn_in)

    def gradient_by_lag(
        self, loss_gradient: ArrayLike, lags: ArrayLike | None = None
    ) -> gradients.GradientByLag:
        """Return how much of a loss's gradient comes from which lag, to inputs and to weights.

        Parameters
        ----------
        loss_gradient : array_like of shape (N,), (B, N) or (T, B, N), or with S in place of N
            dL/dh, where the loss looks at `outputs` (N) or at whole `states` (S) directly: of the
            last step alone, or of every step.
        lags : array_like of int, shape (K,), optional
            0 <= k <= T - 1; all unless given.

        Returns
        -------
        GradientByLag

        Raises
        ------
        ValueError
            If shapes do not fit, a lag lies outside, the gradient overflows, or the run does not
            know its inputs and weights.
        """
        return gradients.gradient_by_lag(self, loss_gradient, lags)


class Part(Run):
    """Some of the sequences of a run."""

    def __init__(self, run: Run, sequences: Indices) -> None:
        self._run, self._chosen = run, sequences
        super().__init__(
            run.states[:, sequences],
            outputs=run.outputs[:, sequences],
            inputs=None if run.inputs is None else run.inputs[:, sequences],
            start=None if run.start is None else run.start[sequences],
        )

    def jvp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_t V: `Run.jvp`."""
        return self._run.jvp(V, times, self._chosen[sequences])

    def vjp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_tᵀ V: `Run.vjp`."""
        return self._run.vjp(V, times, self._chosen[sequences])

    def pullback(
        self, V: Floats, times: Indices, sequences: Indices
    ) -> tuple[Floats, Floats, Mapping[str, Floats]]:
        """Return the gradient one step back: `Run.pullback`."""
        return self._run.pullback(V, times, self._chosen[sequences])

    def on_states(self, gradient: Floats, times: Indices) -> Floats:
        """Return a gradient on the whole states: `Run.on_states`."""
        every = np.zeros((len(gradient), self._run.sequences, gradient.shape[-1]))
        every[:, self._chosen] = gradient
        return self._run.on_states(every, times)[:, self._chosen]


class JacobianRun(Run):
    """A run that is its Jacobians alone: `longrange.nets.from_jacobians`."""

    def __init__(self, J: Floats) -> None:
        super().__init__(np.zeros(J.shape[:3]), start=np.zeros(J.shape[1:3]))
        self._J = J

    def jvp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_t V: `Run.jvp`."""
        return V @ self._J[times, sequences].transpose(0, 2, 1)

    def vjp(self, V: Floats, times: Indices, sequences: Indices) -> Floats:
        """Return J_tᵀ V: `Run.vjp`."""
        return V @ self._J[times, sequences]


def timed(name: str, value: ArrayLike, width: int | str, batch_first: bool | None) -> Floats:
    """Return a sequence or a batch of them with time first, of shape (T, B, `width`).

    Raises
    ------
    ValueError
        If the shape does not fit, an entry is not finite, or the order is not said.
    """
    order = ("B", "T", width) if batch_first is True else ("T", "B", width)
    try:
        given = arguments.array(name, value, ("T", width), order)
    except ValueError as error:
        hint = IDS if name == "inputs" and arguments.is_whole(value) else ""
        raise ValueError(f"{error}{hint}") from None
    if not given.size:
        raise ValueError(f"{name} must not be empty, got shape {given.shape}")
    if given.ndim == 2:
        return given[:, None]
    if batch_first is None:
        first, second = given.shape[:2]
        raise ValueError(
            f"{name} of shape {given.shape} may be {first} steps of {second} sequences "
            f"(batch_first=False) or {first} sequences of {second} steps (batch_first=True): say "
            "which"
        )
    return given.swapaxes(0, 1) if arguments.flag("batch_first", batch_first) else given
