// Package fidelity measures an experience model against recorded answers of the
// environment that it stands for: recordings that neither its fit nor its
// retrieval has seen.
//
// One step: the model predicts along the true history, and is told the truth
// after each prediction. Open loop: from a step in the middle of an episode on
// it is told its own predictions, while the recorded actions go on; errors add
// up as they do in a dream. Known tasks are such of which other episodes were
// seen, unseen ones are held out as a whole. Every figure stands beside the same
// figure over the knowable steps, at which nothing has to be guessed that the
// episode has not shown; see Vocabulary.
//
// The package knows models, recordings and retrievers by the interfaces of
// producers only. It reads no lake and writes no events; internal/app gives it
// what the lake has, and the benchmarks what files have.
package fidelity
