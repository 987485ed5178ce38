package cli

import (
	"fmt"
	"io"
	"strconv"
	"text/tabwriter"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// answer prints what a command found: with --json v as one JSON object on one
// line, else what human writes.
func (e *env) answer(v any, human func(io.Writer)) error {
	if e.global.json {
		return e.answerJSON(v)
	}
	t := tabwriter.NewWriter(e.stdout, 0, 0, 2, ' ', 0)
	human(t)
	if err := t.Flush(); err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	return nil
}

func (e *env) answerJSON(v any) error {
	data, err := json.Marshal(v, json.Deterministic(true), jsontext.AllowInvalidUTF8(true))
	if err == nil {
		_, err = e.stdout.Write(append(data, '\n'))
	}
	if err != nil {
		return fmt.Errorf("print the answer: %w", err)
	}
	return nil
}

// say tells something on stderr that no script needs; not with --quiet.
func (e *env) say(format string, args ...any) {
	if !e.global.quiet {
		fmt.Fprintf(e.stderr, format+"\n", args...)
	}
}

// warn tells on stderr what a person must know.
func (e *env) warn(format string, args ...any) { fmt.Fprintf(e.stderr, format+"\n", args...) }

// number writes n with commas: 1,234,567.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	for i := len(digits) - 3; i > 0 && digits[i-1] != '-'; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

// several writes a count with the word for it: 1 row, 2 rows.
func several(n int64, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return number(n) + " " + word + "s"
}

// size writes bytes as a person reads them: 17.9 MB.
func size(bytes int64) string {
	if bytes < 1000 {
		return several(bytes, "byte")
	}
	value, unit := float64(bytes)/1000, 0
	for units := "kMGTP"; value >= 999.95 && unit < len(units)-1; unit++ {
		value /= 1000
	}
	return fmt.Sprintf("%.1f %cB", value, "kMGTP"[unit])
}
