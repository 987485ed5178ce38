package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// ProduceOptions say how to take events in.
type ProduceOptions struct {
	// Strict stops at the first line refused.
	Strict bool
	NoLand bool
	// Rejected hears of each line refused; nil: nobody does.
	Rejected func(line int, err error)
	// Progress hears of the count so far; nil: nobody does.
	Progress func(Produced)
}

// Produced says what became of the lines.
type Produced struct {
	Produced int64 `json:"produced"`
	Rejected int64 `json:"rejected"`
	// Duplicates are events whose id the lake, or the same input, had already.
	Duplicates int64  `json:"duplicates"`
	Landed     Landed `json:"landed"`
}

// line is one event in CloudEvents' JSON format.
type line struct {
	SpecVersion string         `json:"specversion"`
	ID          string         `json:"id"`
	Source      string         `json:"source"`
	Type        string         `json:"type"`
	Subject     string         `json:"subject"`
	Time        string         `json:"time"`
	Producer    string         `json:"producer"`
	Sequence    int64          `json:"sequence"`
	Data        jsontext.Value `json:"data"`
}

// Produce takes events in, one CloudEvents JSON object a line. A line that is
// refused does not keep the others out. The result holds in any case, but is
// empty when the log refused events.
func (a *App) Produce(ctx context.Context, r io.Reader, options ProduceOptions) (result Produced, err error) {
	w, err := a.Writer(ctx, WriterOptions{NoLand: options.NoLand})
	if err != nil {
		return result, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if err := w.CatchUp(ctx); err != nil {
		return result, err
	}
	known, err := a.openSeen(ctx)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, known.Close()) }()
	p := &produceRun{app: a, writer: w, known: known, options: options}
	err = importer.Lines(r, func(number int, text []byte, lineErr error) error { return p.line(ctx, number, text, lineErr) })
	if err == nil {
		err = p.flush(ctx)
	}
	var landErr error
	p.result.Landed, landErr = w.Finish(ctx)
	p.result.Duplicates += p.result.Landed.Duplicates
	if err = joined(err, landErr); undelivered(err) {
		return Produced{}, err
	}
	return p.result, err
}

// produceRun is one Produce at work. Lines are looked up a batch at a time.
type produceRun struct {
	app     *App
	writer  *Writer
	known   *seen
	options ProduceOptions
	decoder schema.Decoder
	recent  recent
	batch   []schema.Row
	result  Produced
}

const produceBatch = 500

func (p *produceRun) line(ctx context.Context, number int, text []byte, err error) error {
	var row schema.Row
	if err == nil {
		row, err = p.decode(text)
	}
	if err != nil {
		p.result.Rejected++
		if p.options.Rejected != nil {
			p.options.Rejected(number, err)
		}
		if p.options.Strict {
			return fmt.Errorf("line %d: %w", number, err)
		}
		return ctx.Err()
	}
	p.batch = append(p.batch, row)
	if len(p.batch) < produceBatch {
		return ctx.Err()
	}
	return p.flush(ctx)
}

// decode reads and validates a line.
func (p *produceRun) decode(text []byte) (schema.Row, error) {
	var l line
	if err := json.Unmarshal(text, &l); err != nil {
		return nil, fmt.Errorf("not a CloudEvents JSON object: %w", err)
	}
	if len(l.Data) == 0 {
		return nil, errors.New("member data: is required: the fields of the event go there")
	}
	headers := []schema.Header{
		{Key: schema.HeaderSpecVersion, Value: []byte(cmp.Or(l.SpecVersion, "1.0"))},
		{Key: schema.HeaderID, Value: []byte(cmp.Or(l.ID, schema.NewID()))},
		{Key: schema.HeaderSource, Value: []byte(cmp.Or(l.Source, "produce"))},
		{Key: schema.HeaderType, Value: []byte(l.Type)},
		{Key: schema.HeaderSubject, Value: []byte(cmp.Or(l.Subject, subjectOf(l.Data)))},
		{Key: schema.HeaderTime, Value: []byte(cmp.Or(l.Time, p.app.config.Now().UTC().Format(time.RFC3339Nano)))},
		{Key: schema.HeaderContentType, Value: []byte(schema.ContentJSON)},
	}
	if l.Producer != "" || l.Sequence != 0 {
		headers = append(headers, stamp(l.Producer, l.Sequence)...)
	}
	return p.decoder.Decode(headers, l.Data)
}

func stamp(producer string, sequence int64) []schema.Header {
	return []schema.Header{
		{Key: schema.HeaderProducer, Value: []byte(producer)},
		{Key: schema.HeaderSequence, Value: strconv.AppendInt(nil, sequence, 10)},
	}
}

// subjectOf finds what an event is about in its data.
func subjectOf(data jsontext.Value) string {
	var ids struct {
		Episode string `json:"episode_id"`
		Task    string `json:"task_id"`
		Policy  string `json:"policy_id"`
		Model   string `json:"model_id"`
		Target  string `json:"target"`
	}
	if json.Unmarshal(data, &ids) != nil {
		return "" // the decoder says what is wrong
	}
	return cmp.Or(ids.Episode, ids.Task, ids.Policy, ids.Model, ids.Target)
}

// flush produces the batch, less what is known.
func (p *produceRun) flush(ctx context.Context) error {
	subjects := make([]string, len(p.batch))
	for i, row := range p.batch {
		subjects[i] = row.Head().Subject
	}
	known, err := p.known.Seen(ctx, subjects)
	if err != nil {
		return err
	}
	for _, row := range p.batch {
		id := row.Head().EventID
		if _, doubled := known[id]; doubled || p.recent.seen(id) {
			p.result.Duplicates++
			continue
		}
		if err := p.produce(ctx, row); err != nil {
			return err
		}
		p.result.Produced++
	}
	p.batch = p.batch[:0]
	if p.options.Progress != nil {
		p.options.Progress(p.result)
	}
	return nil
}

// produce keeps the producer and sequence that the line had.
func (p *produceRun) produce(ctx context.Context, row schema.Row) error {
	head := row.Head()
	headers, body, err := schema.Encode(row)
	if err != nil {
		return err
	}
	if head.Producer != nil {
		headers = append(headers, stamp(*head.Producer, *head.Sequence)...)
	}
	return p.writer.ProduceRaw(ctx, []byte(head.Subject), body, headers)
}

// recent remembers the last ids, a million at most.
type recent struct{ young, old map[string]struct{} }

func (r *recent) seen(id string) bool {
	_, young := r.young[id]
	_, old := r.old[id]
	if young || old {
		return true
	}
	if r.young == nil || len(r.young) >= 500_000 {
		r.young, r.old = map[string]struct{}{}, r.young
	}
	r.young[id] = struct{}{}
	return false
}
