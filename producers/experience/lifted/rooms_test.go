package lifted

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// rooms is a row of rooms that describe themselves: who looks or moves reads a
// page that names all that is there, in an order of its own.
type rooms struct {
	names  []string
	chests [][]string // by room
	inside map[string][]string
	open   map[string]bool
	here   int
	hands  []string
}

func newRooms(n int, seed uint64) *rooms {
	dice := rand.New(rand.NewPCG(seed, 2))
	w := &rooms{inside: map[string][]string{}, open: map[string]bool{}}
	names := []string{"cellar", "kitchen", "garden", "attic", "study", "hall"}
	dice.Shuffle(len(names), func(i, j int) { names[i], names[j] = names[j], names[i] })
	w.names = names[:n]
	furniture := []string{"red chest", "oak chest", "iron box", "tin box", "old trunk", "small safe", "blue crate", "wide case", "long case"}
	dice.Shuffle(len(furniture), func(i, j int) { furniture[i], furniture[j] = furniture[j], furniture[i] })
	things := []string{"lamp", "rope", "coin", "map", "green apple", "hammer"}
	for i := range w.names {
		w.chests = append(w.chests, furniture[3*i:3*i+2+dice.IntN(2)])
	}
	for _, x := range things {
		room := w.chests[dice.IntN(len(w.chests))]
		c := room[dice.IntN(len(room))]
		w.inside[c] = append(w.inside[c], x)
	}
	return w
}

func (w *rooms) page() string {
	openings := []string{"In one corner you see ", "There is also ", "You make out ", "Not far away stands "}
	var b strings.Builder
	fmt.Fprintf(&b, "You are in the %s.", w.names[w.here])
	for i, c := range w.chests[w.here] {
		b.WriteString(" " + openings[i%len(openings)])
		switch {
		case !w.open[c]:
			b.WriteString("a " + c + " that is closed.")
		case len(w.inside[c]) == 0:
			b.WriteString("an open " + c + ", that is empty.")
		default:
			b.WriteString("an open " + c + " that has " + listing(w.inside[c]) + " in it.")
		}
	}
	b.WriteString(" \n")
	if w.here > 0 {
		fmt.Fprintf(&b, "To the West you see the %s. ", w.names[w.here-1])
	}
	if w.here < len(w.names)-1 {
		fmt.Fprintf(&b, "To the East you see the %s. ", w.names[w.here+1])
	}
	return b.String()
}

func (w *rooms) admissible() []string {
	all := []string{"look around", "inventory"}
	if w.here > 0 {
		all = append(all, "move west")
	}
	if w.here < len(w.names)-1 {
		all = append(all, "move east")
	}
	for _, c := range w.chests[w.here] {
		if !w.open[c] {
			all = append(all, "open "+c)
			continue
		}
		all = append(all, "close "+c)
		for _, x := range w.inside[c] {
			all = append(all, "take "+x)
		}
		for _, x := range w.hands {
			all = append(all, "put "+x+" in "+c)
		}
	}
	return all
}

func (w *rooms) step(action string) string {
	if !slices.Contains(w.admissible(), action) {
		return "You cannot do that."
	}
	verb, rest, _ := strings.Cut(action, " ")
	switch verb {
	case "move":
		w.here += map[string]int{"west": -1, "east": 1}[rest]
		return w.page()
	case "look":
		return w.page()
	case "open":
		w.open[rest] = true
		if len(w.inside[rest]) == 0 {
			return "You open the " + rest + ". It's empty inside."
		}
		return "You open the " + rest + ". The " + rest + " contains " + listing(w.inside[rest]) + "."
	case "close":
		w.open[rest] = false
		return "You close the " + rest + "."
	case "take":
		for c, things := range w.inside {
			if slices.Contains(things, rest) {
				w.inside[c] = slices.DeleteFunc(slices.Clone(things), func(x string) bool { return x == rest })
			}
		}
		w.hands = append(w.hands, rest)
		return "You take the " + rest + "."
	case "put":
		x, c, _ := strings.Cut(rest, " in ")
		w.hands = slices.DeleteFunc(slices.Clone(w.hands), func(y string) bool { return y == x })
		w.inside[c] = append(slices.Clone(w.inside[c]), x)
		return "You put the " + x + " in the " + c + "."
	}
	if len(w.hands) == 0 {
		return "Inventory: \n  Your hands are empty.\n"
	}
	return "Inventory: \n  a " + strings.Join(w.hands, "\n  a ") + "\n"
}

// wander records a walk of random steps in three rooms.
func wander(seed uint64, attempt, steps int) *producers.Recording {
	return wanderIn(3, seed, attempt, steps)
}

func wanderIn(rooms int, seed uint64, attempt, steps int) *producers.Recording {
	w := newRooms(rooms, seed)
	dice := rand.New(rand.NewPCG(seed, uint64(attempt)+50))
	return stroll(fmt.Sprintf("%d/%d", seed, attempt),
		producers.Task{ID: fmt.Sprint("rooms-", seed), Environment: "rooms", Instruction: "look about"},
		w, w.page(), func(all []string) string { return all[dice.IntN(len(all))] }, steps)
}

func TestItRemembersPlacesByTheirPages(t *testing.T) {
	var recordings []*producers.Recording
	for seed := range uint64(25) {
		for a := range 4 {
			recordings = append(recordings, wander(seed, a, 30))
		}
	}
	fitted, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	require.NotEmpty(t, fitted.Wording.Pages)
	require.Contains(t, fitted.Wording.Pages[0].Openings, "There is also ")
	require.Equal(t, "move east", fitted.Rules.Back["move west"])

	var stored bytes.Buffer
	require.NoError(t, fitted.Write(&stored))
	m, err := Read(&stored)
	require.NoError(t, err)
	var e exact
	for seed := range uint64(10) {
		e.follow(t, m, wander(seed, 20, 30), recordings)
	}
	require.Greater(t, e.share(e.states), 0.9)
	require.Greater(t, e.share(e.admissible), 0.9)
}

// A world of one room has no way to tell that its page is that of a place, but
// that it is all there is.
func TestOneRoomIsAPlace(t *testing.T) {
	var recordings []*producers.Recording
	for seed := range uint64(25) {
		for a := range 4 {
			recordings = append(recordings, wanderIn(1, seed, a, 30))
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	require.True(t, m.Wording.Pages[0].Wanders)
	var e exact
	for seed := range uint64(10) {
		e.follow(t, m, wanderIn(1, seed, 20, 30), recordings)
	}
	require.Greater(t, e.share(e.states), 0.9)
	require.Greater(t, e.share(e.admissible), 0.9)
}

func TestPagesAreWrittenAsTheyWereRead(t *testing.T) {
	var recordings []*producers.Recording
	for seed := range uint64(12) {
		recordings = append(recordings, wander(seed, 0, 30))
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	pages := 0
	for _, r := range recordings {
		k := m.walk(r)
		for i := range k.steps {
			if p := k.steps[i].reading.page; p != nil {
				require.Equal(t, r.Steps[i].Next.Text, written(m.Wording, k.scene, p))
				pages++
			}
		}
	}
	require.Greater(t, pages, 50)
}

func written(w *wording, s *scene, p *page) string {
	b := writer{w: w, s: s}
	b.page(p)
	return b.String()
}
