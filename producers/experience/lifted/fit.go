package lifted

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"iter"
	"math/rand/v2"
	"slices"
	"strconv"

	"github.com/dreamlog/dreamlog/producers"
)

// Options of a fit. The zero value means the defaults.
type Options struct {
	// Seed of what is drawn at random: the examples that demonstrations are shown
	// for, and which are kept where there are too many.
	Seed int64
	// MaxTransitions is the most that are learned from: recordings that come
	// after so many are left out. Default 100,000.
	MaxTransitions int
}

func (o Options) withDefaults() Options {
	if o.MaxTransitions == 0 {
		o.MaxTransitions = 100_000
	}
	return o
}

// ErrNothing is returned where there is nothing to learn from.
var ErrNothing = errors.New("there are no real transitions to learn from: import or play some first")

// Fit learns a model from recordings of real episodes of one environment.
func Fit(ctx context.Context, recordings iter.Seq2[*producers.Recording, error], o Options) (*Model, error) {
	o = o.withDefaults()
	f := &fitter{options: o, dice: rand.New(rand.NewPCG(uint64(o.Seed), 1))}
	if err := f.collect(recordings); err != nil {
		return nil, err
	}
	if f.about.Transitions == 0 {
		return nil, ErrNothing
	}
	return f.fit(ctx)
}

// fitter fits one model.
type fitter struct {
	options    Options
	dice       *rand.Rand
	recordings []*producers.Recording
	about      Summary
	walks      []*walk
	taskOf     map[string]int32
	m          *Model

	responses  map[int32]*sample
	admissions map[int32]*sample
	goals      *goalLearner
	often      map[int32]int     // how often each response was given
	ends       map[int32]*[2]int // by event: how often the task ended, and did not
}

// collect takes recordings up to the limit.
func (f *fitter) collect(recordings iter.Seq2[*producers.Recording, error]) error {
	f.taskOf = map[string]int32{}
	for r, err := range recordings {
		if err != nil {
			return fmt.Errorf("read the recordings to fit a model to: %w", err)
		}
		if len(r.Steps) == 0 {
			continue
		}
		if f.about.Transitions+len(r.Steps) > f.options.MaxTransitions && f.about.Transitions > 0 {
			break
		}
		if f.about.Recordings == 0 {
			f.about.Environment, f.about.EnvironmentVersion = r.Task.Environment, r.Task.EnvironmentVersion
		}
		if r.Task.Environment != f.about.Environment || r.Task.EnvironmentVersion != f.about.EnvironmentVersion {
			return fmt.Errorf("recording %s is of environment %q version %q, others are of %q version %q: fit one model to each",
				r.EpisodeID, r.Task.Environment, r.Task.EnvironmentVersion, f.about.Environment, f.about.EnvironmentVersion)
		}
		f.recordings = append(f.recordings, r)
		f.about.Recordings++
		f.about.Transitions += len(r.Steps)
		if _, known := f.taskOf[r.Task.ID]; !known {
			f.taskOf[r.Task.ID] = int32(len(f.taskOf))
		}
	}
	f.about.Tasks = len(f.taskOf)
	f.compare()
	return nil
}

// compare counts the outcomes of the same history and action that differ.
func (f *fitter) compare() {
	outcomes := map[uint64]uint64{}
	seed := maphash.MakeSeed()
	hash := func(texts ...string) uint64 {
		var h maphash.Hash
		h.SetSeed(seed)
		for _, t := range texts {
			h.WriteString(t)
			h.WriteByte(0)
		}
		return h.Sum64()
	}
	for _, r := range f.recordings {
		history := hash(r.Task.ID, r.Steps[0].State.Text)
		for i := range r.Steps {
			s := &r.Steps[i]
			asked := hash(strconv.FormatUint(history, 36), s.Action)
			outcome := hash(s.Next.Text, strconv.FormatBool(s.Terminated))
			if before, repeated := outcomes[asked]; repeated {
				f.about.Repeated++
				f.about.Contradicted += boolOrder(before != outcome)
			} else {
				outcomes[asked] = outcome
			}
			history = hash(strconv.FormatUint(asked, 36), s.Next.Text)
		}
	}
}

