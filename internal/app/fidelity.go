package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/fidelity"
	"github.com/dreamlog/dreamlog/producers/experience/lifted"
	"github.com/dreamlog/dreamlog/producers/experience/retrieval"
)

// FidelityOptions say what to measure, and by what.
type FidelityOptions struct {
	// Visibility says what is seen or held out; whatever its origin, only what
	// environments answered counts.
	Visibility replay.Visibility
	// At is the snapshot that is read; empty: the newest.
	At string
	// TestSplit makes the tasks of that split the unseen ones; empty: some of
	// split train are held out.
	TestSplit string
	HoldOut   fidelity.DivideOptions
	// Models are measured, lifted after a fit to what is seen.
	Models []ExperienceOptions
	// Settings to measure in; empty: known and unseen tasks.
	Settings []string
	// Ks are the numbers of demonstrations to measure with.
	Ks []int
	// Measure says how; its Seed is that of the fit as well. For chat MaxSteps and
	// MaxLoops have defaults, as every prediction is a request.
	Measure fidelity.Options
	// Record keeps the predictions of one step beside what they are of, as
	// synthetic transitions of purpose probe.
	Record bool
	NoLand bool
	// Policies, where any, play in the environment and in the dream.
	Policies PolicyOptions
	// Progress hears what is measured next; nil: nobody does.
	Progress func(model string, k int, setting string)
}

// Defaults for chat.
const (
	chatSteps = 100
	chatLoops = 10
)

// Fidelity is what was measured.
type Fidelity struct {
	Environment        string `json:"environment"`
	EnvironmentVersion string `json:"environment_version"`
	Snapshot           int64  `json:"snapshot"`
	// TestSplit is the split of the unseen tasks.
	TestSplit string `json:"test_split"`
	// Seen is what models learned and retrieved from, Known and Unseen are what
	// they were measured by.
	Seen   Amount         `json:"seen"`
	Known  Amount         `json:"known"`
	Unseen Amount         `json:"unseen"`
	Rows   []fidelity.Row `json:"rows"`
	// Policies compare returns in the dream with real ones, a row for each model;
	// empty: none was asked for.
	Policies []Agreement `json:"policies,omitempty"`
	// Recorded is the number of transitions that were recorded.
	Recorded int64  `json:"recorded"`
	Landed   Landed `json:"landed"`
}

// Amount is how much experience there is.
type Amount struct {
	Tasks       int `json:"tasks"`
	Episodes    int `json:"episodes"`
	Transitions int `json:"transitions"`
}

func amountOf(recordings []*producers.Recording) (a Amount) {
	tasks := map[string]bool{}
	for _, r := range recordings {
		tasks[r.Task.ID] = true
		a.Transitions += len(r.Steps)
	}
	a.Tasks, a.Episodes = len(tasks), len(recordings)
	return a
}

// Fidelity measures experience models against real transitions that neither
// their fit nor their retrieval has seen. It records nothing unless asked to.
func (a *App) Fidelity(ctx context.Context, o FidelityOptions) (f Fidelity, err error) {
	o.Visibility.Origin = "real"
	session, err := a.Session(ctx, o.At, analytics.Options{})
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	parts, err := a.fidelityParts(ctx, session, o)
	if err != nil {
		return f, err
	}
	at := parts.Seen[0].Task
	f = Fidelity{
		Environment: at.Environment, EnvironmentVersion: at.EnvironmentVersion, Snapshot: session.Snapshot(), TestSplit: cmp.Or(o.TestSplit, "train"),
		Seen: amountOf(parts.Seen), Known: amountOf(parts.Known), Unseen: amountOf(parts.Unseen),
	}
	probes, err := a.openProbes(ctx, o, session.Snapshot(), parts.Seen)
	if err != nil {
		return f, err
	}
	defer func() { err = errors.Join(err, probes.close(ctx)) }()
	m := &fidelityRun{app: a, session: session, options: o, parts: parts, result: &f, probes: probes}
	if err := m.run(ctx); err != nil {
		return f, err
	}
	f.Recorded, f.Landed, err = probes.finish(ctx)
	return f, err
}

