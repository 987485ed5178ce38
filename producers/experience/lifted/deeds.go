package lifted

import (
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// Deeds are what a recorded win was rewarded for, step by step. Where the words
// of an instruction do not tell what success takes, as in "put each thing where
// it belongs", a win of the same task does: whoever does all that it was rewarded
// for, and does not undo it, has won as well. That is believed for kinds of
// instructions for which it never claimed a win that was none (see
// fitter.judgeDeeds).
type deeds struct {
	event string // of the win
	list  []deed // in the order of the recording
}

// deed is a command that was rewarded, with what it was done to: the entity that
// it names first.
type deed struct{ command, to string }

// mostDeeds is how many a win may have: where more is rewarded, reward is the
// score of a game rather than a list of what it takes.
const mostDeeds = 64

// deedsOf returns what a won recording was rewarded for and kept; none, if that
// is too much.
func (m *Model) deedsOf(r *producers.Recording) deeds {
	all := deeds{event: r.Steps[len(r.Steps)-1].EventID}
	for i := range r.Steps {
		s := &r.Steps[i]
		if s.Reward == nil || *s.Reward == 0 {
			continue
		}
		d := m.Lexicon.deed(s.Action)
		all.list = slices.DeleteFunc(all.list, func(e deed) bool {
			return e.command == d.command || *s.Reward < 0 && e.to == d.to
		})
		if *s.Reward > 0 {
			all.list = append(all.list, d)
		}
		if len(all.list) > mostDeeds {
			return deeds{event: all.event}
		}
	}
	return all
}

func (l *lexicon) deed(command string) deed {
	d := deed{command: command}
	if _, things := l.parse(command); len(things) > 0 {
		d.to = things[0]
	}
	return d
}

// progress is how far deeds are done.
type progress struct {
	deeds
	done []bool
}

func (d deeds) begin() *progress { return &progress{d, make([]bool, len(d.list))} }

// after returns the progress after a command that had an effect. It undoes what
// was done to the same thing, but for what the recording did before it.
func (p *progress) after(c deed) *progress {
	q := &progress{p.deeds, slices.Clone(p.done)}
	at := slices.IndexFunc(p.list, func(d deed) bool { return d.command == c.command })
	for i, d := range p.list {
		if i > at && d.to == c.to {
			q.done[i] = false
		}
	}
	if at >= 0 {
		q.done[at] = true
	}
	return q
}

// complete says whether all is done.
func (p *progress) complete() bool { return len(p.done) > 0 && !slices.Contains(p.done, false) }

// judgeDeeds holds the deeds of each task's first win against its other
// recordings, and notes the kinds of instructions for which they foretold wins
// often enough, and never one that was none.
func (f *fitter) judgeDeeds() {
	wins := map[string]*producers.Recording{}
	for _, r := range f.recordings {
		if wins[r.Task.ID] == nil && wonAt(r, len(r.Steps)-1) {
			wins[r.Task.ID] = r
		}
	}
	right, wrong := map[string]int{}, map[string]bool{}
	for i, r := range f.recordings {
		win := wins[r.Task.ID]
		if win == nil || win == r {
			continue
		}
		kind, _ := f.m.Lexicon.instructionKind(r.Task.Instruction)
		p := f.m.deedsOf(win).begin()
		for t := range r.Steps {
			s := &r.Steps[t]
			if doable(s) && f.m.Rules.effective(f.walks[i].steps[t].event) {
				p = p.after(f.m.Lexicon.deed(s.Action))
			}
			if p.complete() {
				if wonAt(r, t) {
					right[kind]++
				} else {
					wrong[kind] = true
				}
				break
			}
		}
	}
	f.m.Deeds = map[string]bool{}
	for kind, n := range right {
		if n >= fewWins && !wrong[kind] {
			f.m.Deeds[kind] = true
		}
	}
}
