package replay_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
)

// answers are what demonstrations say to many queries.
func answers(t *testing.T, d *replay.Demonstrations) (all [][]replay.Demonstration) {
	t.Helper()
	for i := range 40 {
		q := replay.Query{TaskID: fmt.Sprint("task-", i%7), State: fmt.Sprintf("e-%02d: you did open drawer %d.", i, i%5),
			Action: fmt.Sprint("open drawer ", i%6), K: 1 + i%9, WithoutTask: i%5 == 4}
		if i%3 == 0 {
			q.EpisodeID, q.Step, q.WithoutEpisode = fmt.Sprintf("e-%03d", i), int64(i%3), i%2 == 0
		}
		found, err := d.Retrieve(t.Context(), q)
		require.NoError(t, err)
		all = append(all, found)
		found, err = d.Beginnings(t.Context(), fmt.Sprint("task-", i), fmt.Sprintf("open the drawer %d", i%5), 1+i%4)
		require.NoError(t, err)
		all = append(all, found)
	}
	return all
}

// history adds events at random: episodes that grow from snapshot to snapshot,
// ends, corrections and retractions that come later, and what the run may not
// see.
type history struct {
	*pool
	random   *rand.Rand
	episodes []attempt
	running  []attempt
	noted    []string
}

func (h *history) episode() {
	n := len(h.episodes)
	a := attempt{
		id: fmt.Sprintf("e-%03d", n), task: fmt.Sprint("task-", h.random.IntN(7)), running: h.random.IntN(3) == 0,
		source: fmt.Sprint("source-", h.random.IntN(3)), won: h.random.IntN(2) == 0,
	}
	a.instruction = "open the drawer " + strings.TrimPrefix(a.task, "task-")
	if h.random.IntN(6) == 0 {
		a.instruction = "search the drawer"
	}
	switch h.random.IntN(6) {
	case 0:
		a.purpose = "evaluate"
	case 1:
		a.origin, a.model, a.depth = "synthetic", "m", int64(h.random.IntN(3))
	}
	for range 1 + h.random.IntN(4) {
		a.actions = append(a.actions, fmt.Sprint([]string{"open", "close"}[h.random.IntN(2)], " drawer ", h.random.IntN(6)))
	}
	h.play(a)
	h.episodes = append(h.episodes, a)
	if a.running {
		h.running = append(h.running, a)
	}
}

func (h *history) step() {
	some := func() attempt { return h.episodes[h.random.IntN(len(h.episodes))] }
	switch n := h.random.IntN(20); {
	case n < 10 || len(h.episodes) == 0:
		h.episode()
	case n < 13 && len(h.running) > 0: // an end, later than the steps
		a := h.running[0]
		h.running = h.running[1:]
		h.end(a)
	case n < 15:
		a := some()
		h.note(a.id, "event", fmt.Sprintf("%s/%d", a.id, 0), "reward", fmt.Sprint(h.random.Float64()))
	case n == 15:
		a := some()
		h.note("elsewhere", "event", a.id+"/0", "reward", "0.5")
	case n == 16:
		h.note(some().id, "episode", some().id, "outcome", "true")
	case n == 17:
		a := some()
		target := fmt.Sprintf("%s/%d", a.id, h.random.IntN(len(a.actions)))
		h.note(a.id, "event", target, "retraction", `"wrong"`)
		h.noted = append(h.noted, target)
	case n == 18 && len(h.noted) > 0: // taken back
		target := h.noted[h.random.IntN(len(h.noted))]
		id, _, _ := strings.Cut(target, "/")
		h.note(id, "event", target, "retraction", "false")
	case n == 19:
		id := some().id
		h.note(id, "episode", id, "retraction", `"wrong"`)
	}
}

func TestWhoFollowsSaysWhatWhoOpensSays(t *testing.T) {
	for seed := range uint64(3) {
		h := &history{pool: newPool(t), random: rand.New(rand.NewPCG(seed, 0))}
		for range 40 {
			h.step()
		}
		first := h.snapshot()
		basis, err := replay.NewBasis(t.Context(), h.session(first), house(), replay.BasisOptions{})
		require.NoError(t, err)
		every, err := basis.Open(t.Context(), h.session(first))
		require.NoError(t, err)
		some, err := basis.Open(t.Context(), h.session(first))
		require.NoError(t, err)
		for round := range 5 {
			for range h.random.IntN(15) {
				h.step()
			}
			if seed == 2 && round == 3 {
				h.note("s", "selector", `{"source":"source-1"}`, "retraction", `"wrong"`)
			}
			number := h.snapshot()
			if round%3 == 2 {
				h.compact()
			}
			s := h.session(number)
			require.NoError(t, every.Follow(t.Context(), s))
			require.Equal(t, number, every.Snapshot())
			opened, err := basis.Open(t.Context(), s)
			require.NoError(t, err)
			require.Equal(t, opened.Len(), every.Len())
			require.Equal(t, answers(t, opened), answers(t, every), "seed %d round %d", seed, round)
			if round%4 == 3 {
				require.NoError(t, some.Follow(t.Context(), s))
				require.Equal(t, answers(t, opened), answers(t, some), "over several snapshots")
			}
		}
	}
}

