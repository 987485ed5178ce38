package interop_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/lander"
	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/eventlog/embedded"
	"github.com/dreamlog/dreamlog/internal/app"
	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

const (
	topic = "dreamlog.experience"
	// Rounds of landing: more commits than lie between two checkpoints of a
	// table, some behind the checkpoint, and some behind the compaction.
	roundsBefore           = 103
	roundsBehindCheckpoint = 9
	roundsAfter            = 9
	// everyType is in how many rounds all types of events land, not only steps.
	everyType = 8
	episodes  = 7
)

// history is a data directory with a past, and the log that it landed from.
type history struct {
	t        *testing.T
	app      *app.App
	data     string
	log      *eventlog.Log
	producer *eventlog.Producer
	golden   []golden
	events   int
}

// golden is an event of every field, kept by package schema.
type golden struct {
	Headers [][2]string `json:"headers"`
	Avro    []byte      `json:"avro"`
}

// newHistory lands golden events of all types, round by round, compacts all
// tables, and lands some more. It returns the snapshots around the compaction.
func newHistory(t *testing.T) (h *history, before, after *lake.Snapshot) {
	h = &history{t: t, data: t.TempDir(), golden: goldenEvents(t)}
	var err error
	h.app, err = app.Create(t.Context(), app.Config{Data: h.data})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, h.app.Close()) })
	h.openLog()

	h.land(roundsBefore)
	_, err = h.app.Lake().Checkpoint(t.Context())
	require.NoError(t, err)
	h.land(roundsBehindCheckpoint)
	before = h.newest()
	_, err = h.app.Compact(t.Context(), app.CompactOptions{Full: true})
	require.NoError(t, err)
	h.land(roundsAfter)
	return h, before, h.newest()
}

func (h *history) openLog() {
	broker, err := embedded.Start(h.t.Context(), embedded.Options{Dir: h.t.TempDir(), NoSync: true})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, broker.Close()) })
	h.log, err = eventlog.Open(h.t.Context(), eventlog.Config{Brokers: []string{broker.Addr()}, Topic: topic})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, h.log.Close()) })
	h.producer, err = h.log.NewProducer(eventlog.ProducerConfig{})
	require.NoError(h.t, err)
	h.t.Cleanup(func() { require.NoError(h.t, h.producer.Close(context.WithoutCancel(h.t.Context()))) })
}

func goldenEvents(t *testing.T) (events []golden) {
	files, err := filepath.Glob(filepath.Join("..", "..", "schema", "testdata", "golden", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var g golden
		require.NoError(t, json.Unmarshal(content, &g), file)
		events = append(events, g)
	}
	return events
}

// land lands as many rounds, each of which one snapshot publishes.
func (h *history) land(rounds int) {
	for round := range rounds {
		for _, g := range h.golden {
			if g.table() == schema.Transitions || round%everyType == 0 {
				h.produce(g)
			}
		}
		if round%everyType == 1 {
			h.send("no event", []byte{0, byte(round)}, nil)
		}
		require.NoError(h.t, h.producer.Flush(h.t.Context()))
		l, err := lander.New(h.log, h.app.Lake(), lander.Options{Key: []byte("key")})
		require.NoError(h.t, err)
		require.NoError(h.t, l.Run(h.t.Context()))
	}
}

func (h *history) send(key string, body []byte, headers []schema.Header) {
	require.NoError(h.t, h.producer.Produce(h.t.Context(), []byte(key), body, headers, time.Now()))
}

// table is the table of the event's type.
func (g golden) table() string { return g.decode().Table() }

func (g golden) decode() schema.Row {
	headers := []schema.Header{{Key: schema.HeaderContentType, Value: []byte(schema.ContentAvro)}}
	for _, pair := range g.Headers {
		headers = append(headers, schema.Header{Key: pair[0], Value: []byte(pair[1])})
	}
	row, err := new(schema.Decoder).Decode(headers, g.Avro)
	if err != nil {
		panic(fmt.Sprintf("golden event: %v", err)) // package schema tests that it decodes
	}
	return row
}

// produce produces a copy of a golden event under ids of its own. Of every
// second transition only what is required is left.
func (h *history) produce(g golden) {
	h.events++
	row := g.decode()
	if t, ok := row.(*schema.TransitionRow); ok && h.events%2 == 0 {
		row = &schema.TransitionRow{Envelope: t.Envelope, Transition: schema.Transition{
			Purpose: t.Purpose, Environment: t.Environment, Split: t.Split, TaskID: t.TaskID, EpisodeID: t.EpisodeID,
			Origin: t.Origin, AdmissibleActions: []string{},
		}}
	}
	row.Head().EventID = fmt.Sprintf("event-%d", h.events)
	if t, ok := row.(*schema.TransitionRow); ok { // spread over the partitions
		t.EpisodeID = fmt.Sprintf("episode-%d", h.events%episodes)
		t.Subject = t.EpisodeID
	}
	headers, body, err := schema.Encode(row)
	require.NoError(h.t, err)
	h.send(row.Head().Subject, body, headers)
}

func (h *history) newest() *lake.Snapshot {
	s, err := h.app.Lake().Newest(h.t.Context())
	require.NoError(h.t, err)
	return s
}

// snapshot returns the first snapshot at which a table had a version.
func (h *history) snapshot(table string, version int64) *lake.Snapshot {
	for number := int64(1); ; number++ {
		s, err := h.app.Lake().At(h.t.Context(), number)
		require.NoError(h.t, err)
		if s.Tables[table].Version >= version {
			return s
		}
	}
}

// checkpoint returns the version of the first checkpoint of a table.
func (h *history) checkpoint(table string) int64 {
	files, err := filepath.Glob(filepath.Join(h.data, "lake", table, "_delta_log", "*.checkpoint.parquet"))
	require.NoError(h.t, err)
	require.NotEmpty(h.t, files, "table %s has no checkpoint", table)
	var version int64
	_, err = fmt.Sscanf(filepath.Base(slices.Min(files)), "%d.checkpoint.parquet", &version)
	require.NoError(h.t, err)
	return version
}