// fidelityParts reads what is seen and what is held out.
func (a *App) fidelityParts(ctx context.Context, session *Session, o FidelityOptions) (fidelity.Parts, error) {
	all, err := gather(a.recordings(ctx, session, o.Visibility))
	if err != nil {
		return fidelity.Parts{}, err
	}
	parts, err := fidelity.Divide(all, o.HoldOut)
	if o.TestSplit == "" || o.TestSplit == "train" {
		return parts, err
	}
	if err != nil && !errors.Is(err, fidelity.ErrTooFew) {
		return parts, err
	}
	parts.Seen, parts.Unseen = append(parts.Seen, parts.Unseen...), nil
	if parts.Unseen, err = auditRecordings(ctx, session, parts.Seen[0].Task, o.TestSplit); err != nil {
		return parts, err
	}
	return parts, withoutTasksOf(parts.Seen, &parts.Unseen, o.TestSplit)
}

// withoutTasksOf leaves out what is called unseen and was seen: a task that is
// of two splits.
func withoutTasksOf(seen []*producers.Recording, unseen *[]*producers.Recording, split string) error {
	tasks := map[string]bool{}
	for _, r := range seen {
		tasks[r.Task.ID] = true
	}
	var kept []*producers.Recording
	for _, r := range *unseen {
		if !tasks[r.Task.ID] {
			kept = append(kept, r)
		}
	}
	*unseen = kept
	if len(kept) == 0 {
		return fmt.Errorf("all tasks of split %q are in split train as well: they are not unseen; leave --test-split out", split)
	}
	return nil
}

func gather(recordings iter.Seq2[*producers.Recording, error]) (all []*producers.Recording, err error) {
	for r, err := range recordings {
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	if len(all) == 0 {
		return nil, errors.New("there are no real transitions to measure by: import or play some of split train")
	}
	return all, nil
}

// fidelityRun is a measurement under way.
type fidelityRun struct {
	app     *App
	session *Session
	options FidelityOptions
	parts   fidelity.Parts
	result  *Fidelity
	probes  *probes
	// tasks that policies play, and what each policy returned in the environment;
	// nil: they have not played yet.
	tasks  []producers.Task
	really []float64
}

func (m *fidelityRun) run(ctx context.Context) error {
	retriever, err := retrieval.New(ctx, m.parts.Seen, retrieval.Options{Snapshot: m.session.Snapshot()})
	if err != nil {
		return err
	}
	vocabulary := fidelity.LearnVocabulary(m.parts.Seen)
	for _, o := range m.options.Models {
		if err := m.measure(ctx, o, retriever, vocabulary); err != nil {
			return err
		}
	}
	return nil
}

func (m *fidelityRun) measure(ctx context.Context, o ExperienceOptions, retriever *retrieval.Retriever, v *fidelity.Vocabulary) error {
	model, err := m.model(ctx, o)
	if err != nil {
		return err
	}
	defer model.Close()
	options := m.options.Measure
	options.Vocabulary, options.Observe = v, m.probes.observer(ctx)
	if o.Kind == "chat" {
		options.MaxSteps, options.MaxLoops = cmp.Or(options.MaxSteps, chatSteps), cmp.Or(options.MaxLoops, chatLoops)
		options.WithoutPrefix = true
	}
	for _, setting := range m.options.settings() {
		held := m.parts.Known
		if setting == fidelity.Unseen {
			held = m.parts.Unseen
		}
		for _, k := range m.options.Ks {
			if len(held) == 0 {
				continue
			}
			if m.options.Progress != nil {
				m.options.Progress(model.Model().ID, k, setting)
			}
			rows, err := fidelity.Measure(ctx, fidelity.Subject{Model: model, Retriever: retriever, K: k, Setting: setting}, held, options)
			if err != nil {
				return err
			}
			m.result.Rows = append(m.result.Rows, rows...)
		}
	}
	return m.comparePolicies(ctx, model, retriever)
}

func (o *FidelityOptions) settings() []string {
	if len(o.Settings) == 0 {
		return []string{fidelity.Known, fidelity.Unseen}
	}
	return o.Settings
}

// model makes a model. lifted is fitted to what is seen: the one that is
// registered has seen what is held out.
func (m *fidelityRun) model(ctx context.Context, o ExperienceOptions) (*Experience, error) {
	if o.Kind == "lifted" {
		fitted, err := lifted.Fit(ctx, lifted.All(m.parts.Seen), lifted.Options{Seed: m.options.Measure.Seed})
		if err != nil {
			return nil, fmt.Errorf("fit a model to what is not held out as of snapshot %d: %w", m.session.Snapshot(), err)
		}
		return &Experience{fitted, func() {}}, nil
	}
	visible := m.options.Visibility
	visible.Environment, visible.EnvironmentVersion = m.result.Environment, &m.result.EnvironmentVersion
	return m.app.experience(ctx, m.session, visible, o)
}
