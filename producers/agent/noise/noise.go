// Package noise is the rate of random steps that agents take in place of their
// own, and how it shows in the id of a policy.
//
// It draws nothing: when an agent acts at random is the agent's. The scripted
// and the searching agent call it.
package noise

import (
	"fmt"
	"strconv"

	"github.com/dreamlog/dreamlog/producers"
)

// Check refuses a rate that is not in [0, 1].
func Check(rate float64) error {
	if !(rate >= 0 && rate <= 1) { // so that NaN is refused
		return fmt.Errorf("noise of %v: give the rate of random steps, from 0 to 1", rate)
	}
	return nil
}

// Policy names a policy with its rate, in at least two decimals, as in
// scripted-0.30, so that policies that act differently differ in id. Without
// noise it goes by the id alone.
func Policy(id string, rate float64) producers.Policy {
	if rate == 0 {
		return producers.Policy{ID: id}
	}
	exact := strconv.FormatFloat(rate, 'f', -1, 64)
	if short := strconv.FormatFloat(rate, 'f', 2, 64); len(short) > len(exact) {
		exact = short
	}
	return producers.Policy{ID: id + "-" + exact}
}
