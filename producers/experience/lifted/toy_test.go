package lifted

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/producers"
)

// toy is a small household, of which the tests know everything: boxes that are
// shut, shelves, things to carry, and a lamp to wash things under.
type toy struct {
	places []string
	open   map[string]bool
	at     map[string][]string // things by place, sorted
	here   string
	hands  []string
	washed map[string]bool
	task   toyTask
}

// toyTask asks for a thing of a type, maybe a washed one, in a place of a type.
type toyTask struct {
	id, thing, place string
	wash             bool
	seed             uint64
}

func (t toyTask) instruction() string {
	if t.wash {
		return fmt.Sprintf("put a washed %s in a %s", t.thing, t.place)
	}
	return fmt.Sprintf("put a %s in a %s", t.thing, t.place)
}

var toyThings = []string{"mug", "apple", "pen", "book", "plate"}

func toyTasks(n int, seed uint64) []toyTask {
	dice := rand.New(rand.NewPCG(seed, 9))
	var tasks []toyTask
	for i := range n {
		tasks = append(tasks, toyTask{
			id: fmt.Sprintf("toy-%d-%d", seed, i), thing: toyThings[dice.IntN(len(toyThings))],
			place: []string{"box", "shelf"}[dice.IntN(2)], wash: dice.IntN(2) == 0, seed: dice.Uint64(),
		})
	}
	return tasks
}

func newToy(task toyTask) *toy {
	dice := rand.New(rand.NewPCG(task.seed, 1))
	w := &toy{task: task, open: map[string]bool{}, at: map[string][]string{}, washed: map[string]bool{}}
	for i := range 3 {
		w.places = append(w.places, fmt.Sprintf("box %d", i+1), fmt.Sprintf("shelf %d", i+1))
	}
	w.places = append(w.places, "tap 1")
	slices.Sort(w.places)
	for _, thing := range toyThings {
		for i := range 1 + dice.IntN(2) {
			p := w.places[dice.IntN(len(w.places)-1)]
			w.at[p] = append(w.at[p], fmt.Sprintf("%s %d", thing, i+1))
		}
	}
	for _, things := range w.at {
		slices.Sort(things)
	}
	return w
}

func (w *toy) start() producers.Observation {
	return producers.Observation{Text: "You stand in a room with " + listing(w.places) + ".\n\nYour task: " + w.task.instruction() + ".", Admissible: w.admissible()}
}

// listing writes a list as the toy does.
func listing(items []string) string {
	var with []string
	for _, i := range items {
		with = append(with, "a "+i)
	}
	switch len(with) {
	case 0:
		return "nothing"
	case 1:
		return with[0]
	}
	return strings.Join(with[:len(with)-1], ", ") + ", and " + with[len(with)-1]
}

func (w *toy) holds(place string) bool {
	return !strings.HasPrefix(place, "box") || w.open[place]
}

func (w *toy) admissible() []string {
	all := []string{"look at hands"}
	for _, p := range w.places {
		if p != w.here {
			all = append(all, "go to "+p)
		}
	}
	if w.here == "" {
		return all
	}
	if strings.HasPrefix(w.here, "box") {
		if w.open[w.here] {
			all = append(all, "close "+w.here)
		} else {
			all = append(all, "open "+w.here)
		}
	}
	if w.holds(w.here) {
		for _, x := range w.at[w.here] {
			all = append(all, "take "+x+" from "+w.here)
		}
		for _, x := range w.hands {
			all = append(all, "put "+x+" in "+w.here)
		}
	}
	if w.here == "tap 1" {
		for _, x := range w.hands {
			all = append(all, "wash "+x+" under "+w.here)
		}
	}
	return all
}

func (w *toy) describe(place string) string {
	switch {
	case strings.HasPrefix(place, "box") && !w.open[place]:
		return "The " + place + " is shut."
	case strings.HasPrefix(place, "box"):
		return "The " + place + " is open. In it you see " + listing(w.at[place]) + "."
	}
	return "On the " + place + " you see " + listing(w.at[place]) + "."
}

// step answers an action; won says whether the task is solved.
func (w *toy) step(action string) (text string, won bool) {
	if !slices.Contains(w.admissible(), action) {
		return "That leads nowhere.", false
	}
	words := strings.Fields(action)
	switch words[0] {
	case "go":
		w.here = strings.Join(words[2:], " ")
		return "You walk to the " + w.here + ". " + w.describe(w.here), false
	case "open":
		w.open[w.here] = true
		return "You lift the lid. " + w.describe(w.here), false
	case "close":
		w.open[w.here] = false
		return "You shut the " + w.here + ".", false
	case "take":
		x := words[1] + " " + words[2]
		w.at[w.here] = slices.DeleteFunc(slices.Clone(w.at[w.here]), func(y string) bool { return y == x })
		w.hands = append(w.hands, x)
		return "You take the " + x + " from the " + w.here + ".", false
	case "put":
		x := words[1] + " " + words[2]
		w.hands = slices.DeleteFunc(slices.Clone(w.hands), func(y string) bool { return y == x })
		w.at[w.here] = append(slices.Clone(w.at[w.here]), x)
		slices.Sort(w.at[w.here])
		return "You put the " + x + " in the " + w.here + ".", w.solved(x)
	case "wash":
		w.washed[words[1]+" "+words[2]] = true
		return "Water runs over the " + words[1] + " " + words[2] + ".", false
	}
	if len(w.hands) == 0 {
		return "Your hands are empty.", false
	}
	return "You carry " + listing(w.hands) + ".", false
}

