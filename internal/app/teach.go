package app

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/producers/experience/chat"
	"github.com/dreamlog/dreamlog/schema"
)

// TeachOptions say which transitions a teacher explains.
type TeachOptions struct {
	KnownOptions
	ServerOptions
	// Limit is how many transitions are explained at most, refused ones not
	// counted: they would be the first to be met again; 0: all.
	Limit  int64
	NoLand bool
	// Refused hears of each transition whose explanations could not be used; nil:
	// nobody does.
	Refused func(eventID string, err error)
	// Progress hears of the count so far; nil: nobody does.
	Progress func(Taught)
}

// Taught says what a teacher did.
type Taught struct {
	// Explained transitions have an annotation now; Refused ones could not be
	// explained; Known ones had one before.
	Explained int64  `json:"explained"`
	Refused   int64  `json:"refused"`
	Known     int64  `json:"known"`
	Calls     int64  `json:"calls"`
	Model     string `json:"model"`
	Rubric    string `json:"rubric"`
	// Snapshot that was read.
	Snapshot int64 `json:"snapshot"`
	// SpentUSD is what the calls cost in US dollars; 0 where no prices are known.
	SpentUSD float64 `json:"spent_usd"`
	Landed   Landed  `json:"landed"`
}

// Teach has a teacher write the reasoning R* of recorded transitions that have
// none, as annotations; every request is an llm.called event. What was explained
// stays when it is interrupted, or when budget or server end it: run again, it
// explains what is missing. The result holds in any case, but is empty when the
// log refused events.
func (a *App) Teach(ctx context.Context, o TeachOptions) (_ Taught, err error) {
	client, err := o.client()
	if err != nil {
		return Taught{}, err
	}
	defer client.Close()
	teacher, err := chat.NewTeacher(client, o.experience())
	if err != nil {
		return Taught{}, err
	}
	w, err := a.Writer(ctx, WriterOptions{NoLand: o.NoLand})
	if err != nil {
		return Taught{}, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if err := w.CatchUp(ctx); err != nil {
		return Taught{}, err
	}
	k, err := a.openKnown(ctx, o.KnownOptions)
	if err != nil {
		return Taught{}, err
	}
	defer func() { err = errors.Join(err, k.close()) }()
	l := &lesson{app: a, writer: w, known: k, teacher: teacher, options: &o}
	l.result = Taught{Model: o.Model, Rubric: teacher.Rubric(), Snapshot: k.session.Snapshot()}
	err = l.hold(ctx)
	l.result.SpentUSD = client.SpentUSD()
	var landErr error
	l.result.Landed, landErr = w.Finish(ctx)
	if err = joined(err, landErr); undelivered(err) {
		return Taught{}, err
	}
	return l.result, err
}

// lesson is one Teach at work.
type lesson struct {
	app     *App
	writer  *Writer
	known   *known
	teacher *chat.Teacher
	options *TeachOptions

	mu     sync.Mutex
	result Taught // guarded by mu
}

// defaultTeaching is how many transitions are explained at a time.
const defaultTeaching = 8

// hold explains what has no reasoning, some transitions at a time.
func (l *lesson) hold(ctx context.Context) error {
	group, groupCtx := errgroup.WithContext(ctx)
	group.SetLimit(defaultTeaching)
	if n := l.options.Concurrency; n > 0 {
		group.SetLimit(n)
	}
	var begun int64
	err := l.known.each(groupCtx, func(f fact) error {
		if f.reasoning != "" {
			l.count(func(t *Taught) { t.Known++ })
			return nil
		}
		if enough, err := l.enough(begun); enough {
			return err
		}
		begun++
		group.Go(func() error { return l.explain(groupCtx, &f) })
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	// What ended the group is why reading ended.
	if groupErr := group.Wait(); groupErr != nil {
		return groupErr
	}
	return err
}

// hopeless is the number of refused explanations, with none among them that could
// be used, after which no more is asked.
const hopeless = 10

// enough says whether, with so many begun, no other is to be begun, and why.
func (l *lesson) enough(begun int64) (bool, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.result.Refused >= hopeless && l.result.Explained == 0 {
		return true, fmt.Errorf("of the first %d transitions none could be explained by model %s: allow longer answers (--max-tokens), or ask another model", l.result.Refused, l.options.Model)
	}
	return l.options.Limit > 0 && begun-l.result.Refused >= l.options.Limit, errEnough
}

// errEnough says that as many were begun as are wanted.
var errEnough = errors.New("enough")

func (l *lesson) count(change func(*Taught)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.result)
	if l.options.Progress != nil {
		l.options.Progress(l.result)
	}
}

// explain asks about one transition, and records what was asked and answered.
func (l *lesson) explain(ctx context.Context, f *fact) error {
	q, err := l.known.question(ctx, f)
	if err != nil {
		return err
	}
	id := f.step().EventID
	reasoning, calls, err := l.teacher.Explain(ctx, q, f.came, 0)
	if recordErr := l.record(context.WithoutCancel(ctx), f, calls, reasoning); recordErr != nil {
		return recordErr
	}
	var unusable *chat.UnusableError
	refused := errors.As(err, &unusable)
	l.count(func(t *Taught) {
		t.Calls += int64(len(calls))
		switch {
		case refused:
			t.Refused++
			if l.options.Refused != nil {
				l.options.Refused(id, err)
			}
		case err == nil:
			t.Explained++
		}
	})
	if err != nil && !refused {
		return fmt.Errorf("explain transition %s: %w", id, err)
	}
	return nil
}

// record takes the calls to the log, and the annotation where there is a
// reasoning.
func (l *lesson) record(ctx context.Context, f *fact, calls []schema.Call, reasoning string) error {
	head := schema.Envelope{
		Time: schema.MicrosOf(l.app.config.Now()), Source: "teacher", Subject: f.recording.EpisodeID,
	}
	step := f.step()
	for i := range calls {
		row := &schema.CallRow{Envelope: head, Call: calls[i]}
		row.EventID, row.EventType = schema.NewID(), schema.TypeLLMCalled
		row.Environment, row.EpisodeID, row.Step = &f.recording.Task.Environment, &f.recording.EpisodeID, &step.Step
		// The steps of an episode are explained in no order, each on its own.
		if row.Segment != nil {
			row.Segment = new(step.Step*segmentsOfStep + *row.Segment)
		}
		if err := l.writer.Produce(ctx, row); err != nil {
			return fmt.Errorf("record a call about transition %s: %w", step.EventID, err)
		}
	}
	if reasoning == "" {
		return nil
	}
	row := &schema.AnnotationRow{Envelope: head, Annotation: schema.Annotation{
		TargetKind: "event", Target: step.EventID, Kind: "reasoning", Value: schema.JSONOf(reasoning),
		Author: &l.result.Model, Rubric: &l.result.Rubric,
	}}
	row.EventID, row.EventType = schema.NewID(), schema.TypeAnnotationAdded
	if err := l.writer.Produce(ctx, row); err != nil {
		return fmt.Errorf("record the reasoning of transition %s: %w", step.EventID, err)
	}
	return nil
}

// segmentsOfStep is more than the segments that the calls about a step can have.
const segmentsOfStep = 1000
