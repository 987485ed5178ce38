package lifted

import "slices"

// What it takes for a type to be a tool.
const (
	toolTasks = 3 // in one of so many tasks one has such a thing at hand
	mostTools = 8
)

// learnTools finds the types of things that one has at hand in many tasks: a
// knife, a key. What can be done may depend on one of them.
func (f *fitter) learnTools() {
	carried := f.m.Rules.carried()
	had := map[int32]map[int32]bool{} // tasks by type
	for i, k := range f.walks {
		task := f.taskOf[f.recordings[i].Task.ID]
		for j := range k.steps {
			for _, l := range k.steps[j].reading.lists {
				if l.head != none || !carried[l.relation] {
					continue
				}
				for _, e := range l.items {
					kind := k.scene.entities[e].kind
					if kind == none {
						continue
					}
					if had[kind] == nil {
						had[kind] = map[int32]bool{}
					}
					had[kind][task] = true
				}
			}
		}
	}
	for _, kind := range sortedKeys(had) {
		if n := len(had[kind]); n > 1 && n*toolTasks >= f.about.Tasks {
			f.m.Tools = append(f.m.Tools, kind)
		}
	}
	slices.SortStableFunc(f.m.Tools, func(a, b int32) int { return len(had[b]) - len(had[a]) })
	f.m.Tools = f.m.Tools[:min(len(f.m.Tools), mostTools)]
}

// carried are the relations without a head of what one takes up: events put
// things into their lists that they take out of others.
func (r *rules) carried() map[int32]bool {
	carried := map[int32]bool{}
	for _, effects := range r.Effects {
		for _, in := range effects {
			if in.Head < 0 && in.In && !r.Local[in.Relation] && slices.ContainsFunc(effects, func(out effect) bool {
				return !out.In && out.Item == in.Item && out.Relation != in.Relation
			}) {
				carried[in.Relation] = true
			}
		}
	}
	return carried
}

// tools adds which tools are at hand.
func (v *viewer) tools(row []int64, m *memory) []int64 {
	if len(v.m.Tools) == 0 {
		return row
	}
	at := len(row)
	row = append(row, make([]int64, len(v.m.Tools))...)
	for _, l := range m.about(none) {
		for _, e := range l.items {
			if i := slices.Index(v.m.Tools, v.s.entities[e].kind); i >= 0 {
				row[at+i] = 1
			}
		}
	}
	return row
}
