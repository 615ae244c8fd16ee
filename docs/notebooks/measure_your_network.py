# ---
# title: Measure your own network
# description: >-
#   A notebook of ten lines. It reads an LSTM from a PyTorch checkpoint and measures how far back
#   it reads, with error bars.
# hide: [navigation]
# jupyter:
#   kernelspec: {display_name: Python 3, language: python, name: python3}
# ---

# %% [markdown]
# # Measure your own network
#
# <p class="lr-lead">From a checkpoint to a report in ten lines. Put your own file in its place.</p>
#
# ![**A small change of a word fades to a sixth; another word in its place moves the state ever
# further.** An LSTM reads a sentence, and the same with *dogs* in place of *dog*: how far its
# states, cells and outputs together, are apart, beside what derivatives
# foretell.](../figures/opening_measure_your_network.svg)
#
# <p class="lr-needs" markdown="span"><b>3 minutes.</b> You need Python, and
# [Your network](../your_network.md), which says what each line of the report means. Afterwards you
# can measure a network of your own.</p>
#
# The network was trained in PyTorch by `scripts/train_lstm.py`, to choose *is* or *are* for a
# subject some words back. What you read was run when the site was built. No framework was needed:
# the checkpoint is a file of arrays with names.

# %%
import matplotlib.pyplot as plt
import numpy as np

import longrange
from explainer.drawing.palette import LIGHT
from explainer.drawing.style import site_style
from explainer.making.files import DATA
from longrange import nets

# %% [markdown]
# ## The ten lines
#
# `weights` is what PyTorch calls a state dict. The LSTM reads embedded words, so its inputs are
# rows of the embedding. The states that PyTorch computed for eight of the sentences stand beside
# the checkpoint: the last line says how far ours are from them.

# %%
weights = nets.read_weights(DATA / "agreement_lstm.safetensors")
words = np.load(DATA / "agreement_words.npy")  # (B, T): 64 sentences of 67 words
inputs = weights["embedding.weight"][words]
net = nets.from_state_dict(weights, kind="lstm", prefix="rnn.")
found = longrange.measure(net, inputs, batch_first=True, lags=40)
print(found)

states = np.load(DATA / "agreement_states.npy")  # PyTorch's, of the first 8
far = net.run(inputs[:8], batch_first=True).distance(states, batch_first=True)
print(f"states differ by {far:.0e} of the largest")

# %% [markdown]
# ## Its own loss
#
# Without a loss, the gradient is that of a random reading of all outputs. The network was trained
# on the last word alone: *is* against *are*, which the head reads from the last state.

# %%
verbs = weights["head.weight"]
loss = np.tile(verbs[1] - verbs[0], (len(words), 1))  # dL/dh of the last step, (B, N)
trained = longrange.measure(net, inputs, batch_first=True, lags=64, loss=loss)
print(f"on the last word        {trained.gradient_now:.0%}")
print(f"on the subject, 64 back {trained.gradient[-1]:.0e}")

# %% [markdown]
# The gradient on the subject is next to nothing, and the network is right in every sentence. A
# sixth of a small change of the subject is still in the state. But most cells that hold the answer
# have grown so large that $\tanh$ of them is flat: what is read hardly moves. That is a latch of
# its own kind.

# %%
subject = 2  # its place: "<s> the SUBJECT"
others = words.copy()
others[:, subject] ^= 1  # the same noun in the other number
answers = [net.run(weights["embedding.weight"][one], batch_first=True).outputs[-1] @ loss[0]
           for one in (words[:8], others[:8])]  # fmt: skip
print("for are, against is, in the first 8:")
print(np.round(answers, 1))

# %% [markdown]
# ## A picture
#
# `found.plot()` draws the report. Here are two of its curves in the style of this site.

# %%
with site_style("measure_your_network"):
    figure, ax = plt.subplots(layout="constrained")
    ax.fill_between(found.lags, found.norms_low, found.norms_high, color=LIGHT["measured"],
                    alpha=0.25, lw=0)  # fmt: skip
    ax.semilogy(found.lags, found.norms, color=LIGHT["measured"], label="measured ‖J‖")
    ax.semilogy(found.lags, found.rate**found.lags, color=LIGHT["theory"], label="rate, from 1 on")
    ax.set(xlabel="lag k", title="influence left", ylim=(0.1, 10))
    ax.set_yticks([0.1, 1, 10], ["0.1", "1", "10"])
    ax.legend(loc="lower left")
    plt.show()

# %% [markdown]
# **What lasts best rises first, and lies above the line of the rate ever after.** The line begins
# at 1 and knows nothing of the first steps. Around the curve, the interval of 95 %.
#
# ## Now your own
#
# Change the two file names. What your network reads may come from anywhere: run it once, and keep
# what its recurrent layer was given.
#
# ## Questions
#
# **Question.** The report says that states differ by 0.3 of the largest, from the first steps on.
# What do you do first?
#
# - [ ] Read the rate: it is an average.
#     - It is the average of another network.
# - [x] Find out what was read wrongly: kind, prefix, start, order of time and batch.
#     - Every other line is void until this one is small.
# - [ ] Take more sequences.
#     - More of another network.
#
# **Question.** Why does the report give the *share* of the gradient, and not its size?
#
# - [x] Because its size is that of the loss, and one may multiply a loss by anything.
#     - What the network hears of its past is a matter of proportion.
# - [ ] Because it is always very small.
#     - It need not be.
# - [ ] Because optimizers ignore it.
#     - Some nearly do, but that is not the reason.
#
# **Question.** You have one long recording and no batch. Can you still have error bars?
#
# - [ ] No: one sequence is one sample.
#     - It is, of sequences. Its stretches of time are many samples.
# - [x] Yes, over blocks of time, as long as these are longer than what links them.
#     - The report then says “over 12 blocks of time”.
# - [ ] Yes, and shorter ones than with many sequences.
#     - Not in general: steps that follow each other are alike.