func (f *fitter) fit(ctx context.Context) (*Model, error) {
	f.m = &Model{About: f.about, Kinds: newKinds(), Contents: map[contentKey][][]int32{},
		Responses: map[int32]*tree{}, Admissions: map[int32]*tree{}}
	f.m.Lexicon = learnLexicon(f.commands())
	f.m.index()
	for _, r := range f.recordings {
		f.walks = append(f.walks, newWalk(f.m.Lexicon, r))
	}
	f.m.Wording = learnWording(f.walks)
	f.m.Rules = learnRules(f.m.Wording, f.walks)
	f.m.Wording.learning = false
	f.m.index()
	f.often = map[int32]int{}
	for _, k := range f.walks {
		for i := range k.steps {
			f.often[k.steps[i].reading.response]++
		}
	}
	f.learnKinds()
	f.learnContents()
	f.learnPrior()
	if err := f.learnTrees(ctx); err != nil {
		return nil, err
	}
	text, err := f.m.bytes()
	if err != nil {
		return nil, fmt.Errorf("encode the model: %w", err)
	}
	f.m.identify(text)
	return f.m, nil
}

// commands counts the commands that were admitted or given.
func (f *fitter) commands() map[string]int {
	counts := map[string]int{}
	for _, r := range f.recordings {
		for i := range r.Steps {
			s := &r.Steps[i]
			for _, c := range s.State.Admissible {
				counts[c]++
			}
			for _, c := range s.Next.Admissible {
				counts[c]++
			}
			if doable(s) {
				counts[s.Action]++
			}
		}
	}
	return counts
}

// doable says whether the action of a step could be done, as far as is known.
func doable(s *producers.RecordedStep) bool {
	if s.State.Admissible != nil {
		return slices.Contains(s.State.Admissible, s.Action)
	}
	return s.Valid == nil || *s.Valid
}

// fewResponses is how often a response must have been given to be expected.
const fewResponses = 2

// learnKinds notes which types fill which arguments, and the commands without.
func (f *fitter) learnKinds() {
	nullary := map[string]bool{}
	for i, k := range f.walks {
		task := f.taskOf[f.recordings[i].Task.ID]
		note := func(n int32) {
			c := &k.scene.commands[n]
			if c.frame == none {
				return
			}
			if c.n == 0 {
				nullary[c.text] = true
			}
			f.m.Kinds.note(k.scene, c, task)
		}
		for _, n := range k.start {
			note(n)
		}
		for _, s := range k.steps {
			if s.admitted != nil {
				for _, n := range s.admitted.list {
					note(n)
				}
			}
		}
	}
	f.m.Nullary = sortedKeys(nullary)
}

// mostContents bounds the lists kept for each relation and type of head.
const mostContents = 200

// learnContents notes what each list held when it was seen first.
func (f *fitter) learnContents() {
	for _, k := range f.walks {
		seen := map[[2]int32]bool{}
		for _, s := range k.steps {
			for _, l := range s.reading.lists {
				if l.head == none || seen[[2]int32{l.relation, l.head}] {
					continue
				}
				seen[[2]int32{l.relation, l.head}] = true
				key := contentKey{l.relation, k.scene.entities[l.head].kind}
				if len(f.m.Contents[key]) >= mostContents {
					continue
				}
				kinds := make([]int32, len(l.items))
				for i, e := range l.items {
					kinds[i] = k.scene.entities[e].kind
				}
				f.m.Contents[key] = append(f.m.Contents[key], kinds)
			}
		}
	}
}

