package fidelity

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
)

// Parts are recordings divided into what a model may learn and retrieve from,
// and what it is measured by.
type Parts struct {
	// Seen is for fit and retrieval.
	Seen []*producers.Recording
	// Known are held-out episodes of tasks that are in Seen, Unseen all episodes
	// of tasks of which nothing is.
	Known, Unseen []*producers.Recording
}

// DivideOptions say how much is held out. The zero value means the defaults.
type DivideOptions struct {
	// Tasks is the share of the tasks that are unseen, Episodes that of the
	// episodes of each other task that are held out. Default: 1/5, 1/4.
	Tasks, Episodes float64
	// Seed of the choice.
	Seed int64
}

// ErrTooFew says that there is not enough to learn from and to measure by.
var ErrTooFew = errors.New("too few recordings to hold some out")

// Divide divides recordings, whatever their order, by hashes of the ids: of
// tasks those with the lowest are unseen, at least one where there are two; of
// the episodes of each other task those with the lowest are held out, at least
// one where there are two.
func Divide(recordings []*producers.Recording, o DivideOptions) (Parts, error) {
	o.Tasks, o.Episodes = cmp.Or(o.Tasks, .2), cmp.Or(o.Episodes, .25)
	if !isShare(o.Tasks) || !isShare(o.Episodes) {
		return Parts{}, fmt.Errorf("hold out %v of the tasks and %v of the episodes: take shares between 0 and 1", o.Tasks, o.Episodes)
	}
	byTask := map[string][]*producers.Recording{}
	for _, r := range recordings {
		byTask[r.Task.ID] = append(byTask[r.Task.ID], r)
	}
	seed := fmt.Sprint(o.Seed)
	tasks := make([]string, 0, len(byTask))
	for id := range byTask {
		tasks = append(tasks, id)
	}
	slices.SortFunc(tasks, func(a, b string) int {
		return cmp.Or(cmp.Compare(hashOf(seed, a), hashOf(seed, b)), compareIDs(a, b))
	})
	var p Parts
	unseen := heldOut(len(tasks), o.Tasks)
	for i, id := range tasks {
		episodes := byTask[id]
		if i < unseen {
			p.Unseen = append(p.Unseen, episodes...)
			continue
		}
		slices.SortFunc(episodes, func(a, b *producers.Recording) int {
			return cmp.Or(cmp.Compare(hashOf(seed, id, a.EpisodeID), hashOf(seed, id, b.EpisodeID)), compareIDs(a.EpisodeID, b.EpisodeID))
		})
		n := heldOut(len(episodes), o.Episodes)
		p.Known, p.Seen = append(p.Known, episodes[:n]...), append(p.Seen, episodes[n:]...)
	}
	if len(p.Known)+len(p.Unseen) == 0 {
		return p, fmt.Errorf("%w: %d episodes of %d tasks; it takes two tasks, or two episodes of a task", ErrTooFew, len(recordings), len(tasks))
	}
	return p, nil
}

func isShare(x float64) bool { return x > 0 && x < 1 }

// heldOut is how many of n are held out.
func heldOut(n int, share float64) int {
	if n < 2 {
		return 0
	}
	return min(n-1, max(1, int(math.Round(float64(n)*share))))
}

func compareIDs(a, b string) int { return strings.Compare(a, b) }
