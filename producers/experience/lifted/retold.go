package lifted

import (
	"cmp"
	"strings"
)

// excerpt is a part of an observation: what is left of it without so many
// segments at its beginning and at its end.
type excerpt struct{ Before, Behind int }

func (x excerpt) of(text string) (string, bool) {
	segments := cutSegments(text)
	if x.Before < 0 || x.Behind < 0 || x.Before+x.Behind >= len(segments) {
		return "", false
	}
	return strings.TrimRight(strings.Join(segments[x.Before:len(segments)-x.Behind], ""), " \n"), true
}

// excerptOf finds a text in another as a row of whole segments.
func excerptOf(whole, text string) (excerpt, bool) {
	n := len(cutSegments(text))
	for before := 0; before+n <= len(cutSegments(whole)); before++ {
		x := excerpt{before, len(cutSegments(whole)) - before - n}
		if part, ok := x.of(whole); ok && n > 0 && part == strings.TrimRight(text, " \n") {
			return x, true
		}
	}
	return excerpt{}, false
}

// learnRetold finds which part of the first observation commands without
// arguments tell again, before anything led elsewhere. Whether they are to be
// trusted is judged with the other precedents.
func (r *rules) learnRetold(walks []*walk) {
	found := map[int32]map[excerpt]int{}
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			if r.Moves[step.event] {
				break
			}
			c := &k.scene.commands[step.command]
			if c.frame == none || c.n > 0 || r.idle(step.event) {
				continue
			}
			if x, ok := excerptOf(k.first, step.text); ok {
				if found[c.frame] == nil {
					found[c.frame] = map[excerpt]int{}
				}
				found[c.frame][x]++
			}
		}
	}
	for frame, counts := range found {
		best, most := excerpt{}, 0
		for x, n := range counts {
			if n > most || n == most && x.compare(best) < 0 {
				best, most = x, n
			}
		}
		if most >= fewResponses {
			r.Retold[frame] = best
		}
	}
}

func (x excerpt) compare(y excerpt) int {
	return cmp.Or(cmp.Compare(x.Before, y.Before), cmp.Compare(x.Behind, y.Behind))
}

// expectRetelling notes what the first observation makes of the commands that
// tell it again.
func (d *dreamer) expectRetelling(first string) {
	for _, frame := range sortedKeys(d.m.Rules.Retold) {
		x := d.m.Rules.Retold[frame]
		if text, ok := x.of(first); ok {
			d.scene.addAnswer(asked{context: atFirst, command: d.scene.make(frame)}, text, true)
		}
	}
}
