package rollout_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// world is an environment of counters: a task ends when its counter reaches 3.
// Hooks break it, or watch it, at any call.
type world struct {
	tasks []producers.Task
	// hook is called before each call of the environment, with its name.
	hook func(ctx context.Context, call string) error
	// bend changes outcomes; nil: it does not.
	bend func(step int, o *producers.Outcome)
	// begun changes starts; nil: it does not.
	begun func(s *producers.Start)
	// asked are the calls behind each start, failed ones too.
	asked []schema.Call

	open, opened, misused atomic.Int64
}

func newWorld(tasks int) *world {
	w := &world{}
	for i := range tasks {
		w.tasks = append(w.tasks, producers.Task{
			ID: fmt.Sprintf("count/%d", i), Environment: "counter", EnvironmentVersion: "counter-1", Split: "valid_seen",
			Instruction: fmt.Sprintf("Count to three, for the %d. time.", i), Info: new(schema.JSON(`{"goal":3}`)),
		})
	}
	return w
}

func (w *world) called(ctx context.Context, call string) error {
	if w.hook == nil {
		return nil
	}
	return w.hook(ctx, call)
}

func (w *world) Tasks(context.Context) ([]producers.Task, error) { return w.tasks, nil }
func (w *world) Close() error                                    { return nil }

func (w *world) Open(ctx context.Context) (producers.Session, error) {
	if err := w.called(ctx, "open"); err != nil {
		return nil, err
	}
	w.open.Add(1)
	w.opened.Add(1)
	return &counter{world: w}, nil
}

// counter is a session. It notes misuse: calls after an error, after the end,
// or from two goroutines.
type counter struct {
	world  *world
	busy   atomic.Bool
	broken bool
	over   bool
	count  int
	steps  int
	random *rand.Rand
}

func (c *counter) use(wrong bool) func() {
	if !c.busy.CompareAndSwap(false, true) || wrong {
		c.world.misused.Add(1)
	}
	return func() { c.busy.Store(false) }
}

func (c *counter) Reset(ctx context.Context, task producers.Task, seed int64) (producers.Start, error) {
	defer c.use(c.broken)()
	if err := c.world.called(ctx, "reset"); err != nil {
		c.broken = true
		return producers.Start{Calls: c.world.asked}, err
	}
	c.count, c.steps, c.over, c.random = 0, 0, false, rand.New(rand.NewPCG(uint64(seed), 1))
	start := producers.Start{Observation: c.look(), Instruction: task.Instruction + " Begin!", Calls: c.world.asked}
	if c.world.begun != nil {
		c.world.begun(&start)
	}
	return start, nil
}

func (c *counter) look() producers.Observation {
	return producers.Observation{
		Text:       fmt.Sprintf("The counter is at %d, the wind is %d.", c.count, c.random.IntN(1000)),
		Admissible: []string{"up", "down", "wait"},
	}
}

func (c *counter) Step(ctx context.Context, action string) (producers.Outcome, error) {
	defer c.use(c.broken || c.over)()
	if err := c.world.called(ctx, "step"); err != nil {
		c.broken = true
		return producers.Outcome{}, err
	}
	o := producers.Outcome{Reward: new(0.0), Valid: new(true)}
	switch action {
	case "up":
		c.count++
	case "down":
		c.count = max(0, c.count-1)
	}
	if c.count == 3 {
		o.Terminated, o.Success, o.Reward, o.Reason = true, new(true), new(1.0), "counted"
	}
	o.Observation = c.look()
	if c.world.bend != nil {
		c.world.bend(c.steps, &o)
	}
	c.steps++
	c.over = o.Over()
	return o, nil
}

func (c *counter) Close() error {
	defer c.use(false)()
	c.world.open.Add(-1)
	return nil
}

// sound checks that sessions were used and closed as they must be.
func (w *world) sound(t testing.TB) {
	require.Zero(t, w.open.Load(), "sessions left open")
	require.Zero(t, w.misused.Load(), "calls that the contract of Session forbids")
}

// dicer is an agent that acts at random, and thinks now and then, in calls.
type dicer struct {
	policy producers.Policy
	hook   func(ctx context.Context, call string) error
	// bend changes decisions; nil: it does not.
	bend func(step int, d *producers.Decision)
}

func newDicer() *dicer {
	return &dicer{policy: producers.Policy{ID: "dicer", Version: new(int64(4)), Temperature: new(0.7)}}
}

func (d *dicer) Policy() producers.Policy { return d.policy }

func (d *dicer) called(ctx context.Context, call string) error {
	if d.hook == nil {
		return nil
	}
	return d.hook(ctx, call)
}

func (d *dicer) Begin(ctx context.Context, e producers.Episode) (producers.Actor, error) {
	if err := d.called(ctx, "begin"); err != nil {
		return nil, err
	}
	return &roller{dicer: d, random: rand.New(rand.NewPCG(uint64(e.Seed), 2)), instruction: e.Task.Instruction}, nil
}

type roller struct {
	*dicer
	random      *rand.Rand
	instruction string
	steps       int
}

func (r *roller) Act(ctx context.Context, o producers.Observation) (producers.Decision, error) {
	d := producers.Decision{Action: o.Admissible[r.random.IntN(3)], Logprob: new(-1.0986)}
	if n := r.random.IntN(3); n > 0 {
		d.Thought = "hm, " + o.Text
		for i := range n {
			d.Calls = append(d.Calls, schema.Call{Messages: schema.JSONOf([]string{strings.ToValidUTF8(r.instruction+o.Text, "?")}), Response: fmt.Sprint(i)})
		}
	}
	if r.bend != nil {
		r.bend(r.steps, &d)
	}
	r.steps++
	return d, r.called(ctx, "act")
}
