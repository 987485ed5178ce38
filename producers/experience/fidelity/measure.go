package fidelity

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"sync"

	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/producers"
)

// Settings of a measurement.
const (
	// Known tasks are such of which other episodes were seen.
	Known = "known"
	// Unseen tasks are such of which nothing was seen.
	Unseen = "unseen"
)

// Subject is what is measured: a model with its retrieval.
type Subject struct {
	Model producers.ExperienceModel
	// Retriever of demonstrations among what was seen; nil only where K is 0.
	Retriever producers.Retriever
	// K is the number of demonstrations for each prediction.
	K int
	// Setting is Known or Unseen.
	Setting string
}

// Options of a measurement. The zero value means the defaults.
type Options struct {
	// Depths at which open loops are measured, rising. Default: 1, 5, 10, 20.
	Depths []int
	// Seed of the starts of open loops and of the model's dice.
	Seed int64
	// Loops is the number of open loops that start in each episode, each in a part
	// of its own. Default: 4.
	Loops int
	// MaxSteps and MaxLoops bound the predictions of one step and the open loops
	// of all episodes, for models that are slow: so many of them are taken, evenly
	// spread. 0: all.
	MaxSteps, MaxLoops int
	// WithoutPrefix saves the predictions along the true history before an open
	// loop starts. They are not measured; in a dream the model would have been
	// given their demonstrations, and may have kept them.
	WithoutPrefix bool
	// Vocabulary tells which steps are knowable; nil: the figures of those are
	// left out.
	Vocabulary *Vocabulary
	// Workers is the number of tasks that are measured at once. Default: 1. It
	// changes nothing but the time that it takes.
	Workers int
	// Observe is told each prediction of one step; nil: nobody. It is called by
	// one goroutine at a time; its error ends the measurement.
	Observe func(Pair) error
}

// Pair is a prediction of one step beside the step that it is of.
type Pair struct {
	Subject    *Subject
	Recording  *producers.Recording
	Index      int
	Prediction producers.Prediction
	// Demonstrations that it was given.
	Demonstrations []producers.Demonstration
	// Knowable says that nothing had to be guessed; false without a Vocabulary.
	Knowable bool
	// Refused is why the model made no prediction; nil: it made one. Else
	// Prediction has the calls behind it at most.
	Refused error
}

func (o Options) withDefaults() Options {
	if len(o.Depths) == 0 {
		o.Depths = []int{1, 5, 10, 20}
	}
	o.Loops = cmp.Or(o.Loops, 4)
	o.Workers = max(o.Workers, 1)
	return o
}

// mostRefusals is how many predictions in a row may fail before the measurement
// does: a server that is gone is not worth waiting for.
const mostRefusals = 20

