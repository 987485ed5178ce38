package delta

import (
	"fmt"
	"strconv"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Stats is what an addition says about the rows of its file. Columns that are
// absent have no statistics.
type Stats struct {
	Rows int64
	// Bounds of the values that are not NULL: int64, float64, string or bool;
	// timestamps are text after ISO 8601. Texts may be cut: a minimum is then a
	// prefix, a maximum is greater than every value.
	Min, Max map[string]any
	Nulls    map[string]int64
}

// statsText is Stats as the protocol writes it.
type statsText struct {
	Rows  int64          `json:"numRecords"`
	Min   map[string]any `json:"minValues"`
	Max   map[string]any `json:"maxValues"`
	Nulls map[string]any `json:"nullCount"`
}

// String returns the statistics as JSON, for Add.Stats.
func (s Stats) String() string {
	nulls := make(map[string]any, len(s.Nulls))
	for column, n := range s.Nulls {
		nulls[column] = n
	}
	text, err := json.Marshal(statsText{Rows: s.Rows, Min: s.Min, Max: s.Max, Nulls: nulls}, jsonOptions)
	if err != nil {
		panic(fmt.Sprintf("statistics hold what JSON cannot: %v", err)) // Bounds lets only finite numbers and valid text in
	}
	return string(text)
}

// ParseStats reads Add.Stats. Members of nested columns are left out. Text
// that is empty gives no statistics, and no rows.
func ParseStats(text string) (Stats, error) {
	if text == "" {
		return Stats{}, nil
	}
	var raw struct {
		Rows  int64                     `json:"numRecords"`
		Min   map[string]jsontext.Value `json:"minValues"`
		Max   map[string]jsontext.Value `json:"maxValues"`
		Nulls map[string]jsontext.Value `json:"nullCount"`
	}
	if err := json.Unmarshal([]byte(text), &raw, jsonOptions); err != nil {
		return Stats{}, fmt.Errorf("statistics of a data file: %w", err)
	}
	stats := Stats{Rows: raw.Rows, Min: scalars(raw.Min), Max: scalars(raw.Max), Nulls: make(map[string]int64, len(raw.Nulls))}
	for column, value := range raw.Nulls {
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			stats.Nulls[column] = n
		}
	}
	return stats, nil
}

// scalars decodes the values that are neither NULL nor nested.
func scalars(raw map[string]jsontext.Value) map[string]any {
	values := make(map[string]any, len(raw))
	for column, value := range raw {
		if v := scalar(value); v != nil {
			values[column] = v
		}
	}
	return values
}

func scalar(value jsontext.Value) any {
	switch value.Kind() {
	case '"':
		text, err := jsontext.AppendUnquote(nil, value)
		if err != nil {
			return nil
		}
		return string(text)
	case '0':
		if n, err := strconv.ParseInt(string(value), 10, 64); err == nil {
			return n
		}
		if x, err := strconv.ParseFloat(string(value), 64); err == nil {
			return x
		}
	case 't', 'f':
		return value.Kind() == 't'
	}
	return nil
}

// maxStatsRunes is where texts are cut in statistics, as Delta writers do.
const maxStatsRunes = 32

// LowerText cuts a text so that the result is not greater than it.
func LowerText(text string) string {
	return text[:cutAt(text)]
}

// UpperText cuts a text so that the result is not less than any text with the
// same beginning; ok is false when there is no such text.
func UpperText(text string) (upper string, ok bool) {
	cut := cutAt(text)
	if cut == len(text) {
		return text, true
	}
	for cut > 0 {
		last, size := utf8.DecodeLastRuneInString(text[:cut])
		cut -= size
		if next, found := nextRune(last); found {
			return text[:cut] + string(next), true
		}
	}
	return "", false
}

// nextRune returns the rune that follows r in the order of UTF-8 bytes.
func nextRune(r rune) (rune, bool) {
	const beforeSurrogates, afterSurrogates = 0xD7FF, 0xE000
	switch r {
	case utf8.MaxRune:
		return 0, false
	case beforeSurrogates:
		return afterSurrogates, true
	}
	return r + 1, true
}

func cutAt(text string) int {
	runes := 0
	for i := range text {
		if runes == maxStatsRunes {
			return i
		}
		runes++
	}
	return len(text)
}
