package schema

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/twmb/avro"
)

// The types of events.
const (
	TypeTransition      = "transition"
	TypeEpisodeEnded    = "episode.ended"
	TypeTaskProposed    = "task.proposed"
	TypeTaskSelected    = "task.selected"
	TypeLLMCalled       = "llm.called"
	TypeAnnotationAdded = "annotation.added"
	TypeBatchDrawn      = "batch.drawn"
	TypePolicyUpdated   = "policy.updated"
	TypePolicyEvaluated = "policy.evaluated"
	TypeModelFitted     = "model.fitted"
	TypeDatasetImported = "dataset.imported"
	TypeDatasetExported = "dataset.exported"
)

// Version is the newest schema version; each event type has had every version
// from 1 to this one.
//
// With a second version, a JSON event, which does not say its own, must get the
// lowest that has all its fields, not the newest: the hash of a row may not
// depend on which version of this program landed it.
const Version = 1

// tableOf names the table that each event type lands in.
var tableOf = map[string]string{
	TypeTransition:      Transitions,
	TypeEpisodeEnded:    Episodes,
	TypeTaskProposed:    Tasks,
	TypeTaskSelected:    Tasks,
	TypeLLMCalled:       Calls,
	TypeAnnotationAdded: Annotations,
	TypeBatchDrawn:      TrainingLog,
	TypePolicyUpdated:   TrainingLog,
	TypePolicyEvaluated: TrainingLog,
	TypeModelFitted:     TrainingLog,
	TypeDatasetImported: TrainingLog,
	TypeDatasetExported: TrainingLog,
}

//go:embed avro/events/*.avsc avro/rows/*.avsc
var avroFiles embed.FS

// released is one released schema of an event type or of a table's rows.
type released struct {
	name    string // event type, or table
	version int64
	avro    *avro.Schema
	// strays are the fields of the table's body that an event type lacks.
	strays []int
}

// catalogue holds every released schema, and what follows from the newest.
type catalogue struct {
	events        map[string]map[int64]*released
	rows          map[string]map[int64]*released
	byFingerprint map[[8]byte]*released
	forms         map[string][]form // by table
}

// schemas is read once from the embedded files; it never changes.
var schemas = mustLoad()

func mustLoad() *catalogue {
	c := &catalogue{byFingerprint: map[[8]byte]*released{}, forms: map[string][]form{}}
	c.events = c.load("avro/events")
	c.rows = c.load("avro/rows")
	for _, versions := range c.events {
		for _, r := range versions {
			c.byFingerprint[fingerprint(r.avro)] = r
			r.strays = straysOf(tableOf[r.name], r.fieldNames())
		}
	}
	for _, table := range Tables() {
		c.forms[table] = formsOf(table)
	}
	return c
}

// load reads the files NAME.vVERSION.avsc of a folder.
func (c *catalogue) load(dir string) map[string]map[int64]*released {
	files, err := avroFiles.ReadDir(dir)
	if err != nil {
		panic(err) // the folder is embedded in the binary
	}
	all := map[string]map[int64]*released{}
	for _, f := range files {
		name, version := splitFileName(f.Name())
		data, err := avroFiles.ReadFile(path.Join(dir, f.Name()))
		if err != nil {
			panic(err)
		}
		r := &released{name: name, version: version, avro: avro.MustParse(string(data))}
		if all[name] == nil {
			all[name] = map[int64]*released{}
		}
		all[name][version] = r
	}
	return all
}

func (r *released) fieldNames() map[string]bool {
	names := map[string]bool{}
	for _, field := range r.avro.Root().Fields {
		names[field.Name] = true
	}
	return names
}

// splitFileName splits NAME.vVERSION.avsc.
func splitFileName(file string) (string, int64) {
	base := strings.TrimSuffix(file, ".avsc")
	dot := strings.LastIndex(base, ".v")
	version, err := strconv.ParseInt(base[dot+2:], 10, 64)
	if err != nil {
		panic(fmt.Sprintf("schema file %s: want NAME.vVERSION.avsc", file))
	}
	return base[:dot], version
}

// fingerprint is the CRC-64-AVRO of the schema's parsing canonical form, as in
// the header of Avro's single-object encoding.
func fingerprint(s *avro.Schema) (fp [8]byte) {
	copy(fp[:], s.Fingerprint(avro.NewRabin()))
	slices.Reverse(fp[:]) // Go hashes write high byte first, the header low byte first
	return fp
}

// EventTypes returns the types of events that land in a table, sorted.
func EventTypes(table string) []string {
	var types []string
	for t, name := range tableOf {
		if name == table {
			types = append(types, t)
		}
	}
	slices.Sort(types)
	return types
}
