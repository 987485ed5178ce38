package taubench

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// run is what the name of a result file says.
type run struct {
	environment string // empty: it does not say
	policy      *string
	temperature *float64
}

var (
	// written is how tau-bench names its files: strategy, model, temperature,
	// then the range of tasks and the simulated user.
	written = regexp.MustCompile(`^(?:tool-calling|act|react|few-shot)-(.+?)-(\d+(?:\.\d+)?)_range_`)
	// domain is the environment, at the end of the names it publishes.
	domain = regexp.MustCompile(`(?:^|[-_])(airline|retail)(?:[-_]|$)`)
)

// fromName reads the name of a result file, such as gpt-4o-airline.json.
func fromName(base string) run {
	stem := strings.TrimSuffix(importer.WithoutCompression(base), ".json")
	var r run
	if m := domain.FindStringSubmatchIndex(stem); m != nil {
		r.environment = environment(stem[m[2]:m[3]])
		if m[0] > 0 {
			stem = stem[:m[0]] + stem[m[3]:]
		}
	}
	if m := written.FindStringSubmatch(stem); m != nil {
		stem = m[1]
		if t, err := strconv.ParseFloat(m[2], 64); err == nil {
			r.temperature = &t
		}
	}
	if stem != "" {
		r.policy = &stem
	}
	return r
}

// environment names the environment of a domain.
func environment(domain string) string { return "taubench-" + domain }

// fromPolicy names the environment by the heading of the policy that the agent
// was given.
func fromPolicy(messages []chat.Message) string {
	if len(messages) > 0 && messages[0].Role == chat.System {
		heading, _, _ := strings.Cut(strings.ToLower(messages[0].Text), "\n")
		for _, domain := range []string{"airline", "retail"} {
			if strings.Contains(heading, domain) {
				return environment(domain)
			}
		}
	}
	return "taubench"
}
