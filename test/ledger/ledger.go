// Package ledger keeps the books of a fault test: what was put on a log, and
// whether a lake holds exactly that.
//
// It makes events of every kind that experience has, garbage, and records that
// are sent twice, and sends again what was not acknowledged, as any producer
// does. It starts and breaks nothing: the tests below test/ do.
package ledger

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// Ledger is one producer and its books. It serves one goroutine.
type Ledger struct {
	random   *rand.Rand
	producer string
	sequence int64
	episode  int

	pending []record // sent or not, and not acknowledged
	events  map[string]map[string]bool
	garbage int64
	doubled int64
}

// record is one record and what the books must say once it is acknowledged.
type record struct {
	key, body []byte
	headers   []schema.Header
	// table and id of the event; garbage has none.
	table, id string
	twice     bool
}

// New returns an empty ledger whose records follow from the seed.
func New(seed uint64) *Ledger {
	l := &Ledger{random: rand.New(rand.NewPCG(seed, 1)), producer: schema.NewID(), events: map[string]map[string]bool{}}
	for _, table := range schema.Tables() {
		l.events[table] = map[string]bool{}
	}
	return l
}

// Events is how many events were acknowledged.
func (l *Ledger) Events() (n int) {
	for _, ids := range l.events {
		n += len(ids)
	}
	return n
}

// Garbage is how many records were acknowledged that are no events.
func (l *Ledger) Garbage() int64 { return l.garbage }

// Doubled is how many acknowledged records were sent twice on purpose.
func (l *Ledger) Doubled() int64 { return l.doubled }

// Send makes n more records and sends them, behind those that no earlier Send
// had acknowledged. An error leaves them for the next one.
func (l *Ledger) Send(ctx context.Context, log *eventlog.Log, n int) error {
	for range n {
		r, err := l.draw()
		if err != nil {
			return err
		}
		l.pending = append(l.pending, r)
	}
	p, err := log.NewProducer(eventlog.ProducerConfig{BatchRecords: 20})
	if err != nil {
		return err
	}
	for _, r := range l.pending {
		if err := r.send(ctx, p); err != nil {
			_ = p.Close(ctx) // says the same again
			return err
		}
	}
	if err := p.Close(ctx); err != nil {
		return err
	}
	l.settle()
	return nil
}

func (r *record) send(ctx context.Context, p *eventlog.Producer) error {
	if r.twice {
		if err := p.Produce(ctx, r.key, r.body, r.headers, time.Time{}); err != nil {
			return err
		}
	}
	return p.Produce(ctx, r.key, r.body, r.headers, time.Time{})
}

// settle books what is pending: the log has it.
func (l *Ledger) settle() {
	for _, r := range l.pending {
		if r.table == "" {
			l.garbage++
		} else {
			l.events[r.table][r.id] = true
		}
		if r.twice {
			l.doubled++
		}
	}
	l.pending = l.pending[:0]
}

// draw makes the next record.
func (l *Ledger) draw() (record, error) {
	l.sequence++
	if l.random.IntN(5) == 0 {
		l.episode++
	}
	row := l.row()
	r := record{twice: l.random.IntN(8) == 0, key: []byte(row.Head().Subject)}
	var err error
	if l.random.IntN(10) == 0 {
		r.body = []byte("garbage " + strconv.FormatInt(l.sequence, 10))
	} else if r.headers, r.body, err = schema.Encode(row); err != nil {
		return r, err
	} else {
		r.table, r.id = row.Table(), row.Head().EventID
	}
	r.headers = append(r.headers,
		schema.Header{Key: schema.HeaderProducer, Value: []byte(l.producer)},
		schema.Header{Key: schema.HeaderSequence, Value: strconv.AppendInt(nil, l.sequence, 10)})
	return r, nil
}

// row makes an event of the current episode.
func (l *Ledger) row() schema.Row {
	episode, environment, model := fmt.Sprintf("%s-%d", l.producer, l.episode), "coin", "m"
	head := func(eventType, subject string) schema.Envelope {
		return schema.Envelope{EventID: fmt.Sprintf("%s-%d", l.producer, l.sequence), EventType: eventType, Time: schema.MicrosOf(time.Now()), Source: "ledger", Subject: subject}
	}
	switch l.random.IntN(8) {
	case 0:
		return &schema.EpisodeRow{Envelope: head(schema.TypeEpisodeEnded, episode), Episode: schema.Episode{
			Purpose: "collect", Environment: environment, Split: "train", TaskID: "t", EpisodeID: episode, Origin: "real", Status: "completed", Length: 1}}
	case 1:
		return &schema.CallRow{Envelope: head(schema.TypeLLMCalled, episode), Call: schema.Call{
			Role: "agent", EpisodeID: &episode, Model: &model, Messages: `[{"role":"user","content":"go"}]`, Response: "gone"}}
	case 2:
		text, split, kind := "toss it", "train", "seed"
		return &schema.TaskRow{Envelope: head(schema.TypeTaskProposed, "t"), Task: schema.Task{
			TaskID: "t", Environment: &environment, Split: &split, Instruction: &text, Kind: &kind}}
	case 3:
		return &schema.AnnotationRow{Envelope: head(schema.TypeAnnotationAdded, episode), Annotation: schema.Annotation{
			TargetKind: "episode", Target: episode, Kind: "tag", Value: `"x"`}}
	default:
		return &schema.TransitionRow{Envelope: head(schema.TypeTransition, episode), Transition: schema.Transition{
			Purpose: "collect", Environment: environment, Split: "train", TaskID: "t", EpisodeID: episode,
			Step: l.sequence, Origin: "real", State: "heads", Action: "toss", NextState: "tails"}}
	}
}