// What is retrieved while the lake is followed is as of one snapshot.
func TestRetrievalGoesOnWhileTheLakeIsFollowed(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a-0", task: "t"})
	first := p.snapshot()
	d := demonstrations(t, p.session(first), house())
	done := make(chan struct{})
	var searching sync.WaitGroup
	for range 2 {
		searching.Go(func() {
			for {
				found, err := d.Retrieve(t.Context(), replay.Query{TaskID: "t", State: "s", Action: "open drawer 1", K: 100})
				if err != nil || len(found)%2 != 0 {
					t.Errorf("%d steps were found, of episodes of two steps: %v", len(found), err)
					return
				}
				select {
				case <-done:
					return
				default:
				}
			}
		})
	}
	for i := range 12 {
		p.play(attempt{id: fmt.Sprint("a-", i+1), task: "t"})
		if i%4 == 3 {
			p.note(fmt.Sprint("a-", i), "episode", fmt.Sprint("a-", i), "retraction", `"x"`)
		}
		require.NoError(t, d.Follow(t.Context(), p.now()))
	}
	close(done)
	searching.Wait()
	require.Equal(t, 2*(13-3), d.Len())
}

func TestFollowDoesNotGoBack(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a"})
	first := p.snapshot()
	p.play(attempt{id: "b"})
	second := p.snapshot()
	p.compact()
	d := demonstrations(t, p.session(second), house())
	require.ErrorContains(t, d.Follow(t.Context(), p.session(first)), "follow the lake to snapshot 1: the demonstrations stand at 2 already")
	require.NoError(t, d.Follow(t.Context(), p.session(second)), "nothing is new")
	_, err := d.Basis().Open(t.Context(), p.session(first))
	require.ErrorContains(t, err, "their basis is snapshot 2")
}

// Nothing of it was there when the basis was settled, and it may all go.
func TestEverythingIsRetracted(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", instruction: "find"})
	d := demonstrations(t, p.now(), house())
	p.note("a", "episode", "a", "retraction", `"x"`)
	require.NoError(t, d.Follow(t.Context(), p.now()))
	require.Zero(t, d.Len())
	require.Empty(t, retrieved(t, d, replay.Query{State: "s", Action: "a", K: 3}))
	found, err := d.Beginnings(t.Context(), "other", "find", 3)
	require.NoError(t, err)
	require.Empty(t, found)
	p.note("a", "episode", "a", "retraction", "false")
	require.NoError(t, d.Follow(t.Context(), p.now()))
	require.Equal(t, 2, d.Len())
}

func TestASampleIsThatOfTheBasis(t *testing.T) {
	p := newPool(t)
	large(p, 10)
	first := p.snapshot()
	v := house()
	v.MaxTransitions = 135
	basis, err := replay.NewBasis(t.Context(), p.session(first), v, replay.BasisOptions{})
	require.NoError(t, err)
	d, err := basis.Open(t.Context(), p.session(first))
	require.NoError(t, err)
	before := d.Len()
	require.LessOrEqual(t, before, 135)
	for i := range 30 {
		p.play(attempt{id: fmt.Sprint("new-", i), task: fmt.Sprint("new task ", i)})
	}
	s := p.now()
	require.NoError(t, d.Follow(t.Context(), s))
	opened, err := basis.Open(t.Context(), s)
	require.NoError(t, err)
	require.Equal(t, opened.Len(), d.Len())
	require.Greater(t, d.Len(), before)
	require.Less(t, d.Len(), before+60, "not every new task is in the sample")
	require.Equal(t, answers(t, opened), answers(t, d))
}

func TestBeginnings(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "b", task: "one", instruction: "put a mug on the desk"})
	p.play(attempt{id: "a", task: "one", instruction: "put a mug on the desk", origin: "synthetic", model: "m"})
	p.play(attempt{id: "c", task: "two", instruction: "put a pan on the stove"})
	p.play(attempt{id: "d", task: "two", instruction: "set a pan on the stove"})
	p.play(attempt{id: "e", task: "three", instruction: "examine the book"})
	p.play(attempt{id: "f", task: "four"})
	d := demonstrations(t, p.now(), house())
	ask := func(task, instruction string, n int) string {
		found, err := d.Beginnings(t.Context(), task, instruction, n)
		require.NoError(t, err)
		var all []string
		for _, f := range found {
			require.EqualValues(t, 0, f.Step().Step)
			all = append(all, f.Episode.ID)
		}
		return join(all)
	}
	require.Equal(t, "b a", ask("one", "whatever", 5), "those of the task, real ones first")
	require.Equal(t, "b", ask("one", "", 1))
	require.Equal(t, "f", ask("four", "", 1))
	require.Equal(t, "c", ask("new", "put a pan on the table", 1))
	require.Equal(t, "c b", ask("new", "put a pan on the table", 2), "one for each task alike")
	require.Equal(t, "c b e", ask("new", "put a pan on the table", 9))
	require.Empty(t, ask("new", "put", 0))
	p.note("b", "event", "b/0", "retraction", `"x"`)
	require.NoError(t, d.Follow(t.Context(), p.now()))
	require.Equal(t, "a", ask("one", "", 5), "it does not begin at its beginning any longer")
}
