package intercode

import (
	"path/filepath"
	"regexp"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
)

var (
	// fileName is ic_ENVIRONMENT_STRATEGY_MODEL_N_turns_VARIANT, where model and
	// variant may be missing.
	fileName   = regexp.MustCompile(`^ic_[a-z0-9]+_(.+?)_(\d+)_turns(?:_(.+))?$`)
	strategies = []string{"multiturn", "react", "plan_solve", "try_again"}
)

// policyOf names who acted after the path of a file; empty when it does not
// follow InterCode's naming.
func policyOf(path string) string {
	stem := strings.TrimSuffix(strings.TrimSuffix(importer.WithoutCompression(filepath.Base(path)), ".json"), ".jsonl")
	m := fileName.FindStringSubmatch(stem)
	if m == nil {
		return ""
	}
	strategy, model := m[1], ""
	for _, s := range strategies {
		if rest, ok := strings.CutPrefix(m[1], s); ok {
			strategy, model = s, strings.TrimPrefix(rest, "_")
		}
	}
	if model == "" {
		model = filepath.Base(filepath.Dir(path))
	}
	if m[3] != "" {
		strategy += "_" + m[3]
	}
	return model + "/" + strategy
}
