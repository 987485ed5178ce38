package lifted

import (
	"context"
	"math/rand/v2"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// How examples are drawn.
const (
	mostExamples  = 120_000   // of a tree
	mostValues    = 8_000_000 // of all its features: 64 MB
	shownExamples = 0.6       // share of the recordings that demonstrations are shown for
	mostShown     = 3         // recordings that are shown
	idleExamples  = 0.1       // share of the steps without effect that are learned from
	hiddenTypes   = 0.1       // share of the types that a recording is lived through without knowing
)

var (
	responseLimits  = treeLimits{depth: 20, leaf: 2, values: 24, minGain: 1}
	admissionLimits = treeLimits{depth: 20, leaf: 2, values: 32, minGain: 1}
)

// learnTrees lives through every walk again, half of them with demonstrations of
// the same task in memory, and learns from each moment what follows.
func (f *fitter) learnTrees(ctx context.Context) error {
	f.responses, f.admissions = map[int32]*sample{}, map[int32]*sample{}
	f.goals, f.ends, f.reach = newGoalLearner(), map[int32]*[2]int{}, map[int32]int{}
	ofTask := map[string][]int{}
	lessons := make([]*lesson, len(f.walks))
	for i, k := range f.walks {
		ofTask[k.task] = append(ofTask[k.task], i)
		lessons[i] = f.m.lesson(k)
	}
	own := f.learnFirsts()
	for i, k := range f.walks {
		if err := ctx.Err(); err != nil {
			return err
		}
		d := newDreamer(f.m, k.scene.lexicon, f.recordings[i].Task.Instruction, f.taskOf[k.task])
		others := slices.DeleteFunc(slices.Clone(ofTask[k.task]), func(j int) bool { return j == i })
		if len(others) > 0 && f.dice.Float64() < shownExamples {
			f.dice.Shuffle(len(others), func(a, b int) { others[a], others[b] = others[b], others[a] })
			for _, j := range others[:min(len(others), 1+f.dice.IntN(mostShown))] {
				d.adopt(lessons[j], len(f.walks[j].steps))
			}
		}
		d.view.own = own[k.task]
		d.view.hidden = f.hideTypes()
		f.live(d, k, f.recordings[i])
	}
	if f.descriptions.len() > 0 {
		f.m.Rules.Describes = grow(&f.descriptions.examples, responseLimits)
		if len(f.reach) > 0 {
			f.m.Rules.Reach = mostOften(f.reach)
		}
	}
	for frame, s := range f.responses {
		f.m.Responses[frame] = grow(&s.examples, responseLimits)
	}
	for frame, s := range f.admissions {
		f.m.Admissions[frame] = grow(&s.examples, admissionLimits)
	}
	f.m.Goals = f.goals.learn()
	f.learnEnds()
	f.judgeDeeds()
	f.judge(lessons, ofTask)
	return nil
}

// hideTypes draws the types that are taken for unknown: a new task has things of
// types that nobody has met, and trees must learn what is done with those.
func (f *fitter) hideTypes() map[int32]bool {
	hidden := map[int32]bool{}
	for kind := range int32(len(f.m.Lexicon.Types)) {
		if f.dice.Float64() < hiddenTypes {
			hidden[kind] = true
		}
	}
	return hidden
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

// learnFirsts notes how things are answered for first, and by task what each
// contributes.
func (f *fitter) learnFirsts() map[string]firsts {
	f.m.Firsts = firsts{}
	own := map[string]firsts{}
	for _, k := range f.walks {
		if own[k.task] == nil {
			own[k.task] = firsts{}
		}
		met := map[int32]bool{}
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			if c.frame != none && c.n > 0 && !met[c.args[0]] && !f.m.Rules.idle(step.event) {
				met[c.args[0]] = true
				kind := k.scene.entities[c.args[0]].kind
				f.m.Firsts.note(c.frame, kind, step.reading.response)
				own[k.task].note(c.frame, kind, step.reading.response)
			}
		}
	}
	return own
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
		if d.m.Wording.hasRoll(actual.reading.response) {
			f.learnDescriptions(d, actual.reading.described)
			f.learnReach(d, actual.reading.described)
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
	most := min(mostExamples, mostValues/len(row))
	if s.len() < most {
		s.examples.add(row, class)
		return
	}
	if at := dice.IntN(s.met); at < most {
		copy(s.values[at*s.width:], row)
		s.classes[at] = class
	}
}
