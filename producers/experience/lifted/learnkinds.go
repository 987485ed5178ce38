package lifted

import (
	"maps"
	"slices"
)

// learnKinds notes which types fill which arguments, and the commands without.
func (f *fitter) learnKinds() {
	nullary := map[string]bool{}
	only := map[int32]map[string]bool{} // commands of frames with one argument
	for i, k := range f.walks {
		task := f.taskOf[f.recordings[i].Task.ID]
		note := func(n int32) {
			c := &k.scene.commands[n]
			if c.frame == none {
				return
			}
			switch c.n {
			case 0:
				nullary[c.text] = true
			case 1:
				if only[c.frame] == nil {
					only[c.frame] = map[string]bool{}
				}
				only[c.frame][c.text] = true
			}
			f.m.Kinds.note(k.scene, c, task)
		}
		for _, n := range k.start {
			note(n)
		}
		for _, s := range k.steps {
			if s.admitted != nil {
				f.m.Admits = true
				for _, n := range s.admitted.list {
					note(n)
				}
			}
		}
	}
	for _, commands := range only {
		if len(commands) == 1 {
			maps.Copy(nullary, commands) // it may be admitted before what it names was met
		}
	}
	f.m.Nullary = sortedKeys(nullary)
}

// mostContents bounds the lists kept for each relation and type of head.
const mostContents = 200

// learnConstants finds the lists without a head that always hold the same: what
// looks like a list is a part of the wording.
func (f *fitter) learnConstants() {
	seen, other := map[int32][]string{}, map[int32]bool{}
	for _, k := range f.walks {
		for _, s := range k.steps {
			for _, l := range s.reading.lists {
				if l.head != none || other[l.relation] {
					continue
				}
				names := k.scene.namesOf(l.items)
				if before, met := seen[l.relation]; met && !slices.Equal(before, names) {
					other[l.relation] = true
				}
				seen[l.relation] = names
			}
		}
	}
	f.m.Constants = map[int32][]string{}
	for relation, names := range seen {
		if !other[relation] && len(names) > 0 {
			f.m.Constants[relation] = names
		}
	}
}

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
