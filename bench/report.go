package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// figure is one measured quantity, over several runs.
type figure struct {
	Item   string    `json:"item"`
	What   string    `json:"what"`
	Unit   string    `json:"unit"`
	Median float64   `json:"median"`
	Min    float64   `json:"min"`
	Max    float64   `json:"max"`
	Runs   []float64 `json:"runs"`
}

// report gathers figures and prints each as it comes.
type report struct {
	out      io.Writer
	figures  []figure
	fidelity []corpusRows
	markdown strings.Builder // the tables of docs/fidelity.md
}

func newReport(out io.Writer) *report {
	fmt.Fprintf(out, "%d CPUs, %s/%s, %s\n", runtime.NumCPU(), runtime.GOOS, runtime.GOARCH, runtime.Version())
	fmt.Fprintf(out, "%-8s %-58s %12s %12s %12s  %s\n", "item", "what", "median", "min", "max", "unit")
	return &report{out: out}
}

// add takes the runs of a figure.
func (r *report) add(item, what, unit string, runs ...float64) {
	sorted := slices.Sorted(slices.Values(runs))
	f := figure{Item: item, What: what, Unit: unit, Runs: runs, Median: quantile(sorted, .5), Min: sorted[0], Max: sorted[len(sorted)-1]}
	r.figures = append(r.figures, f)
	fmt.Fprintf(r.out, "%-8s %-58s %12s %12s %12s  %s\n", item, what, short(f.Median), short(f.Min), short(f.Max), unit)
}

// quantile returns the q-quantile of sorted values, of the nearest rank.
func quantile(sorted []float64, q float64) float64 {
	return sorted[min(len(sorted)-1, int(q*float64(len(sorted))))]
}

// short writes a number with as many digits as it is worth.
func short(x float64) string {
	switch {
	case x >= 1000:
		return fmt.Sprintf("%.0f", x)
	case x >= 10:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.3f", x)
}

// write writes the figures as JSON, and those of fidelity in files of their own
// beside it, as JSON and as the tables of docs/fidelity.md.
func (r *report) write(name string) error {
	if len(r.fidelity) > 0 {
		base := filepath.Join(filepath.Dir(name), "fidelity")
		if err := writeJSON(base+".json", r.fidelity); err != nil {
			return err
		}
		if err := os.WriteFile(base+".md", []byte(r.markdown.String()), 0o644); err != nil {
			return err
		}
	}
	if len(r.figures) == 0 {
		return nil
	}
	return writeJSON(name, r.figures)
}

func writeJSON(name string, value any) error {
	data, err := json.Marshal(value, jsontext.WithIndent("  "))
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return err
	}
	return os.WriteFile(name, append(data, '\n'), 0o644)
}
