package replay_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/fnv"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// partitions of the log of a test.
const partitions = 3

// pool is a small lake. Events go to the log in the order in which they are
// added; each snapshot puts those since the one before into a file a table.
type pool struct {
	testing.TB
	dir    string
	sealer *schema.Sealer
	next   [partitions]int64
	fresh  map[string][]schema.Row
	files  map[string][]poolFile
	cuts   [][partitions]int64 // of each snapshot, from 1
}

type poolFile struct {
	analytics.File
	snapshot int // the last one that added to it
	rows     []schema.Row
}

func newPool(t testing.TB) *pool {
	return &pool{TB: t, dir: t.TempDir(), sealer: schema.NewSealer([]byte("key")),
		fresh: map[string][]schema.Row{}, files: map[string][]poolFile{}}
}

// add puts an event on the log.
func (p *pool) add(row schema.Row) {
	p.Helper()
	head, at := row.Head(), row.At()
	hash := fnv.New32()
	hash.Write([]byte(head.Subject))
	at.Partition = int64(hash.Sum32() % partitions)
	at.Offset = p.next[at.Partition]
	p.next[at.Partition]++
	at.IngestTime = schema.Micros(1_700_000_000_000_000 + p.total())
	head.SchemaVersion, head.Time = schema.Version, at.IngestTime
	if head.EventID == "" {
		head.EventID = fmt.Sprintf("event-%06d", p.total())
	}
	if head.Source == "" {
		head.Source = "test"
	}
	require.NoError(p, schema.Validate(row))
	require.NoError(p, p.sealer.Seal(row))
	p.fresh[row.Table()] = append(p.fresh[row.Table()], row)
}

func (p *pool) total() (n int64) {
	for _, next := range p.next {
		n += next
	}
	return n
}

// snapshot publishes what was added, and returns its number.
func (p *pool) snapshot() int64 {
	p.Helper()
	p.cuts = append(p.cuts, p.next)
	for table, rows := range p.fresh {
		p.files[table] = append(p.files[table], p.write(table, rows))
	}
	clear(p.fresh)
	return int64(len(p.cuts))
}

func (p *pool) write(table string, rows []schema.Row) poolFile {
	p.Helper()
	var out bytes.Buffer
	schema.Sort(rows)
	_, err := parquetfile.NewWriter(parquetfile.Options{}).Write(&out, table, rows)
	require.NoError(p, err)
	file, err := os.CreateTemp(p.dir, table+"-*.parquet")
	require.NoError(p, err)
	_, err = file.Write(out.Bytes())
	require.NoError(p, err)
	require.NoError(p, file.Close())
	return poolFile{analytics.File{Path: file.Name(), Rows: int64(len(rows)), Schemas: []int64{schema.Version}}, len(p.cuts), rows}
}

// compact puts all files of each table into one.
func (p *pool) compact() {
	for table, files := range p.files {
		var rows []schema.Row
		for _, f := range files {
			rows = append(rows, f.rows...)
		}
		p.files[table] = []poolFile{p.write(table, rows)}
	}
}

// at is the lake as of a snapshot.
type at struct {
	*pool
	number int64
}

func (a at) Pin(context.Context) (*analytics.Pin, error) {
	pin := &analytics.Pin{Snapshot: a.number, Tables: map[string][]analytics.File{}}
	for i, next := range a.cuts[a.number-1] {
		pin.Cuts = append(pin.Cuts, analytics.Cut{Partition: int64(i), Next: next})
	}
	for table, files := range a.files {
		for _, f := range files {
			f.Mixed = int64(f.snapshot) > a.number
			pin.Tables[table] = append(pin.Tables[table], f.File)
		}
	}
	return pin, nil
}

// session opens the lake as of a snapshot.
func (p *pool) session(number int64) *analytics.Session {
	p.Helper()
	s, err := analytics.Open(context.Background(), at{p, number}, analytics.Options{Threads: 2})
	require.NoError(p, err)
	p.Cleanup(func() { require.NoError(p, s.Close()) })
	return s
}

// now publishes what was added and opens it.
func (p *pool) now() *analytics.Session {
	p.Helper()
	return p.session(p.snapshot())
}

