package verifiers

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strings"
	"time"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// metadata is what is said about all rollouts of a run.
type metadata struct {
	environment string
	version     *string
	model       *string
	sampling    *schema.JSON
	tools       *schema.JSON
	temperature *float64
	time        time.Time
}

// readMetadata reads metadata.json beside the rollouts; what it does not say,
// or without it, the name of the folder above says: ENVIRONMENT--MODEL/RUN.
func readMetadata(src *importer.Source) (metadata, error) {
	m := metadata{}
	text, err := src.Sibling("metadata.json")
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return m, fmt.Errorf("read metadata.json: %w", err)
	default:
		if m, err = parseMetadata(text); err != nil {
			return m, fmt.Errorf("metadata.json beside %s: %w", src.Path, err)
		}
	}
	m.fromFolder(src.Path)
	return m, nil
}

func parseMetadata(text []byte) (metadata, error) {
	o, err := chat.ParseObject(text)
	if err != nil {
		return metadata{}, err
	}
	m := metadata{environment: o.ID("env_id", "env"), model: o.Text("model"), tools: o.Tools("tools", "tool_defs")}
	sampling := o.Object("sampling_args")
	o.Leave("sampling_args")
	m.sampling, m.temperature = o.JSON("sampling_args"), sampling.Number("temperature")
	m.version = o.Object("version_info").Text("env_version")
	m.time = chat.Time(o.ID("date") + " " + o.ID("time"))
	return m, o.Err()
}

// fromFolder fills in what the metadata does not say.
func (m *metadata) fromFolder(path string) {
	run := filepath.Base(filepath.Dir(filepath.Dir(path)))
	environment, model, found := strings.Cut(run, "--")
	if m.environment == "" && found {
		m.environment = environment
	}
	if m.environment == "" {
		m.environment = "verifiers"
	}
	if m.model == nil && found {
		model = strings.ReplaceAll(model, "--", "/")
		m.model = &model
	}
}
