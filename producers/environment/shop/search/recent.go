package search

import "sync"

// recentSearches is how many searches a generation of recent remembers: about
// 500 bytes each.
const recentSearches = 4096

// recent remembers what was searched lately: attempts at one task search for
// the same. When the young generation is full it becomes the old one, and what
// nobody asked for since is forgotten.
type recent struct {
	mu         sync.Mutex // guards both
	young, old map[string][]int
}

func (r *recent) get(words string) ([]int, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if found, ok := r.young[words]; ok {
		return found, true
	}
	found, ok := r.old[words]
	if ok {
		r.keep(words, found)
	}
	return found, ok
}

func (r *recent) put(words string, found []int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keep(words, found)
}

// keep is called with mu held.
func (r *recent) keep(words string, found []int) {
	if r.young == nil || len(r.young) >= recentSearches {
		r.old, r.young = r.young, map[string][]int{}
	}
	r.young[words] = found
}
