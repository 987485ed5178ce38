package fidelity

import "math"

// z is the quantile of the normal distribution for intervals of 95 percent.
const z = 1.959964

// interval returns bounds of 95 percent for a share that was counted in several
// tasks. Steps of a task resemble each other, so that they tell less than as
// many independent ones: Wilson's score interval (1927) is taken with the
// effective sample size (Korn and Graubard 1998, section 2)
//
//	n* = p (1 - p) / v,  v = m/(m-1) sum_i (x_i - p n_i)^2 / n^2
//
// where task i of m has x_i of n_i. Where all are alike v is 0 and says nothing,
// and with one task there is no v: then n* is m, as if a task were one step.
func interval(ofTasks []mean) (low, high *float64) {
	var all mean
	m := 0
	for _, t := range ofTasks {
		all.merge(t)
		if t.n > 0 {
			m++
		}
	}
	if all.n == 0 {
		return nil, nil
	}
	n, p := float64(all.n), all.sum/float64(all.n)
	var squares float64
	for _, t := range ofTasks {
		d := t.sum - p*float64(t.n)
		squares += d * d
	}
	effective := float64(m)
	if m > 1 && squares > 0 && p > 0 && p < 1 {
		v := float64(m) / float64(m-1) * squares / (n * n)
		effective = min(n, p*(1-p)/v)
	}
	lo, hi := wilson(p, effective)
	return &lo, &hi
}

// wilson returns Wilson's score interval of a share p of n.
func wilson(p, n float64) (low, high float64) {
	centre := p + z*z/(2*n)
	half := z * math.Sqrt(p*(1-p)/n+z*z/(4*n*n))
	scale := 1 + z*z/n
	return max(0, (centre-half)/scale), min(1, (centre+half)/scale)
}
