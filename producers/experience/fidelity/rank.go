package fidelity

import (
	"cmp"
	"math"
	"slices"
)

// Spearman is the rank correlation of two measures of the same things
// (Spearman 1904): the correlation coefficient of their ranks, equal values
// sharing the mean of theirs. It is nil for fewer than two things, and where a
// measure tells none of them apart.
func Spearman(x, y []float64) *float64 {
	a, b := ranks(x), ranks(y)
	n := float64(len(a))
	centre := (n + 1) / 2
	var xy, xx, yy float64
	for i := range a {
		dx, dy := a[i]-centre, b[i]-centre
		xy, xx, yy = xy+dx*dy, xx+dx*dx, yy+dy*dy
	}
	if xx == 0 || yy == 0 {
		return nil
	}
	return new(xy / math.Sqrt(xx*yy))
}

func ranks(values []float64) []float64 {
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(i, j int) int { return cmp.Compare(values[i], values[j]) })
	ranks := make([]float64, len(values))
	for from := 0; from < len(order); {
		to := from
		for to < len(order) && values[order[to]] == values[order[from]] {
			to++
		}
		for _, i := range order[from:to] {
			ranks[i] = float64(from+1+to) / 2
		}
		from = to
	}
	return ranks
}

// KendallTauB is the share of pairs that two measures order alike, less that of
// pairs that they order the other way round, with ties counted out (Kendall
// 1945):
//
//	tau_b = (C - D) / sqrt((P - T_x) (P - T_y))
//
// of P = n (n - 1) / 2 pairs, C of them concordant, D discordant, T_x and T_y
// tied in x and in y. It is nil where Spearman is.
func KendallTauB(x, y []float64) *float64 {
	var difference, untiedX, untiedY int
	for i := range x {
		for j := range i {
			dx, dy := cmp.Compare(x[i], x[j]), cmp.Compare(y[i], y[j])
			difference += dx * dy
			untiedX += dx * dx
			untiedY += dy * dy
		}
	}
	if untiedX == 0 || untiedY == 0 {
		return nil
	}
	return new(float64(difference) / math.Sqrt(float64(untiedX)*float64(untiedY)))
}
