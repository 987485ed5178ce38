// Package copy is the experience model that thinks nothing: it repeats the
// outcome of the most similar transition that it is shown. It is the baseline
// that other models are held against, and the ablation without reasoning.
//
// It owns no state but the start of an episode; history does not matter to it.
// internal/app makes it, producers/environment/dream and
// producers/experience/fidelity ask it.
package copy