func (w *toy) solved(x string) bool {
	return strings.HasPrefix(x, w.task.thing+" ") && strings.HasPrefix(w.here, w.task.place+" ") && (!w.task.wash || w.washed[x])
}

// way returns actions that solve the task.
func (w *toy) way() []string {
	for _, p := range w.places {
		for _, x := range w.at[p] {
			if !strings.HasPrefix(x, w.task.thing+" ") {
				continue
			}
			way := []string{"go to " + p}
			if strings.HasPrefix(p, "box") {
				way = append(way, "open "+p)
			}
			way = append(way, "take "+x+" from "+p)
			if w.task.wash {
				way = append(way, "go to tap 1", "wash "+x+" under tap 1")
			}
			target := w.task.place + " 1"
			if target == p {
				target = w.task.place + " 2"
			}
			way = append(way, "go to "+target)
			if w.task.place == "box" {
				way = append(way, "open "+target)
			}
			return append(way, "put "+x+" in "+target)
		}
	}
	return nil
}

// play records an episode: of the way that solves the task, with random steps
// between at a rate.
func play(task toyTask, attempt int, noise float64, limit int) *producers.Recording {
	w := newToy(task)
	dice := rand.New(rand.NewPCG(task.seed, uint64(attempt)+100))
	r := &producers.Recording{EpisodeID: fmt.Sprintf("%s/%d", task.id, attempt), Origin: "real",
		Task: producers.Task{ID: task.id, Environment: "toy", EnvironmentVersion: "1", Split: "train", Instruction: task.instruction()}}
	state := w.start()
	for i := range limit {
		var action string
		if dice.Float64() < noise {
			all := append(slices.Clone(state.Admissible), "take moon 1 from box 1", "dance", "open shelf 1", "wash mug 1 under box 1")
			action = all[dice.IntN(len(all))]
		} else {
			action = remaining(w, w.way())
		}
		text, won := w.step(action)
		next := producers.Observation{Text: text, Admissible: w.admissible()}
		reward := 0.0
		if won {
			reward = 1
		}
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprintf("%s/%d", r.EpisodeID, i), Step: int64(i), State: state, Action: action, Next: next,
			Valid: new(slices.Contains(state.Admissible, action)), Reward: &reward, Terminated: won, Truncated: !won && i == limit-1,
		})
		state = next
		if won {
			r.Success = new(true)
			return r
		}
	}
	r.Success = new(false)
	return r
}

// remaining returns the next action towards the goal from where the toy is.
func remaining(w *toy, way []string) string {
	var x string
	for _, h := range w.hands {
		if strings.HasPrefix(h, w.task.thing+" ") {
			x = h
		}
	}
	if x == "" {
		for _, a := range way {
			there := strings.HasPrefix(a, "go to ") && w.here == strings.TrimPrefix(way[0], "go to ")
			if slices.Contains(w.admissible(), a) && !there {
				return a
			}
		}
		return way[0]
	}
	if w.task.wash && !w.washed[x] {
		if w.here != "tap 1" {
			return "go to tap 1"
		}
		return "wash " + x + " under tap 1"
	}
	if !strings.HasPrefix(w.here, w.task.place+" ") {
		return "go to " + w.task.place + " 1"
	}
	if !w.holds(w.here) {
		return "open " + w.here
	}
	return "put " + x + " in " + w.here
}

// stroll records so many actions, picked among the admissible ones, in a world
// that first says something.
func stroll(id string, task producers.Task, w interface {
	admissible() []string
	step(action string) string
}, first string, pick func(admissible []string) string, steps int) *producers.Recording {
	r := &producers.Recording{EpisodeID: id, Origin: "real", Task: task}
	state := producers.Observation{Text: first, Admissible: w.admissible()}
	for i := range steps {
		action := pick(state.Admissible)
		next := producers.Observation{Text: w.step(action), Admissible: w.admissible()}
		r.Steps = append(r.Steps, producers.RecordedStep{
			EventID: fmt.Sprintf("%s/%d", id, i), Step: int64(i), State: state, Action: action, Next: next,
		})
		state = next
	}
	return r
}

// recorded plays each task so often, the later attempts with more noise.
func recorded(tasks []toyTask, attempts int) []*producers.Recording {
	var all []*producers.Recording
	for _, t := range tasks {
		for a := range attempts {
			all = append(all, play(t, a, float64(a)*0.3, 30))
		}
	}
	return all
}

// demonstrate returns the steps of recordings that have an action, as a
// retriever would.
func demonstrate(recordings []*producers.Recording, task, action string) []producers.Demonstration {
	var found []producers.Demonstration
	for _, r := range recordings {
		for i := range r.Steps {
			if r.Task.ID == task && r.Steps[i].Action == action && len(found) < 5 {
				found = append(found, producers.Demonstration{Recording: r, Index: i, Similarity: 1})
			}
		}
	}
	return found
}
