package sweagent

import (
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
)

// run is who played what.
type run struct {
	task        string
	policy      *string
	temperature *float64
}

// fromPath reads the name of a file, which is the task's, and those of the
// folders above it, of which SWE-agent names one after the run:
// CONFIG__MODEL__t-0.00__… , earlier MODEL__DATASET__CONFIG__t-0.00__… .
func fromPath(path string) run {
	base := importer.WithoutCompression(filepath.Base(path))
	r := run{task: strings.TrimSuffix(strings.TrimSuffix(base, ".json"), ".traj")}
	for range 2 {
		path = filepath.Dir(path)
		r.fromFolder(strings.Split(filepath.Base(path), "__"))
	}
	return r
}

func (r *run) fromFolder(parts []string) {
	at := slices.IndexFunc(parts, func(part string) bool { return strings.HasPrefix(part, "t-") })
	if r.policy != nil || at < 2 {
		return
	}
	model := parts[0]
	if at == 2 {
		model = parts[1]
	}
	r.policy = &model
	if t, err := strconv.ParseFloat(strings.TrimPrefix(parts[at], "t-"), 64); err == nil {
		r.temperature = &t
	}
}

// configured reads the configuration that newer files hold as text; it says
// more exactly who acted.
func (r *run) configured(o *chat.Object) {
	config := o.Object("replay_config")
	o.Leave("replay_config")
	model := config.Object("agent").Object("model")
	if name := model.Text("name"); name != nil {
		r.policy = name
		r.temperature = model.Number("temperature")
	}
}
