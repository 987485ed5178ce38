package environmenttest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"

	"github.com/dreamlog/dreamlog/producers"
)

// episode is what was seen of one attempt.
type episode struct {
	Task        producers.Task
	Instruction string
	Start       producers.Observation
	Actions     []string
	Outcomes    []producers.Outcome
}

// walker plays one episode in a session, step by step.
type walker struct {
	suite   *suite
	session producers.Session
	chance  *rand.Rand
	episode episode
	now     producers.Observation
	// walkthrough is that of the start, where it has one.
	walkthrough func(context.Context) ([]string, error)
}

// begin resets the session and checks what it shows.
func (s *suite) begin(ctx context.Context, session producers.Session, task producers.Task, seed int64) (*walker, error) {
	start, err := session.Reset(ctx, task, seed)
	if err != nil {
		return nil, fmt.Errorf("reset to task %s: %w", task.ID, err)
	}
	if err := checkStart(task, start); err != nil {
		return nil, err
	}
	return &walker{
		suite: s, session: session,
		chance:      rand.New(rand.NewPCG(uint64(seed), 0)),
		episode:     episode{Task: task, Instruction: start.Instruction, Start: start.Observation},
		now:         start.Observation,
		walkthrough: start.Walkthrough,
	}, nil
}

// choose says what the walk does next.
func (w *walker) choose() string {
	switch step := len(w.episode.Actions); {
	case w.suite.options.Action != nil:
		return w.suite.options.Action(step, w.now)
	case len(w.now.Admissible) > 0:
		return w.now.Admissible[w.chance.IntN(len(w.now.Admissible))]
	}
	return w.suite.options.Nonsense
}

// over says whether the episode ended.
func (w *walker) over() bool {
	n := len(w.episode.Outcomes)
	return n > 0 && w.episode.Outcomes[n-1].Over()
}

// take takes an action and checks what came of it.
func (w *walker) take(ctx context.Context, action string) error {
	if w.over() {
		return errors.New("the episode is over: this is a mistake of the suite")
	}
	outcome, err := w.session.Step(ctx, action)
	if err != nil {
		return fmt.Errorf("take action %q in task %s: %w", action, w.episode.Task.ID, err)
	}
	w.episode.Actions = append(w.episode.Actions, action)
	w.episode.Outcomes = append(w.episode.Outcomes, outcome)
	w.now = outcome.Observation
	return checkOutcome(w.episode, outcome)
}

// walk goes on to the end, or for as many steps as a walk has.
func (w *walker) walk(ctx context.Context) (episode, error) {
	for len(w.episode.Actions) < w.suite.options.MaxSteps && !w.over() {
		if err := w.take(ctx, w.choose()); err != nil {
			return episode{}, err
		}
	}
	return w.episode, nil
}

// play begins an episode and walks in it.
func (s *suite) play(ctx context.Context, session producers.Session, task producers.Task, seed int64) (episode, error) {
	w, err := s.begin(ctx, session, task, seed)
	if err != nil {
		return episode{}, err
	}
	return w.walk(ctx)
}

// differ says where two episodes of the same task, seed and actions went apart.
func differ(a, b episode) error {
	if a.Instruction != b.Instruction || !reflect.DeepEqual(a.Start, b.Start) {
		return fmt.Errorf("two episodes of task %s and the same seed begin apart:\n%+v\n%+v", a.Task.ID, a.Start, b.Start)
	}
	for i := range min(len(a.Actions), len(b.Actions)) {
		if a.Actions[i] != b.Actions[i] || !reflect.DeepEqual(a.Outcomes[i], b.Outcomes[i]) {
			return fmt.Errorf("two episodes of task %s go apart at step %d, by action %q and %q:\n%+v\n%+v",
				a.Task.ID, i, a.Actions[i], b.Actions[i], a.Outcomes[i], b.Outcomes[i])
		}
	}
	if len(a.Actions) != len(b.Actions) {
		return fmt.Errorf("two episodes of task %s have %d and %d steps", a.Task.ID, len(a.Actions), len(b.Actions))
	}
	return nil
}
