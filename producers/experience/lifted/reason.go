package lifted

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
)

// reason says in words why something is predicted: the answers that led to the
// response, what was changed in memory, where each list comes from, and which
// demonstrations show the like.
func (d *Dream) reason(n int32, p *foreseen, demonstrations []producers.Demonstration) string {
	var b strings.Builder
	c := d.scene.commands[n]
	switch {
	case p.leaf == nil && p.event != none:
	case p.leaf == nil:
		fmt.Fprintf(&b, "No recorded command is like %q, so nothing happens.", c.text)
	case p.leaf.Share >= 0.995:
		fmt.Fprintf(&b, "%q is answered like this in all of %d recorded cases where %s.", d.m.Lexicon.Frames[c.frame].String(), p.leaf.Count, d.because(p))
	default:
		fmt.Fprintf(&b, "%q is answered like this in %.0f %% of %d recorded cases where %s.",
			d.m.Lexicon.Frames[c.frame].String(), 100*p.leaf.Share, p.leaf.Count, d.because(p))
	}
	d.reasonEffects(&b, &c, p)
	for _, o := range p.origins {
		b.WriteByte(' ')
		b.WriteString(o)
	}
	if p.goal != nil {
		fmt.Fprintf(&b, " The goal is reached: %d real wins of %d tasks have in common what holds now, such as %s.",
			p.goal.wins, p.goal.tasks, strings.Join(p.goal.precedents, ", "))
	}
	if a := d.m.About; a.Contradicted > 0 {
		fmt.Fprintf(&b, " The environment is random: of %d recorded transitions after the same history and action, %d had another outcome.", a.Repeated, a.Contradicted)
	}
	d.reasonDemonstrations(&b, p, demonstrations)
	return b.String()
}

// because puts the answers on the way to the leaf in words: those that say what
// is, else the last that says what is not.
func (d *Dream) because(p *foreseen) string {
	var is []string
	not := ""
	for _, q := range p.path {
		words := d.view.describe(q.feature, q.value)
		if words == "" {
			continue
		}
		if q.yes {
			is = append(is, words)
		} else {
			not = "not: " + words
		}
	}
	switch {
	case len(is) > 0:
		return strings.Join(slices.Compact(is), " and ")
	case not != "":
		return not
	}
	return "it was given"
}

// reasonEffects says what the action moves.
func (d *Dream) reasonEffects(b *strings.Builder, c *command, p *foreseen) {
	for _, f := range d.m.Rules.Effects[p.event] {
		if int(f.Item) >= c.n || int(f.Head) >= c.n || f.Head < 0 {
			continue
		}
		if _, known := p.after.whole(f.Relation, c.args[f.Head]); !known {
			continue
		}
		way := "out of"
		if f.In {
			way = "into"
		}
		fmt.Fprintf(b, " It takes %s %s what %s holds.", d.scene.name(c, int(f.Item)), way, d.scene.name(c, int(f.Head)))
	}
}

// reasonDemonstrations names the demonstrations that agree.
func (d *Dream) reasonDemonstrations(b *strings.Builder, p *foreseen, demonstrations []producers.Demonstration) {
	for _, shown := range demonstrations {
		s := shown.Step()
		if s.Next.Text == p.text {
			fmt.Fprintf(b, " Demonstration %s (similarity %.3f) had the same answer.", s.EventID, shown.Similarity)
			return
		}
	}
}

// describe puts a value of an event feature in words; empty: it has none.
func (v *viewer) describe(feature int32, value int64) string {
	names := [...]string{"it is admitted", "of the first thing was said last", "of the second thing was said last",
		"the first thing is of type", "the second thing is of type", "the same command was answered last"}
	switch {
	case feature == 0 && value == 1:
		return names[0]
	case feature == 0:
		return "it is not admitted"
	case (feature == 1 || feature == 2) && value >= 0 && int(value) < len(v.m.Wording.Relations):
		return fmt.Sprintf("%s %q", names[feature], readable(v.m.Wording.Relations[value]))
	case (feature == 3 || feature == 4) && value >= 0 && int(value) < len(v.m.Lexicon.Types):
		return fmt.Sprintf("%s %s", names[feature], v.m.Lexicon.Types[value])
	case feature == 5 && value >= 0 && int(value) < len(v.m.Wording.Responses):
		return fmt.Sprintf("%s %q", names[feature], v.m.Wording.readable(int32(value)))
	}
	return ""
}

// readable shows slots as words.
func readable(template string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == slotList:
			return '…'
		case isSlot(r):
			return '_'
		}
		return r
	}, template)
}

func (w *wording) readable(response int32) string {
	var b strings.Builder
	for _, n := range w.Responses[response] {
		b.WriteString(readable(w.Segments[n]))
	}
	return strings.TrimSpace(b.String())
}

// origin says where a list that is shown comes from.
func (d *dreamer) origin(l *list, head int32) string {
	name := ""
	if head >= 0 {
		name = "of " + d.scene.entities[head].name + " "
	}
	if l.source.recording != none {
		return fmt.Sprintf("What is there %sis shown by step %d of demonstration %s.", name, l.source.step, d.shownBy[l.source.recording])
	}
	return ""
}