// learnPrior notes the pages that were seen first.
func (f *fitter) learnPrior() {
	texts := map[int32]map[string]bool{}
	for _, k := range f.walks {
		seen := map[int32]bool{}
		for i := range k.steps {
			p := k.steps[i].reading.page
			if p == nil || seen[p.place] {
				continue
			}
			seen[p.place] = true
			if texts[p.kind] == nil {
				texts[p.kind] = map[string]bool{}
			}
			if len(texts[p.kind]) < mostContents {
				texts[p.kind][k.steps[i].text] = true
			}
		}
	}
	f.m.Prior = map[int32][]string{}
	for kind, of := range texts {
		f.m.Prior[kind] = sortedKeys(of)
	}
}

// How examples are drawn.
const (
	mostExamples  = 120_000 // of a tree
	shownExamples = 0.6     // share of the recordings that demonstrations are shown for
	mostShown     = 3       // recordings that are shown
	idleExamples  = 0.1     // share of the steps without effect that are learned from
)

var (
	responseLimits  = treeLimits{depth: 14, leaf: 2, values: 24, minGain: 1}
	admissionLimits = treeLimits{depth: 20, leaf: 2, values: 32, minGain: 1}
)

// learnTrees lives through every walk again, half of them with demonstrations of
// the same task in memory, and learns from each moment what follows.
func (f *fitter) learnTrees(ctx context.Context) error {
	f.responses, f.admissions = map[int32]*sample{}, map[int32]*sample{}
	f.goals, f.ends = newGoalLearner(), map[int32]*[2]int{}
	ofTask := map[string][]int{}
	lessons := make([]*lesson, len(f.walks))
	for i, k := range f.walks {
		ofTask[k.task] = append(ofTask[k.task], i)
		lessons[i] = f.m.lesson(k)
	}
	for i, k := range f.walks {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := newDreamer(f.m, k.scene.lexicon, f.taskOf[k.task])
		others := slices.DeleteFunc(slices.Clone(ofTask[k.task]), func(j int) bool { return j == i })
		if len(others) > 0 && f.dice.Float64() < shownExamples {
			f.dice.Shuffle(len(others), func(a, b int) { others[a], others[b] = others[b], others[a] })
			for _, j := range others[:min(len(others), 1+f.dice.IntN(mostShown))] {
				d.adopt(lessons[j], len(f.walks[j].steps))
			}
		}
		f.live(d, k, f.recordings[i])
	}
	for frame, s := range f.responses {
		f.m.Responses[frame] = grow(&s.examples, responseLimits)
	}
	for frame, s := range f.admissions {
		f.m.Admissions[frame] = grow(&s.examples, admissionLimits)
	}
	f.m.Goals = f.goals.learn()
	f.learnEnds()
	f.judge(lessons, ofTask)
	return nil
}

// clearlyBetter is by how many percent of the answers precedents must be right
// more often than the rules.
const clearlyBetter = 3

// mostJudged is how many steps the precedents are judged by.
const mostJudged = 6000

// judge finds the frames for which precedents are right more often than the
// rules, in recordings with others of the same task for demonstrations.
func (f *fitter) judge(lessons []*lesson, ofTask map[string][]int) {
	f.m.Trusted = map[int32]trusted{}
	type tally struct{ precedent, rules, all int }
	counts := map[int32]*[askedWays]tally{}
	for i, steps := 0, 0; i < len(f.walks) && steps < mostJudged; i++ {
		k := f.walks[i]
		if len(ofTask[k.task]) < 2 {
			continue
		}
		d := newDreamer(f.m, k.scene.lexicon, f.taskOf[k.task])
		shown := 0
		for _, j := range ofTask[k.task] {
			if j != i && shown < mostShown {
				d.adopt(lessons[j], len(f.walks[j].steps))
				shown++
			}
		}
		r := f.recordings[i]
		d.begin(&r.Steps[0].State)
		for t := range r.Steps {
			n := d.scene.command(r.Steps[t].Action)
			c := d.scene.commands[n]
			if c.frame != none && d.view.admittedBefore(d.memory, n) != 0 {
				steps++
				p := d.foresee(n)
				if counts[c.frame] == nil {
					counts[c.frame] = &[askedWays]tally{}
				}
				for how := range askedWays {
					text, known := d.scene.answers[f.m.Rules.ask(d.memory, &c, n, how)]
					if known {
						y := &counts[c.frame][how]
						y.precedent += boolOrder(text == r.Steps[t].Next.Text)
						y.rules += boolOrder(p.text == r.Steps[t].Next.Text)
						y.all++
					}
				}
			}
			d.settle(n, d.understand(n, &r.Steps[t].Next))
		}
	}
	for frame, c := range counts {
		var t trusted
		for how := range askedWays {
			won := c[how].precedent - c[how].rules
			t[how] = won*100 > c[how].all*clearlyBetter && won > 1
		}
		f.m.Trusted[frame] = t
	}
}