// Measure holds a model against recordings that neither its fit nor its
// retriever has seen; a demonstration from one of them is an error, and in
// setting unseen one from their tasks. Of an episode the steps from the first on
// are taken, up to the first that is missing.
func Measure(ctx context.Context, s Subject, held []*producers.Recording, o Options) ([]Row, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	m := &measurement{subject: s, options: o.withDefaults(), held: map[sealed]bool{}}
	tasks := m.plan(usable(held))
	scores := make([]scores, len(tasks))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(m.options.Workers)
	for i, t := range tasks {
		group.Go(func() (err error) {
			scores[i], err = m.task(ctx, t)
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, fmt.Errorf("measure %s: %w", s.Model.Model().ID, err)
	}
	if m.all > 0 && m.refusals == m.all {
		return nil, fmt.Errorf("measure %s: all of its %d predictions failed, the last one: %w", s.Model.Model().ID, m.all, m.last)
	}
	return m.rows(scores), nil
}

func (s *Subject) check() error {
	switch {
	case s.Setting != Known && s.Setting != Unseen:
		return fmt.Errorf("setting %q: it is %s or %s", s.Setting, Known, Unseen)
	case s.K < 0:
		return fmt.Errorf("%d demonstrations: take 0 or more", s.K)
	case s.K > 0 && s.Retriever == nil:
		return fmt.Errorf("%d demonstrations, and nothing to retrieve them from", s.K)
	}
	return nil
}

// measurement is one call of Measure.
type measurement struct {
	subject Subject
	options Options
	held    map[sealed]bool // episodes, and tasks where the id of the episode is empty

	steps int // of all episodes

	mu       sync.Mutex
	refusals int // in a row
	all      int // refusals, and answers
	last     error
}

// sealed names an episode that is held out, or a whole task.
type sealed struct{ task, episode string }

// trial is an episode to measure by, with what is measured in it.
type trial struct {
	recording *producers.Recording
	first     int   // the number of its first step among all
	loops     []int // those of its open loops that are measured
}

// usable gathers the usable part of each recording by task, in the order of
// their ids.
func usable(recordings []*producers.Recording) [][]*producers.Recording {
	byTask := map[string][]*producers.Recording{}
	for _, r := range recordings {
		if whole := beginningOf(r); whole != nil {
			byTask[r.Task.ID] = append(byTask[r.Task.ID], whole)
		}
	}
	ids := make([]string, 0, len(byTask))
	for id := range byTask {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	tasks := make([][]*producers.Recording, len(ids))
	for i, id := range ids {
		tasks[i] = byTask[id]
		slices.SortFunc(tasks[i], func(a, b *producers.Recording) int { return compareIDs(a.EpisodeID, b.EpisodeID) })
	}
	return tasks
}

// beginningOf returns an episode up to the first step that is missing, nil where
// that is its first.
func beginningOf(r *producers.Recording) *producers.Recording {
	n := 0
	for n < len(r.Steps) && r.Steps[n].Step == int64(n) {
		n++
	}
	switch n {
	case 0:
		return nil
	case len(r.Steps):
		return r
	}
	part := *r
	part.Steps, part.Success = r.Steps[:n], nil // how it ended is not in this part
	return &part
}

// plan numbers steps and loops, so that bounds spread over all of them.
func (m *measurement) plan(tasks [][]*producers.Recording) [][]trial {
	planned := make([][]trial, len(tasks))
	var steps, loop, loops int
	for _, of := range tasks {
		for _, r := range of {
			loops += m.loops(r)
		}
	}
	for i, of := range tasks {
		for _, r := range of {
			t := trial{recording: r, first: steps}
			for i := range m.loops(r) {
				if chosen(loop, loops, m.options.MaxLoops) {
					t.loops = append(t.loops, i)
				}
				loop++
			}
			planned[i] = append(planned[i], t)
			steps += len(r.Steps)
			m.held[sealed{r.Task.ID, r.EpisodeID}] = true
			if m.subject.Setting == Unseen {
				m.held[sealed{r.Task.ID, ""}] = true
			}
		}
	}
	m.steps = steps
	return planned
}

// chosen says whether the i-th of n is among most that are evenly spread.
func chosen(i, n, most int) bool {
	return most <= 0 || most >= n || i*most/n != (i+1)*most/n
}

// task measures the episodes of one task.
func (m *measurement) task(ctx context.Context, trials []trial) (scores, error) {
	all := scores{}
	for _, t := range trials {
		if err := m.oneStep(ctx, t, all); err != nil {
			return nil, fmt.Errorf("episode %s: %w", t.recording.EpisodeID, err)
		}
		for _, loop := range t.loops {
			if err := m.openLoop(ctx, t.recording, loop, all); err != nil {
				return nil, fmt.Errorf("episode %s, open loop: %w", t.recording.EpisodeID, err)
			}
		}
	}
	return all, nil
}

// rehearsal is a dream of a recorded episode.
type rehearsal struct {
	m         *measurement
	recording *producers.Recording
	dream     producers.Dream
	shown     *shown
}

func (m *measurement) rehearse(ctx context.Context, r *producers.Recording) (*rehearsal, error) {
	start := r.Steps[0].State
	dream, err := m.subject.Model.Begin(ctx, producers.Beginning{Task: r.Task, Start: &start, Seed: m.options.Seed})
	if err != nil {
		return nil, fmt.Errorf("begin: %w", err)
	}
	h := &rehearsal{m: m, recording: r, dream: dream}
	if m.options.Vocabulary != nil {
		h.shown = newShown(m.options.Vocabulary, r.Task.ID)
		h.shown.begin(r)
	}
	return h, nil
}

// answer is what a model made of a question.
type answer struct {
	producers.Prediction
	demonstrations []producers.Demonstration
	refused        error // why it made nothing of it
}

// outcome is nil where the model predicted none.
func (a *answer) outcome() *producers.Outcome {
	if a.refused != nil {
		return nil
	}
	return &a.Outcome
}

// predict asks what comes of a recorded action in a state.
func (h *rehearsal) predict(ctx context.Context, index int, state string) (a answer, err error) {
	if a.demonstrations, err = h.retrieve(ctx, index, state); err != nil {
		return a, err
	}
	a.Prediction, a.refused = h.dream.Predict(ctx, h.recording.Steps[index].Action, a.demonstrations)
	switch {
	case a.refused == nil:
		h.m.answered()
		return a, nil
	case ctx.Err() != nil:
		return a, ctx.Err()
	}
	return a, h.m.refused(a.refused)
}

// answered and refused count how many predictions failed in a row.
func (m *measurement) answered() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals = 0
	m.all++
}

func (m *measurement) refused(err error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all++
	m.last = err
	if m.refusals++; m.refusals < mostRefusals {
		return nil
	}
	return fmt.Errorf("%d predictions in a row failed, the last one: %w", m.refusals, err)
}

// errLeak says that what is measured was seen.
var errLeak = errors.New("held-out experience was retrieved")

func (h *rehearsal) retrieve(ctx context.Context, index int, state string) ([]producers.Demonstration, error) {
	s := &h.m.subject
	if s.K == 0 {
		return nil, nil
	}
	step := &h.recording.Steps[index]
	found, err := s.Retriever.Retrieve(ctx, producers.RetrievalQuery{
		Task: h.recording.Task, State: state, Action: step.Action, K: s.K,
		EpisodeID: h.recording.EpisodeID, Step: step.Step, WithoutEpisode: true, WithoutTask: s.Setting == Unseen,
	})
	if err != nil {
		return nil, fmt.Errorf("retrieve demonstrations: %w", err)
	}
	for _, d := range found {
		r := d.Recording
		if h.m.held[sealed{r.Task.ID, r.EpisodeID}] || h.m.held[sealed{r.Task.ID, ""}] {
			return nil, fmt.Errorf("%w: step %d of episode %s, task %s; give Measure a retriever over what was seen only", errLeak, d.Step().Step, r.EpisodeID, r.Task.ID)
		}
	}
	return found, nil
}

// knowable says whether a step is, and takes note of what it showed.
func (h *rehearsal) knowable(index int, demonstrations []producers.Demonstration) bool {
	if h.shown == nil {
		return false
	}
	step := &h.recording.Steps[index]
	for _, d := range demonstrations {
		h.shown.demonstrate(d)
	}
	is := h.shown.knowable(step)
	h.shown.step(step)
	return is
}

// oneStep measures predictions along the true history.
func (m *measurement) oneStep(ctx context.Context, t trial, all scores) error {
	h, err := m.rehearse(ctx, t.recording)
	if err != nil {
		return err
	}
	for i := range t.recording.Steps {
		step := &t.recording.Steps[i]
		if !chosen(t.first+i, m.steps, m.options.MaxSteps) {
			h.knowable(i, nil)
			h.dream.Advance(step.Action, step.Outcome())
			continue
		}
		a, err := h.predict(ctx, i, step.State.Text)
		if err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		actual := truthOf(t.recording, i)
		knowable := h.knowable(i, a.demonstrations)
		all.add(OneStep, 1, knowable, a.outcome(), &actual)
		if err := m.observe(t.recording, i, &a, knowable); err != nil {
			return err
		}
		h.dream.Advance(step.Action, step.Outcome())
	}
	return nil
}

func (m *measurement) observe(r *producers.Recording, i int, a *answer, knowable bool) error {
	if m.options.Observe == nil {
		return nil
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.options.Observe(Pair{&m.subject, r, i, a.Prediction, a.demonstrations, knowable, a.refused})
}

// openLoop measures a dream that starts in the middle of the episode, and goes
// on with the recorded actions as long as there are any.
func (m *measurement) openLoop(ctx context.Context, r *producers.Recording, loop int, all scores) error {
	depths := m.options.Depths
	start := m.start(r, loop)
	h, err := m.rehearse(ctx, r)
	if err != nil {
		return err
	}
	if err := h.prefix(ctx, start); err != nil {
		return err
	}
	l := openLoop{rehearsal: h, state: r.Steps[start].State.Text, knowable: true}
	for i := start; i < min(len(r.Steps), start+depths[len(depths)-1]); i++ {
		said, err := l.step(ctx, i)
		if err != nil {
			return fmt.Errorf("step %d: %w", i, err)
		}
		if depth := i - start + 1; slices.Contains(depths, depth) {
			actual := truthOf(r, i)
			all.add(OpenLoop, depth, l.knowable, said, &actual)
		}
	}
	return nil
}

// starts is the number of steps that the greatest depth can be reached from. In
// an episode that is too short, it is the first step.
func (m *measurement) starts(r *producers.Recording) int {
	return max(1, len(r.Steps)-m.options.Depths[len(m.options.Depths)-1]+1)
}

// loops is the number of open loops in an episode.
func (m *measurement) loops(r *producers.Recording) int {
	return min(m.options.Loops, m.starts(r))
}

// start draws where an open loop starts: a step of its part of those where one
// can.
func (m *measurement) start(r *producers.Recording, loop int) int {
	starts, loops := m.starts(r), m.loops(r)
	random := rand.New(rand.NewPCG(uint64(m.options.Seed), hashOf(r.Task.ID, r.EpisodeID, strconv.Itoa(loop))))
	from, to := loop*starts/loops, (loop+1)*starts/loops
	return from + random.IntN(to-from)
}

// openLoop is a dream that goes its own way.
type openLoop struct {
	*rehearsal
	state    string // the one that the model predicted last
	knowable bool   // so far
	over     bool   // the dream has ended
}

// step predicts what comes of a recorded action, and goes on from there; nil: the
// model predicted nothing. A dream that has ended, or that the model could not
// go on with, shows nothing more.
func (l *openLoop) step(ctx context.Context, i int) (*producers.Outcome, error) {
	if l.over {
		l.knowable = l.rehearsal.knowable(i, nil) && l.knowable
		return &producers.Outcome{Terminated: true}, nil
	}
	a, err := l.predict(ctx, i, l.state)
	if err != nil {
		return nil, err
	}
	l.knowable = l.rehearsal.knowable(i, a.demonstrations) && l.knowable
	if l.over = a.refused != nil || a.Over(); !l.over {
		l.dream.Advance(l.recording.Steps[i].Action, a.Outcome)
		l.state = a.Text
	}
	return a.outcome(), nil
}

// prefix goes along the true history to where an open loop starts.
func (h *rehearsal) prefix(ctx context.Context, start int) error {
	for i := range start {
		step := &h.recording.Steps[i]
		var a answer
		if !h.m.options.WithoutPrefix {
			var err error
			if a, err = h.predict(ctx, i, step.State.Text); err != nil {
				return fmt.Errorf("step %d: %w", i, err)
			}
		}
		h.knowable(i, a.demonstrations)
		h.dream.Advance(step.Action, step.Outcome())
	}
	return nil
}

func hashOf(parts ...string) uint64 {
	h := fnv.New64a()
	for _, p := range parts {
		h.Write([]byte(p))
		h.Write([]byte{0})
	}
	return h.Sum64()
}
