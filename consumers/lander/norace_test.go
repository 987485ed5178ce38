//go:build !race

package lander_test

// slowdown is how many times fewer faults are tried.
const slowdown = 1
