package textworld

import (
	"fmt"
	"strings"
	"text/tabwriter"
)

// Report is what a Check found.
type Report struct {
	Games, Walks, Steps int
	// Mismatches is in how many walks an answer differs; a walk is left at the
	// first. The beginning of a game counts as a walk of its own here.
	Mismatches int
	// Walkthroughs is how many game files have one, Won how many of those win.
	Walkthroughs, Won int
	// Rows are the parts of it, in the order in which they were met.
	Rows []Row
	// First are the first mismatches.
	First []Mismatch
}

// Row is the part of a report about one split and kind of walk.
type Row struct {
	Split, Kind              string
	Walks, Steps, Mismatches int
}

// Mismatch is an answer that is not as recorded.
type Mismatch struct {
	Game, Kind string
	// Seed of the walk, where it has one.
	Seed *int64
	// Step is the number of the step, from 1; 0: the beginning.
	Step    int
	Command string
	// Field is what differs.
	Field, Want, Got string
}

// resetKind is the kind of the beginning of a game.
const resetKind = "reset"

// mostMismatches is how many mismatches a report tells in detail.
const mostMismatches = 10

func (r *Report) row(split, kind string) *Row {
	for i := range r.Rows {
		if r.Rows[i].Split == split && r.Rows[i].Kind == kind {
			return &r.Rows[i]
		}
	}
	r.Rows = append(r.Rows, Row{Split: split, Kind: kind})
	return &r.Rows[len(r.Rows)-1]
}

func (r *Report) differ(t *trace, w walk, m Mismatch) {
	r.Mismatches++
	r.row(t.Split, w.Kind).Mismatches++
	if len(r.First) < mostMismatches {
		m.Game, m.Kind, m.Seed = t.GameID, w.Kind, w.Seed
		r.First = append(r.First, m)
	}
}

// Conforms says whether every answer was as recorded, and every walkthrough
// won.
func (r *Report) Conforms() bool { return r.Mismatches == 0 && r.Walks > 0 && r.Won == r.Walkthroughs }

// String returns the report as a table, with the first mismatches below.
func (r *Report) String() string {
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(w, "split\twalk\twalks\tsteps\tmismatches\t")
	for _, row := range r.Rows {
		fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t\n", row.Split, row.Kind, row.Walks, row.Steps, row.Mismatches)
	}
	fmt.Fprintf(w, "all\t%d games\t%d\t%d\t%d\t\n", r.Games, r.Walks, r.Steps, r.Mismatches)
	_ = w.Flush() // into memory
	fmt.Fprintf(&b, "walkthroughs of the game files: %d of %d win\n", r.Won, r.Walkthroughs)
	for _, m := range r.First {
		fmt.Fprintf(&b, "\n%s\n", m)
	}
	return b.String()
}

func (m Mismatch) String() string {
	seed := ""
	if m.Seed != nil {
		seed = fmt.Sprintf(" (seed %d)", *m.Seed)
	}
	return fmt.Sprintf("%s, walk %s%s, step %d %q: %s\n  recorded %s\n  here     %s", m.Game, m.Kind, seed, m.Step, m.Command, m.Field, m.Want, m.Got)
}
