package lifted

import (
	"slices"
	"strings"
)

// What stands before an entity in a list may be more than an article: "a raw
// potato", and "a roasted potato" once it was in the oven. These words are the
// entity's manner: they are remembered, and events change them.

// slotManner stands for the manner of the argument behind it.
const slotManner = '\uE024'

// mannered is an entity with the words that stood before it, with their blank.
type mannered struct {
	entity int32
	words  string
}

// mannerChange is how an event changes a manner: words go, and others come.
type mannerChange struct {
	Remove []string
	Add    []string
	// Front: those that come stand right behind the first word, else at the end.
	Front bool
}

// of returns a manner after the change.
func (x *mannerChange) of(words string) string {
	kept := slices.DeleteFunc(strings.Fields(words), func(w string) bool {
		return slices.Contains(x.Remove, w) || slices.Contains(x.Add, w)
	})
	at := len(kept)
	if x.Front {
		at = min(1, at)
	}
	kept = slices.Insert(kept, at, x.Add...)
	if len(kept) == 0 {
		return ""
	}
	return strings.Join(kept, " ") + " "
}

// role numbers an argument of an event.
func role(event int32, arg int) int32 { return event*maxArity + int32(arg) }

// changeManners brings the manners of a command's arguments up to date with an
// event.
func (r *rules) changeManners(s *scene, w *wording, m *memory, c *command, e int32) {
	if len(r.Manners) == 0 || e == none {
		return
	}
	for i, x := range c.args[:c.n] {
		if change, changes := r.Manners[role(e, i)]; changes {
			t := m.thing(x)
			if t.manner == "" {
				t.manner = w.article(s.entities[x].kind)
			}
			t.manner = change.of(t.manner)
		}
	}
}

// adjectives stand for the manner of an entity, less its article.
func (v *viewer) adjectives(m *memory, e int32) int64 {
	words := m.look(e).manner
	if words == "" {
		words = v.m.Wording.article(v.s.entities[e].kind)
	}
	if cut := strings.IndexByte(words, ' ') + 1; cut < len(words) {
		return textHash(words[cut:])
	}
	return 0
}

// see takes the manners that an observation shows into memory.
func (m *memory) see(all []mannered) {
	for _, seen := range all {
		m.thing(seen.entity).manner = seen.words
	}
}

// mannerSlots puts slots in the place of the manners of arguments where they vary. It is
// given a template with slotManner before each argument with a manner, and those
// manners.
func (w *wording) mannerSlots(text string, manners []mannered) (string, []mannered) {
	if len(manners) == 0 {
		return text, nil
	}
	var b strings.Builder
	var kept []mannered
	next := 0
	for _, segment := range cutSegments(text) {
		vary := slices.Contains(w.Mannered, strings.TrimRight(segment, " \n"))
		for _, r := range segment {
			if r != slotManner {
				b.WriteRune(r)
				continue
			}
			if vary {
				b.WriteRune(r)
				kept = append(kept, manners[next])
			} else {
				b.WriteString(manners[next].words)
			}
			next++
		}
	}
	return b.String(), kept
}
