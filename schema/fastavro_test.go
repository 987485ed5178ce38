package schema

import (
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"
)

// fastavro returns the Python that has fastavro, an implementation of Avro
// that shares nothing with ours. Without it the test is skipped; where CI is
// set, that is a failure.
func fastavro(t *testing.T) string {
	missing := t.Skipf
	if os.Getenv("CI") == "true" {
		missing = t.Fatalf
	}
	venv := os.Getenv("DREAMLOG_VENV")
	if venv == "" {
		missing("DREAMLOG_VENV names no Python environment with fastavro: not checked against it (make test sets it)")
	}
	python := filepath.Join(venv, "bin", "python3")
	if output, err := exec.Command(python, "-c", "import fastavro").CombinedOutput(); err != nil {
		missing("%s has no fastavro, not checked against it: %v %s", python, err, output)
	}
	return python
}

// task is a line that testdata/check_with_fastavro.py reads.
type task struct {
	Schema       string `json:"schema"`
	SingleObject string `json:"single_object,omitzero"`
	Canonical    string `json:"canonical,omitzero"`
}

func TestFastavroReadsWhatWeWrite(t *testing.T) {
	python := fastavro(t)
	var input bytes.Buffer
	var want []jsontext.Value
	add := func(one task, record jsontext.Value) {
		line, err := json.Marshal(one)
		require.NoError(t, err)
		input.Write(append(line, '\n'))
		want = append(want, record)
	}
	for _, row := range append(examples(), workedRow()) {
		_, body, err := Encode(row)
		require.NoError(t, err)
		add(task{Schema: "avro/events/" + row.Head().EventType + ".v1.avsc", SingleObject: hex.EncodeToString(body)}, eventRecord(t, row))
		*row.At() = goldenPosition
		add(rowTask(t, row), rowRecord(t, row))
	}
	dead := deadExample()
	add(rowTask(t, dead), rowRecord(t, dead))

	command := exec.Command(python, "testdata/check_with_fastavro.py")
	command.Stdin = &input
	var complaint bytes.Buffer
	command.Stderr = &complaint
	output, err := command.Output()
	require.NoError(t, err, complaint.String())
	lines := bytes.Split(bytes.TrimSpace(output), []byte("\n"))
	require.Len(t, lines, len(want))
	for i := range want {
		require.JSONEq(t, string(want[i]), string(lines[i]))
	}
}

func deadExample() *DeadLetterRow {
	return &DeadLetterRow{
		Envelope:   Envelope{EventID: "d", EventType: "deadletter", SchemaVersion: 1, Time: 1, Source: "unknown", Subject: "0/0/1"},
		DeadLetter: DeadLetter{Reason: "no reason", Key: []byte{}, Headers: `[]`, Value: []byte{0xff, 0x00}},
		Position:   goldenPosition,
	}
}

func rowTask(t *testing.T, row Row) task {
	encoding, err := AppendCanonical(nil, row)
	require.NoError(t, err)
	return task{Schema: "avro/rows/" + row.Table() + ".v1.avsc", Canonical: hex.EncodeToString(encoding)}
}

// eventRecord is the body of an event as JSON, by the names of its schema.
func eventRecord(t *testing.T, row Row) jsontext.Value {
	members := bodyMembers(t, row)
	fields := schemas.events[row.Head().EventType][1].fieldNames()
	for name := range members {
		if !fields[name] {
			delete(members, name)
		}
	}
	return marshal(t, members)
}

// rowRecord is the row as JSON, by the names of its schema.
func rowRecord(t *testing.T, row Row) jsontext.Value {
	members := bodyMembers(t, row)
	e, p := row.Head(), row.At()
	for name, value := range map[string]any{
		"event_id": e.EventID, "event_type": e.EventType, "schema_version": e.SchemaVersion, "time": int64(e.Time), "source": e.Source,
		"subject": e.Subject, "producer": e.Producer, "sequence": e.Sequence, "log_generation": p.Generation,
		"log_partition": p.Partition, "log_offset": p.Offset, "ingest_time": int64(p.IngestTime),
	} {
		members[name] = marshal(t, value)
	}
	return marshal(t, members)
}

func bodyMembers(t *testing.T, row Row) map[string]jsontext.Value {
	members := map[string]jsontext.Value{}
	require.NoError(t, json.Unmarshal(jsonBody(t, row), &members))
	delete(members, "event_id")
	delete(members, "time")
	return members
}

func marshal(t *testing.T, value any) jsontext.Value {
	text, err := json.Marshal(value)
	require.NoError(t, err)
	return text
}