// What it takes for an event to be taken to end the task, won or lost.
const (
	fewEnds   = 3
	endsShare = 95 // percent of its occurrences
)

func (f *fitter) learnEnds() {
	for e, n := range f.ends {
		if n[1] >= fewEnds && n[1]*100 >= (n[0]+n[1])*endsShare {
			f.m.Rules.Ends[e] = true
		}
	}
}

// live goes through a recording step by step and takes examples.
func (f *fitter) live(d *dreamer, k *walk, r *producers.Recording) {
	d.begin(&r.Steps[0].State)
	kind, named := f.m.Lexicon.instructionKind(r.Task.Instruction)
	for i := range r.Steps {
		step := &r.Steps[i]
		n := d.scene.command(step.Action)
		frame := d.scene.commands[n].frame
		d.view.look(d.memory)
		actual := d.understand(n, &step.Next)
		if response := d.m.Rules.Events[k.steps[i].event].Response; frame != none && f.often[response] >= fewResponses {
			d.view.task = d.task
			sampleOf(f.responses, frame).add(f.dice, d.view.eventFeatures(d.memory, n), response)
		}
		if actual.admitted != nil && d.memory.admitted != nil && !d.m.Rules.Still[actual.event] {
			idle := d.m.Rules.idle(actual.event)
			if !idle || f.dice.Float64() < idleExamples {
				f.learnAdmissions(d, n, actual)
			}
		}
		d.settle(n, actual)
		won := wonAt(r, i)
		if won || !d.m.Rules.idle(actual.event) {
			f.goals.look(f.dice, d.instant(n, actual.event, d.memory, actual.admitted, named), kind, named, f.taskOf[k.task], won, step.EventID)
		}
		f.countEnd(actual.event, step.Terminated && !won)
	}
}

// countEnd counts how often an event ended the task without a win.
func (f *fitter) countEnd(event int32, ended bool) {
	if event == none {
		return
	}
	if f.ends[event] == nil {
		f.ends[event] = &[2]int{}
	}
	f.ends[event][boolOrder(ended)]++
}

// learnAdmissions takes examples of what is admitted after a step.
func (f *fitter) learnAdmissions(d *dreamer, n int32, a *actual) {
	w := &moment{action: n, event: a.event, before: d.memory, reading: &a.reading}
	w.after = d.memory.clone()
	d.m.Rules.apply(d.scene, d.m.Wording, w.after, &d.scene.commands[n], a.event, &a.reading)
	d.view.respond(&a.reading)
	d.view.consider(w, func(c int32, row []int64) bool {
		is := a.admitted.has(c)
		sampleOf(f.admissions, d.scene.commands[c].frame).add(f.dice, row, int32(truth(is)))
		return is
	})
}

// sample keeps examples for one tree: all while they are few, then each with the
// same chance.
type sample struct {
	examples
	met int
}

func sampleOf(samples map[int32]*sample, frame int32) *sample {
	s := samples[frame]
	if s == nil {
		s = &sample{}
		samples[frame] = s
	}
	return s
}

func (s *sample) add(dice *rand.Rand, row []int64, class int32) {
	s.met++
	if s.len() < mostExamples {
		s.examples.add(row, class)
		return
	}
	if at := dice.IntN(s.met); at < mostExamples {
		copy(s.values[at*s.width:], row)
		s.classes[at] = class
	}
}
