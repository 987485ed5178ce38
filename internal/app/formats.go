package app

import (
	"errors"
	"fmt"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/agentdojo"
	"github.com/dreamlog/dreamlog/producers/importer/agentgym"
	"github.com/dreamlog/dreamlog/producers/importer/atif"
	"github.com/dreamlog/dreamlog/producers/importer/intercode"
	"github.com/dreamlog/dreamlog/producers/importer/mapping"
	"github.com/dreamlog/dreamlog/producers/importer/messages"
	"github.com/dreamlog/dreamlog/producers/importer/react"
	"github.com/dreamlog/dreamlog/producers/importer/scienceworld"
	"github.com/dreamlog/dreamlog/producers/importer/sweagent"
	"github.com/dreamlog/dreamlog/producers/importer/taubench"
	"github.com/dreamlog/dreamlog/producers/importer/textworldexpress"
	"github.com/dreamlog/dreamlog/producers/importer/verifiers"
	"github.com/dreamlog/dreamlog/producers/importer/webshop"
)

// ImportFormat describes a format of offline datasets.
type ImportFormat struct {
	Name string
	// Summary says in a line what its files hold.
	Summary string
	format  importer.Format // nil: it is made from a query
}

// ImportFormats lists the formats that can be imported, by name.
func ImportFormats() []ImportFormat {
	return []ImportFormat{
		{"agentdojo", "AgentDojo runs of tool-calling agents (JSON, JSONL)", agentdojo.New()},
		{"agentgym", "AgentGym and ShareGPT conversations (JSON, JSONL)", agentgym.New()},
		{"atif", "ATIF trajectories, as Harbor writes them (JSON, JSONL)", atif.New()},
		{"intercode", "InterCode results, rewarded at every turn (JSON)", intercode.New()},
		{mappingName, "any JSON, CSV or Parquet file, through a SELECT of yours (--query)", nil},
		{"messages", "OpenAI-style chat and tool messages (JSONL, JSON, Parquet)", messages.New()},
		{"react", "ReAct and ALFWorld text transcripts (JSONL, JSON)", react.New()},
		{"scienceworld", "ScienceWorld gold paths with their running score (JSON)", scienceworld.New()},
		{"swe-agent", "SWE-agent trajectories (.traj)", sweagent.New()},
		{"taubench", "tau-bench results with tool calls (JSON)", taubench.New()},
		{"textworld-express", "TextWorldExpress rollouts with admissible actions (JSONL)", textworldexpress.New()},
		{"verifiers", "verifiers evaluations (results.jsonl beside metadata.json)", verifiers.New()},
		{"webshop", "WebShop sessions as ReAct printed them (text)", webshop.New()},
	}
}

const mappingName = "mapping"

// NewFormat returns the format of a name. The query is that of mapping, which
// needs one; the others take none. An unknown name is an *UnknownFormatError.
func NewFormat(name, query string) (importer.Format, error) {
	switch {
	case name == mappingName && query == "":
		return nil, errors.New("format mapping needs the SELECT that yields our columns from the view source: give it with --query")
	case name == mappingName:
		return mapping.New(query), nil
	}
	for _, f := range ImportFormats() {
		if f.Name == name && query != "" {
			return nil, fmt.Errorf("format %s takes no query; format mapping does", name)
		}
		if f.Name == name {
			return f.format, nil
		}
	}
	return nil, &UnknownFormatError{Name: name, Nearest: nearest(name)}
}

// UnknownFormatError says that there is no format of a name.
type UnknownFormatError struct {
	Name string
	// Nearest is the format that was probably meant; empty: none is near.
	Nearest string
}

func (e *UnknownFormatError) Error() string {
	if e.Nearest != "" {
		return fmt.Sprintf("there is no format %q; did you mean %s?", e.Name, e.Nearest)
	}
	return fmt.Sprintf("there is no format %q", e.Name)
}

// nearest returns the format whose name is at most a third of its letters away,
// or begins or ends alike.
func nearest(name string) string {
	best, bestAway := "", 1<<30
	for _, f := range ImportFormats() {
		away := distance(strings.ToLower(name), f.Name)
		alike := len(name) >= 3 && (strings.HasPrefix(f.Name, name) || strings.HasSuffix(f.Name, name) || strings.HasPrefix(name, f.Name))
		if (away <= max(2, len(f.Name)/3) || alike) && away < bestAway {
			best, bestAway = f.Name, away
		}
	}
	return best
}

// distance counts the letters to insert, delete or replace (Levenshtein).
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
