//go:build race

package lander_test

// slowdown is how many times fewer faults are tried: under the race detector a
// landing takes fifty times as long, and the ways to fail are the same.
const slowdown = 12
