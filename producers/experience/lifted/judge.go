package lifted

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
