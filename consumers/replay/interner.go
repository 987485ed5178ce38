package replay

import (
	"hash/maphash"
	"slices"
)

// interner keeps one copy of what is said again and again: the next state is
// the state of the next step, and lists of actions hardly change.
type interner struct {
	texts map[string]string
	lists map[uint64][][]string
	seed  maphash.Seed
	// most texts that are kept before it begins anew; 0: any number.
	most int
}

func newInterner(most int) *interner {
	return &interner{texts: map[string]string{}, lists: map[uint64][][]string{}, seed: maphash.MakeSeed(), most: most}
}

// text returns the copy of a text that is kept.
func (in *interner) text(s string) string {
	if kept, ok := in.texts[s]; ok {
		return kept
	}
	if in.most > 0 && len(in.texts) >= in.most {
		clear(in.texts)
		clear(in.lists)
	}
	in.texts[s] = s
	return s
}

// list returns a value that is a list of texts or NULL; nil for NULL.
func (in *interner) list(v any) []string {
	list, ok := v.([]any)
	if !ok {
		return nil
	}
	all := make([]string, len(list))
	var hash uint64
	for i, item := range list {
		all[i] = in.text(text(item))
		hash = hash*31 + maphash.String(in.seed, all[i])
	}
	for _, kept := range in.lists[hash] {
		if slices.Equal(kept, all) {
			return kept
		}
	}
	in.lists[hash] = append(in.lists[hash], all)
	return all
}