// attempt is an episode to be added. What is empty has the value of an episode
// that everybody may learn from.
type attempt struct {
	id, task, instruction         string
	purpose, split, origin        string
	environment, version, run     string
	source, group, policy         string
	policyVersion, bufferSnapshot int64
	model                         string
	depth                         int64
	won                           bool
	running                       bool     // it has no end
	actions                       []string // one a step; empty: two of them
	status                        string
	length                        int64 // that the end claims; 0: as it is
	ungraded                      bool
}

func or(value, otherwise string) string {
	if value == "" {
		return otherwise
	}
	return value
}

func nullable(value string) *string {
	if value == "" {
		return nil
	}
	return &value
}

// play adds an episode, its steps events ID/0, ID/1 and so on.
func (p *pool) play(a attempt) {
	p.Helper()
	if len(a.actions) == 0 {
		a.actions = []string{"go to drawer 1", "open drawer 1"}
	}
	a.task, a.purpose, a.split = or(a.task, "task"), or(a.purpose, "collect"), or(a.split, "train")
	a.origin, a.environment = or(a.origin, "real"), or(a.environment, "house")
	state, reward := a.id+": you are in a room.", 0.0
	for i, action := range a.actions {
		next := fmt.Sprintf("%s: you did %s.", a.id, action)
		last := i == len(a.actions)-1
		if last && a.won {
			reward = 1
		}
		t := schema.Transition{
			RunID: nullable(a.run), Purpose: a.purpose, Environment: a.environment, EnvironmentVersion: nullable(a.version), Split: a.split,
			TaskID: a.task, Instruction: nullable(a.instruction), EpisodeID: a.id, GroupID: nullable(a.group), Step: int64(i), Origin: a.origin,
			State: state, AdmissibleActions: []string{action, "look"}, Action: action, NextState: next,
			NextAdmissibleActions: []string{"look"}, Terminated: last && !a.running,
			PolicyID: nullable(a.policy), ModelID: nullable(a.model),
		}
		if !a.ungraded {
			t.Reward = new(reward)
		}
		if a.policy != "" {
			t.PolicyVersion = &a.policyVersion
		}
		if a.origin == "synthetic" {
			t.DemoDepth, t.BufferSnapshot = &a.depth, &a.bufferSnapshot
		}
		p.add(&schema.TransitionRow{Transition: t, Envelope: schema.Envelope{EventType: schema.TypeTransition,
			EventID: fmt.Sprintf("%s/%d", a.id, i), Subject: a.id, Source: a.source}})
		state = next
	}
	if !a.running {
		p.end(a)
	}
}

func (p *pool) end(a attempt) {
	p.Helper()
	a.task, a.purpose, a.split = or(a.task, "task"), or(a.purpose, "collect"), or(a.split, "train")
	e := schema.Episode{
		RunID: nullable(a.run), Purpose: a.purpose, Environment: or(a.environment, "house"), EnvironmentVersion: nullable(a.version), Split: a.split,
		TaskID: a.task, EpisodeID: a.id, GroupID: nullable(a.group), Origin: or(a.origin, "real"), Status: or(a.status, "completed"),
		Length: int64(max(len(a.actions), 1)), PolicyID: nullable(a.policy),
	}
	if len(a.actions) == 0 {
		e.Length = 2
	}
	if a.length > 0 {
		e.Length = a.length
	}
	if a.policy != "" {
		e.PolicyVersion = &a.policyVersion
	}
	if !a.ungraded {
		e.Success, e.EpisodeReturn = &a.won, new(0.0)
		if a.won {
			*e.EpisodeReturn = 1
		}
	}
	p.add(&schema.EpisodeRow{Episode: e, Envelope: schema.Envelope{EventType: schema.TypeEpisodeEnded,
		EventID: a.id + "/end", Subject: a.id, Source: a.source}})
}

// note adds an annotation on an event, an episode or what a selector names.
func (p *pool) note(subject, targetKind, target, kind, value string) {
	p.Helper()
	p.add(&schema.AnnotationRow{
		Annotation: schema.Annotation{TargetKind: targetKind, Target: target, Kind: kind, Value: schema.JSON(value)},
		Envelope:   schema.Envelope{EventType: schema.TypeAnnotationAdded, Subject: subject},
	})
}

// house is the visibility of most tests.
func house() replay.Visibility { return replay.Visibility{Environment: "house"} }
