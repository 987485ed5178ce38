package lifted

import (
	"cmp"
	"slices"
	"strings"
)

// What it takes for the answers of a frame to be rolls.
const (
	fewRolls    = 10 // different templates that they would be
	rollsShrink = 2  // how many times fewer there are with rolls
)

// crowded finds the frames without arguments whose answers are too many for a
// template each.
func (w *wording) crowded(walks []*walk) map[int32]map[string]bool {
	templates := map[int32]map[string]bool{}
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			c := &k.scene.commands[step.command]
			if c.frame == none || c.n > 0 || w.pageKindOf(step.text) != none {
				continue
			}
			if templates[c.frame] == nil {
				templates[c.frame] = map[string]bool{}
			}
			templates[c.frame][w.template(k.scene, step.text, nil).text] = true
		}
	}
	for frame, of := range templates {
		if len(of) < fewRolls {
			delete(templates, frame)
		}
	}
	return templates
}

// learnRolls finds which of the crowded frames are answered by rolls: those that
// far fewer templates serve then. All other frames have been read.
func (w *wording) learnRolls(walks []*walk, crowded map[int32]map[string]bool) {
	if len(crowded) == 0 {
		return
	}
	rolled := map[int32]map[string]bool{}
	gaps := map[string]int{}
	w.index()
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			frame := k.scene.commands[step.command].frame
			if crowded[frame] == nil {
				continue
			}
			if rolled[frame] == nil {
				rolled[frame] = map[string]bool{}
			}
			around, all := w.readRoll(k.scene, step.text)
			rolled[frame][around.text] = true
			if len(all) > 1 {
				gaps[blankEnd(cutSegments(step.text)[0])]++
			}
		}
	}
	w.RollGap = cmp.Or(mostOften(gaps), " ")
	for frame, of := range crowded {
		if len(rolled[frame])*rollsShrink <= len(of) {
			w.Rolls = append(w.Rolls, frame)
		}
	}
	slices.Sort(w.Rolls)
	if len(w.Rolls) == 0 {
		w.Descriptions = nil
	}
	w.rollRelation = w.relation(string(slotRoll))
	w.index()
}

// learnReach finds the list that names what a roll is about beside the thing
// here.
func (f *fitter) learnReach(d *dreamer, described []described) {
	here := d.view.contextEntity(d.memory.context)
	if here == none || len(described) < 2 {
		return
	}
	for _, l := range d.memory.about(here) {
		same := len(l.items) == len(described)-1
		for _, e := range described {
			same = same && (e.entity == here || slices.Contains(l.items, e.entity))
		}
		if same {
			f.reach[l.relation]++
		}
	}
}

// learnDescriptions takes examples of how things were described.
func (f *fitter) learnDescriptions(d *dreamer, described []described) {
	for _, e := range described {
		f.descriptions.add(f.dice, d.view.descriptionFeatures(d.memory, e.entity), e.form)
	}
}

// hasRoll says whether a response has a roll.
func (w *wording) hasRoll(response int32) bool {
	return response != none && slices.ContainsFunc(w.Responses[response], func(n int32) bool { return strings.ContainsRune(w.Segments[n], slotRoll) })
}
