package lifted

import "github.com/dreamlog/dreamlog/producers"

// clearlyBetter is by how many percent of the answers precedents must be right
// more often than the rules.
const clearlyBetter = 3

// mostJudged is how many steps the precedents are judged by.
const mostJudged = 6000

// tally counts how often precedents and rules were right where both said
// something.
type tally struct{ precedent, rules, all int }

func (y *tally) count(precedent, rules bool) {
	y.precedent += boolOrder(precedent)
	y.rules += boolOrder(rules)
	y.all++
}

func (y *tally) better() bool {
	won := y.precedent - y.rules
	return won*100 > y.all*clearlyBetter && won > 1
}

// asGood says whether precedents are hardly ever wrong where the rules are right.
// The rules have seen these very tasks, and know how things are told in them.
func (y *tally) asGood() bool { return y.all >= fewEvents && y.precedent >= y.rules }

// judge finds the frames for which precedents are right more often than the
// rules, in recordings with others of the same task for demonstrations.
func (f *fitter) judge(lessons []*lesson, ofTask map[string][]int) {
	counts := map[int32]*[len(trusted{})]tally{}
	for i, steps := 0, 0; i < len(f.walks) && steps < mostJudged; i++ {
		k := f.walks[i]
		if len(ofTask[k.task]) < 2 {
			continue
		}
		d := newDreamer(f.m, k.scene.lexicon, f.recordings[i].Task.Instruction, f.taskOf[k.task])
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
			d.judge(&r.Steps[t], counts)
		}
		steps += len(r.Steps)
	}
	f.m.Trusted = map[int32]trusted{}
	for frame, c := range counts {
		var t trusted
		for how := range c {
			t[how] = c[how].better() || how == askedOtherwise && c[how].asGood()
		}
		f.m.Trusted[frame] = t
	}
}

// judge holds precedents and rules against a step, and takes it in.
func (d *dreamer) judge(step *producers.RecordedStep, counts map[int32]*[len(trusted{})]tally) {
	n := d.scene.command(step.Action)
	c := d.scene.commands[n]
	truth := d.understand(n, &step.Next)
	if c.frame != none && d.view.admittedBefore(d.memory, n) != 0 {
		if counts[c.frame] == nil {
			counts[c.frame] = &[len(trusted{})]tally{}
		}
		y := counts[c.frame]
		p := d.foresee(n)
		for how := range askedWays {
			if text, known := d.answered(n, how); known {
				y[how].count(text == truth.text, p.text == truth.text)
			}
		}
		then := d.scene.allowed[d.m.Rules.ask(d.memory, &c, n, askedAfter)].of(d.scene)
		if then != nil && truth.admitted != nil && p.admitted != nil {
			y[allowedThen].count(then.equal(truth.admitted), p.admitted.equal(truth.admitted))
		}
	}
	d.settle(n, truth)
}
