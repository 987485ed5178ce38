package lifted

import (
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
)

// reason says in words why something is predicted: what the answers to such
// commands depended on, what the action moves, where each list that is shown
// comes from, what success takes, and which demonstration had the same answer.
func (d *Dream) reason(n int32, p *foreseen, demonstrations []producers.Demonstration) string {
	var b strings.Builder
	c := d.scene.commands[n]
	d.reasonAnswer(&b, &c, p)
	d.reasonEffects(&b, &c, p)
	slices.Sort(p.origins)
	for _, o := range slices.Compact(p.origins) {
		b.WriteByte(' ')
		b.WriteString(o)
	}
	if p.goal != nil {
		fmt.Fprintf(&b, " That reaches the goal: what holds now held at each of %d real wins of %d tasks that were asked for alike, such as %s.",
			p.goal.wins, p.goal.tasks, strings.Join(p.goal.precedents, ", "))
	}
	if p.won != "" {
		fmt.Fprintf(&b, " Now all is done that the real win %s of this task was rewarded for.", p.won)
	}
	if a := d.m.About; a.Contradicted > 0 {
		fmt.Fprintf(&b, " The environment is random: of %d recorded transitions after the same history and action, %d had another outcome.",
			a.Repeated, a.Contradicted)
	}
	for _, shown := range demonstrations {
		if s := shown.Step(); s.Next.Text == d.scene.told(p.text) {
			fmt.Fprintf(&b, " Demonstration %s (similarity %.3f) had the same answer.", s.EventID, shown.Similarity)
			break
		}
	}
	return b.String()
}

// reasonAnswer says what the response rests on.
func (d *Dream) reasonAnswer(b *strings.Builder, c *command, p *foreseen) {
	switch {
	case p.followed:
		fmt.Fprintf(b, "The same command was answered in these words before, when what it names had been through the same.")
		return
	case p.leaf == nil:
		fmt.Fprintf(b, "No recorded command is like %q, so nothing comes of it.", c.text)
		return
	}
	frame := d.m.Lexicon.Frames[c.frame].String()
	if p.leaf.Share >= 0.995 {
		fmt.Fprintf(b, "All of %d recorded commands %q", p.leaf.Count, frame)
	} else {
		fmt.Fprintf(b, "%.0f %% of %d recorded commands %q", 100*p.leaf.Share, p.leaf.Count, frame)
	}
	var where []string
	for _, q := range p.path {
		if words := d.view.describe(c, q.feature, q.value); q.yes && words != "" && !slices.Contains(where, words) {
			where = append(where, words)
		}
	}
	if len(where) > 0 {
		fmt.Fprintf(b, " at which, as here, %s", strings.Join(where, " and "))
	}
	b.WriteString(" were answered in this way.")
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
		now := "is no longer"
		if f.In {
			now = "now is"
		}
		fmt.Fprintf(b, " By its effect %s %s with %s.", d.scene.name(c, int(f.Item)), now, d.scene.name(c, int(f.Head)))
	}
}

// describe puts a value of an event feature in words; empty: it has none.
func (v *viewer) describe(c *command, feature int32, value int64) string {
	thing := func(i int) string { return v.s.name(c, i) }
	switch feature {
	case featureAdmitted:
		if value == 1 {
			return "the command is admitted"
		}
		return "the command is not admitted"
	case featureFact, featureFact + 1:
		if value >= 0 && int(value) < len(v.m.Wording.Relations) {
			return fmt.Sprintf("%q was the last that was said of %s", readable(v.m.Wording.Relations[value]), thing(int(feature-featureFact)))
		}
	case featureKind, featureKind + 1:
		if value >= 0 && int(value) < len(v.m.Lexicon.Types) {
			return fmt.Sprintf("the command names a %s", v.m.Lexicon.Types[value])
		}
	case featureAnswer:
		if value >= 0 && int(value) < len(v.m.Wording.Responses) {
			return fmt.Sprintf("the same command was last answered %q", v.m.Wording.readable(int32(value)))
		}
	case featureLast, featureLast + 1:
		if e := value / maxArity; value >= 0 && int(e) < len(v.m.Rules.Events) && v.m.Rules.Events[e].Frame >= 0 {
			return fmt.Sprintf("%q was the last that was done with %s", v.m.Lexicon.Frames[v.m.Rules.Events[e].Frame].String(), thing(int(feature-featureLast)))
		}
	case featureHere:
		if value == 1 {
			return "one is at " + thing(0)
		}
	}
	return ""
}

// readable shows slots as words.
func readable(template string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == slotList:
			return '…'
		case reserved(r):
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

// origin says where a list that is shown comes from; empty: from this episode.
func (d *dreamer) origin(l *list, head int32) string {
	if l.source.recording == none || int(l.source.recording) >= len(d.shownBy) {
		return ""
	}
	what := "What is there"
	if head >= 0 {
		what = "What is with " + d.scene.entities[head].name
	}
	return what + " is known from " + d.shownBy[l.source.recording].steps[l.source.step].id + "."
}
