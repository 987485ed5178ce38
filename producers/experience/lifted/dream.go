package lifted

import (
	"context"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// Dream is one episode in the model. It implements producers.Dream.
type Dream struct {
	*dreamer
	start   producers.Observation
	taskID  string
	kind    string // of the instruction
	named   []int32
	goal    *goal // nil: nobody knows what success takes
	pending *pending
	// deeds are how far what a shown win was rewarded for is done; nil: no win was
	// shown, or its deeds do not tell another. Effective are the commands so far
	// that had an effect.
	deeds     *progress
	effective []string
}

// pending is the prediction made last, with the action that it is of.
type pending struct {
	action string
	n      int32
	seen   *foreseen
}

var _ producers.ExperienceModel = (*Model)(nil)

// Begin implements producers.ExperienceModel.
func (m *Model) Begin(_ context.Context, b producers.Beginning) (producers.Dream, error) {
	d := &Dream{dreamer: newDreamer(m, m.Lexicon, b.Task.Instruction, none)}
	d.dice = rand.New(rand.NewPCG(uint64(b.Seed), 0x6c6966746564))
	d.taskID = b.Task.ID
	d.kind, d.named = m.Lexicon.instructionKind(b.Task.Instruction)
	d.goal = m.Goals.of(d.kind)
	if b.Start != nil {
		d.start = *b.Start
	} else {
		d.start = imagineStart(b)
	}
	d.wanted = d.named
	d.begin(&d.start)
	return d, nil
}

// imagineStart returns the first observation of an episode that nobody has
// seen: that of the task most alike, with the instruction of this one. Without
// demonstrations there is nothing to see.
func imagineStart(b producers.Beginning) producers.Observation {
	if len(b.Demonstrations) == 0 {
		return producers.Observation{}
	}
	like := b.Demonstrations[0]
	start := like.Step().State
	if theirs := like.Recording.Task.Instruction; theirs != "" {
		start.Text = strings.ReplaceAll(start.Text, theirs, b.Task.Instruction)
	}
	return start
}

// Start implements producers.Dream.
func (d *Dream) Start() producers.Observation { return d.start }

// Calls implements producers.Dream: nobody is asked.
func (d *Dream) Calls() []schema.Call { return nil }

// Predict implements producers.Dream. Demonstrations of the same task stay in
// memory, so that each supports all that is predicted later.
func (d *Dream) Predict(_ context.Context, action string, demonstrations []producers.Demonstration) (producers.Prediction, error) {
	for _, shown := range demonstrations {
		if shown.Recording.Task.ID == d.taskID {
			d.show(shown)
		}
	}
	n := d.scene.command(action)
	seen := d.foresee(n)
	d.pending = &pending{action, n, seen}
	p := producers.Prediction{}
	p.Text = d.scene.told(seen.text)
	p.Admissible = d.texts(seen.admitted)
	p.Valid = d.valid(n, seen)
	reward := 0.0
	if g := d.goalReached(n, seen); g != nil {
		reward = 1
		p.Terminated, p.Success, p.Reason = true, new(true), "the goal is reached"
		seen.goal = g
	} else if next := d.deedsAfter(action, seen.event); next != nil && next.complete() {
		reward = 1
		p.Terminated, p.Success, p.Reason = true, new(true), "all is done that a win of the task was rewarded for"
		seen.won = next.event
	} else if d.m.Rules.Ends[seen.event] {
		p.Terminated, p.Success, p.Reason = true, new(false), "what was done ends the task"
	}
	p.Reward = &reward
	p.Reasoning = d.reason(n, seen, demonstrations)
	return p, nil
}

// valid says whether the environment would understand the action.
func (d *Dream) valid(n int32, seen *foreseen) *bool {
	if d.memory.admitted != nil {
		return new(d.memory.admitted.has(n))
	}
	return new(seen.event != none && !d.m.Rules.idle(seen.event))
}

// goalReached returns the goal that an action reaches; nil: it reaches none, or
// the model does not know what success takes.
func (d *Dream) goalReached(n int32, seen *foreseen) *goal {
	g := d.goal
	if g == nil || seen.event == none {
		return nil
	}
	if g.reached(d.instant(n, seen.event, seen.after, seen.admitted, d.named), d.named) {
		return g
	}
	return nil
}

// deedsAfter returns how far the deeds of a shown win are done after an action;
// nil: there are none.
func (d *Dream) deedsAfter(action string, event int32) *progress {
	if d.deeds == nil || !d.m.Rules.effective(event) {
		return d.deeds
	}
	return d.deeds.after(d.m.Lexicon.deed(action))
}

// texts lists admitted commands in order; nil where nobody knows.
func (d *dreamer) texts(a *admitted) []string {
	if a == nil {
		return nil
	}
	texts := make([]string, len(a.list))
	for i, n := range a.list {
		texts[i] = d.scene.commands[n].text
	}
	slices.Sort(texts)
	return texts
}

// Advance implements producers.Dream.
func (d *Dream) Advance(action string, came producers.Outcome) {
	p := d.pending
	d.pending = nil
	if p != nil && p.action == action && p.seen.text == d.scene.text(came.Text) && slices.Equal(d.texts(p.seen.admitted), came.Admissible) {
		left := d.memory.place
		d.memory = p.seen.after
		d.record(action, p.seen.event)
		d.conclude(p.n, &p.seen.actual, left)
		return
	}
	n := d.scene.command(action)
	took := d.understand(n, &came.Observation)
	d.record(action, took.event)
	d.settle(n, took)
}

// record notes an action that had an effect.
func (d *Dream) record(action string, event int32) {
	d.deeds = d.deedsAfter(action, event)
	if d.m.Rules.effective(event) && d.m.Deeds[d.kind] {
		d.effective = append(d.effective, action)
	}
}

// lessons keeps what was made of recordings, so that each is read once. It is
// safe for concurrent use.
type lessons struct {
	mu sync.Mutex
	of map[*producers.Recording]*lesson // guarded by mu
}

// mostLessons is how many are kept. When there are more, all are forgotten: they
// are made again when they are needed.
const mostLessons = 20_000

func (l *lessons) lesson(m *Model, r *producers.Recording) *lesson {
	l.mu.Lock()
	g := l.of[r]
	l.mu.Unlock()
	if g != nil {
		return g
	}
	g = m.lesson(m.walk(r))
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil || len(l.of) >= mostLessons {
		l.of = map[*producers.Recording]*lesson{}
	}
	l.of[r] = g
	return g
}

// show takes a demonstration of the same task into memory.
func (d *Dream) show(shown producers.Demonstration) {
	if r := shown.Recording; d.goal == nil && r.Origin == "real" && wonAt(r, len(r.Steps)-1) {
		d.goal = d.m.Goals.precedented(d.kind, r.Steps[len(r.Steps)-1].EventID)
		if d.deeds == nil && d.m.Deeds[d.kind] {
			d.deeds = d.m.deedsOf(r).begin()
			for _, command := range d.effective {
				d.deeds = d.deeds.after(d.m.Lexicon.deed(command))
			}
		}
	}
	d.adopt(d.m.lessons.lesson(d.m, shown.Recording), shown.Index+1)
}
