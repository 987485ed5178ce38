package lifted

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
)

// fitted is a model of the toy, and what it was fitted to.
func fitted(t testing.TB) (*Model, []*producers.Recording) {
	recordings := recorded(toyTasks(40, 1), 4)
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	return m, recordings
}

// exact counts predictions that are right.
type exact struct{ steps, states, admissible, won, found, false int }

// follow predicts along a recording, telling the truth after each step.
func (e *exact) follow(t testing.TB, m *Model, r *producers.Recording, shown []*producers.Recording) {
	d, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &r.Steps[0].State, Seed: 1})
	require.NoError(t, err)
	for i := range r.Steps {
		s := &r.Steps[i]
		p, err := d.Predict(t.Context(), s.Action, demonstrate(shown, r.Task.ID, s.Action))
		require.NoError(t, err)
		e.steps++
		truth := slices.Sorted(slices.Values(s.Next.Admissible))
		if p.Text == s.Next.Text {
			e.states++
		}
		if slices.Equal(p.Admissible, truth) {
			e.admissible++
		}
		claimed := p.Success != nil && *p.Success
		switch {
		case wonAt(r, i):
			e.won++
			if claimed {
				e.found++
			}
		case claimed:
			e.false++
		}
		d.Advance(s.Action, s.Outcome())
	}
}

func (e *exact) share(n int) float64 { return float64(n) / float64(e.steps) }

func TestItPredictsTasksItKnows(t *testing.T) {
	m, recordings := fitted(t)
	var e exact
	for _, task := range toyTasks(40, 1)[:15] {
		e.follow(t, m, play(task, 50, 0.5, 30), recordings)
	}
	require.Greater(t, e.share(e.states), 0.95)
	require.Greater(t, e.share(e.admissible), 0.95)
	require.Zero(t, e.false, "a success was promised that was none")
	require.Equal(t, e.won, e.found)
	require.Positive(t, e.won)
}

func TestDemonstrationsOfTheTaskHelp(t *testing.T) {
	m, recordings := fitted(t)
	var with, without exact
	for _, task := range toyTasks(40, 1)[:15] {
		r := play(task, 60, 0.6, 30)
		with.follow(t, m, r, recordings)
		without.follow(t, m, r, nil)
	}
	require.Greater(t, with.states, without.states)
	require.GreaterOrEqual(t, with.admissible, without.admissible)
}

func TestItKnowsTheRulesInTasksItHasNeverSeen(t *testing.T) {
	m, _ := fitted(t)
	var e exact
	for _, task := range toyTasks(15, 2) {
		e.follow(t, m, play(task, 0, 0.4, 30), nil)
	}
	require.Greater(t, e.share(e.states), 0.7, "what a box holds must be guessed; all else must not")
	require.Zero(t, e.false)
}

func TestADreamIsConsistentWithItself(t *testing.T) {
	m, _ := fitted(t)
	for _, task := range toyTasks(10, 3) {
		start := newToy(task).start()
		d, err := m.Begin(t.Context(), producers.Beginning{Task: producers.Task{ID: task.id, Instruction: task.instruction()}, Start: &start, Seed: 5})
		require.NoError(t, err)
		step := func(action string) producers.Prediction {
			p, err := d.Predict(t.Context(), action, nil)
			require.NoError(t, err)
			d.Advance(action, p.Outcome)
			return p
		}
		first := step("go to shelf 1")
		step("go to shelf 2")
		again := step("go to shelf 1")
		require.Equal(t, first.Text, again.Text, "what was imagined must stay so")
		require.Equal(t, first.Admissible, again.Admissible)
		require.Contains(t, first.Reasoning, "imagined")
	}
}

func TestADreamThatGoesOnKeepsItsOwnMovesInMind(t *testing.T) {
	m, recordings := fitted(t)
	task := toyTasks(40, 1)[0]
	w := newToy(task)
	start := w.start()
	d, err := m.Begin(t.Context(), producers.Beginning{Task: producers.Task{ID: task.id, Instruction: task.instruction()}, Start: &start, Seed: 1})
	require.NoError(t, err)
	for _, action := range w.way() {
		p, err := d.Predict(t.Context(), action, demonstrate(recordings, task.id, action))
		require.NoError(t, err)
		text, won := w.step(action)
		require.Equal(t, text, p.Text, action)
		require.Equal(t, won, p.Terminated, action)
		if won {
			require.InDelta(t, 1, *p.Reward, 0)
			require.Contains(t, p.Reasoning, "reaches the goal")
		} else {
			require.InDelta(t, 0, *p.Reward, 0)
		}
		d.Advance(action, p.Outcome)
	}
}

func TestWhatCannotBeDoneChangesNothing(t *testing.T) {
	m, _ := fitted(t)
	start := newToy(toyTasks(1, 4)[0]).start()
	d, err := m.Begin(t.Context(), producers.Beginning{Task: producers.Task{ID: "x"}, Start: &start, Seed: 1})
	require.NoError(t, err)
	for _, action := range []string{"take mug 1 from shelf 1", "dance", "", "open \uE000 [ ]", strings.Repeat("x ", 5000)} {
		p, err := d.Predict(t.Context(), action, nil)
		require.NoError(t, err)
		require.False(t, *p.Valid)
		require.Equal(t, "That leads nowhere.", p.Text)
		require.ElementsMatch(t, start.Admissible, p.Admissible)
		d.Advance(action, p.Outcome)
	}
}

func TestTheSameFitIsTheSameArtefact(t *testing.T) {
	m, recordings := fitted(t)
	again, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	var a, b, c bytes.Buffer
	require.NoError(t, m.Write(&a))
	require.NoError(t, again.Write(&b))
	require.Equal(t, a.Bytes(), b.Bytes())
	read, err := Read(bytes.NewReader(a.Bytes()))
	require.NoError(t, err)
	require.Equal(t, m.Model(), read.Model())
	require.Equal(t, m.Summary(), read.Summary())
	for i, field := range reflect.VisibleFields(reflect.TypeOf(m).Elem()) {
		if field.IsExported() && field.Name != "Kinds" { // which forgets what task it is from
			require.Equal(t, reflect.ValueOf(m).Elem().Field(i).Interface(), reflect.ValueOf(read).Elem().Field(i).Interface(), field.Name)
		}
	}
	require.NoError(t, read.Write(&c))
	require.Equal(t, a.Bytes(), c.Bytes())
}

// dreamt walks through a dream by a fixed choice of actions, and returns all
// that was predicted.
func dreamt(t testing.TB, m *Model, task toyTask, recordings []*producers.Recording) []string {
	start := newToy(task).start()
	d, err := m.Begin(t.Context(), producers.Beginning{Task: producers.Task{ID: task.id, Instruction: task.instruction()}, Start: &start, Seed: 3})
	require.NoError(t, err)
	var lines []string
	state := start
	for i := range 20 {
		actions := slices.Sorted(slices.Values(state.Admissible))
		action := actions[(i*7)%len(actions)]
		p, err := d.Predict(t.Context(), action, demonstrate(recordings, task.id, action))
		require.NoError(t, err)
		lines = append(lines, action, p.Text, strings.Join(p.Admissible, "|"), p.Reasoning)
		d.Advance(action, p.Outcome)
		state = p.Observation
	}
	return lines
}

func TestAModelThatWasReadDreamsAlikeFromManyGoroutines(t *testing.T) {
	m, recordings := fitted(t)
	var stored bytes.Buffer
	require.NoError(t, m.Write(&stored))
	read, err := Read(&stored)
	require.NoError(t, err)
	task := toyTasks(40, 1)[3]
	want := dreamt(t, m, task, recordings)
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if got := dreamt(t, read, task, recordings); !slices.Equal(want, got) {
				t.Errorf("the dreams differ")
			}
		})
	}
	wait.Wait()
}

func TestADamagedArtefactIsRefused(t *testing.T) {
	m, _ := fitted(t)
	var stored bytes.Buffer
	require.NoError(t, m.Write(&stored))
	for name, damage := range map[string]func([]byte) []byte{
		"cut":    func(b []byte) []byte { return b[:len(b)/2] },
		"empty":  func([]byte) []byte { return nil },
		"text":   func([]byte) []byte { return []byte("no model") },
		"zipped": func([]byte) []byte { return zipped("{}") },
		"other":  func([]byte) []byte { return zipped(`{"format":"dreamlog lifted experience model","version":99}`) },
		"more": func([]byte) []byte {
			return zipped(`{"format":"dreamlog lifted experience model","version":1,"colour":1}`)
		},
		"parts": func([]byte) []byte { return zipped(`{"format":"dreamlog lifted experience model","version":1}`) },
	} {
		_, err := Read(bytes.NewReader(damage(bytes.Clone(stored.Bytes()))))
		require.Error(t, err, name)
	}
	plain := unzipped(t, stored.Bytes())
	_, err := Read(bytes.NewReader(zipped(strings.Replace(plain, `"Yes":1,`, `"Yes":0,`, 1))))
	require.ErrorContains(t, err, "leads nowhere")
}

func zipped(text string) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(text))
	_ = z.Close()
	return b.Bytes()
}

func unzipped(t testing.TB, b []byte) string {
	z, err := gzip.NewReader(bytes.NewReader(b))
	require.NoError(t, err)
	text, err := io.ReadAll(z)
	require.NoError(t, err)
	return string(text)
}

func TestThereMustBeSomethingToLearnFrom(t *testing.T) {
	_, err := Fit(t.Context(), All(nil), Options{})
	require.ErrorIs(t, err, ErrNothing)
	broken := errors.New("the lake is gone")
	_, err = Fit(t.Context(), func(yield func(*producers.Recording, error) bool) { yield(nil, broken) }, Options{})
	require.ErrorIs(t, err, broken)
}

func TestOneModelIsOfOneEnvironment(t *testing.T) {
	recordings := recorded(toyTasks(2, 1), 1)
	other := *recordings[1]
	other.Task.EnvironmentVersion = "2"
	_, err := Fit(t.Context(), All([]*producers.Recording{recordings[0], &other}), Options{})
	require.ErrorContains(t, err, "fit one model to each")
}

func TestASingleEpisodeIsEnoughForAModelThatPromisesNothing(t *testing.T) {
	recordings := recorded(toyTasks(1, 1), 1)
	m, err := Fit(t.Context(), All(recordings), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, m.Summary().Tasks)
	var e exact
	for _, task := range toyTasks(5, 7) {
		e.follow(t, m, play(task, 0, 0.3, 20), nil)
	}
	require.Zero(t, e.false+e.found)
}

func TestItAbstainsBelowAFewWins(t *testing.T) {
	few, err := Fit(t.Context(), All(recorded(toyTasks(3, 1), 1)), Options{})
	require.NoError(t, err)
	require.Nil(t, few.Goals.of("put a \uE000 in a \uE001"))
	many, _ := fitted(t)
	require.NotNil(t, many.Goals.of("put a \uE000 in a \uE001"))
	require.Nil(t, many.Goals.of("put a burning \uE000 in a \uE001"), "a word that was never won may demand anything")
}

func TestItSaysThatTheEnvironmentIsRandom(t *testing.T) {
	recordings := recorded(toyTasks(10, 1), 3)
	twin := *recordings[0]
	twin.EpisodeID = "twin"
	twin.Steps = slices.Clone(twin.Steps)
	twin.Steps[0].Next.Text = "Something else happens."
	m, err := Fit(t.Context(), All(append(recordings, &twin)), Options{})
	require.NoError(t, err)
	require.Equal(t, 1, m.Summary().Contradicted)
	require.Contains(t, dreamt(t, m, toyTasks(1, 5)[0], nil)[3], "environment is random")
}

func TestItDoesWithoutAdmissibleActions(t *testing.T) {
	recordings := recorded(toyTasks(20, 1), 3)
	for _, r := range recordings {
		for i := range r.Steps {
			r.Steps[i].State.Admissible, r.Steps[i].Next.Admissible = nil, nil
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{})
	require.NoError(t, err)
	r := recordings[1]
	d, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &r.Steps[0].State})
	require.NoError(t, err)
	right := 0
	for i := range r.Steps {
		p, err := d.Predict(t.Context(), r.Steps[i].Action, demonstrate(recordings, r.Task.ID, r.Steps[i].Action))
		require.NoError(t, err)
		require.Nil(t, p.Admissible)
		if p.Text == r.Steps[i].Next.Text {
			right++
		}
		d.Advance(r.Steps[i].Action, r.Steps[i].Outcome())
	}
	require.Greater(t, right*10, len(r.Steps)*6)
}

func TestAnUnseenTaskBeginsLikeTheOneMostAlike(t *testing.T) {
	m, recordings := fitted(t)
	like := producers.Demonstration{Recording: recordings[0], Similarity: .9}
	d, err := m.Begin(t.Context(), producers.Beginning{
		Task: producers.Task{ID: "new", Instruction: "put a washed pen in a shelf"}, Demonstrations: []producers.Demonstration{like}})
	require.NoError(t, err)
	require.Contains(t, d.Start().Text, "Your task: put a washed pen in a shelf.")
	require.Equal(t, recordings[0].Steps[0].State.Admissible, d.Start().Admissible)
}

// FuzzModel fits a model to arbitrary text, and asks it arbitrary questions.
func FuzzModel(f *testing.F) {
	f.Add("go to box 1|open box 1|take mug 2 from box 1", "You see a mug 2, a pen 1, and a box 1.|The box 1 is shut.\nNothing.", "go to box 1")
	f.Add("move south|look around", "You are in the hall. There is a cat. You also see a dog. \nTo the South you see the pantry. ", "move south")
	f.Add("click[a b]|search[", "[\uE020] \uE000\uE030|\n\n.", "click[\uE010]")
	f.Fuzz(func(t *testing.T, commands, texts, question string) {
		actions, shown := strings.Split(commands, "|"), strings.Split(texts, "|")
		var recordings []*producers.Recording
		for e := range 4 {
			r := &producers.Recording{EpisodeID: strconv.Itoa(e), Origin: "real", Task: producers.Task{ID: strconv.Itoa(e / 2), Environment: "any", Instruction: texts}}
			state := producers.Observation{Text: shown[0], Admissible: actions}
			for i := range 6 {
				next := producers.Observation{Text: shown[(i*e+i)%len(shown)], Admissible: actions[:(i+e)%len(actions)+1]}
				r.Steps = append(r.Steps, producers.RecordedStep{State: state, Action: actions[(i+e)%len(actions)], Next: next, Terminated: i == 5})
				state = next
			}
			r.Success = new(e%2 == 0)
			recordings = append(recordings, r)
		}
		m, err := Fit(t.Context(), All(recordings), Options{})
		if err != nil {
			t.Fatal(err)
		}
		var stored bytes.Buffer
		if err := m.Write(&stored); err != nil {
			t.Fatal(err)
		}
		read, err := Read(&stored)
		if err != nil {
			t.Fatal("what was written cannot be read:", err)
		}
		d, err := read.Begin(t.Context(), producers.Beginning{Task: recordings[0].Task, Start: &recordings[0].Steps[0].State})
		if err != nil {
			t.Fatal(err)
		}
		for i := range 8 {
			action := question
			if i%2 == 0 {
				action = actions[i%len(actions)]
			}
			p, err := d.Predict(t.Context(), action, []producers.Demonstration{{Recording: recordings[i%4], Index: i % 6}})
			if err != nil {
				t.Fatal(err)
			}
			d.Advance(action, p.Outcome)
		}
	})
}

// FuzzRead reads arbitrary artefacts; one that is taken must answer.
func FuzzRead(f *testing.F) {
	m, recordings := fitted(f)
	text, err := m.bytes()
	require.NoError(f, err)
	f.Add(string(text))
	f.Add(strings.ReplaceAll(string(text), `"Feature":0`, `"Feature":4000`))
	f.Add(strings.ReplaceAll(string(text), `"Class":1`, `"Class":0`))
	f.Fuzz(func(t *testing.T, text string) {
		m, err := Read(bytes.NewReader(zipped(text)))
		if err != nil {
			return
		}
		r := recordings[1]
		d, err := m.Begin(t.Context(), producers.Beginning{Task: r.Task, Start: &r.Steps[0].State})
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Steps[:min(4, len(r.Steps))] {
			if _, err := d.Predict(t.Context(), r.Steps[i].Action, nil); err != nil {
				t.Fatal(err)
			}
			d.Advance(r.Steps[i].Action, r.Steps[i].Outcome())
		}
	})
}

// BenchmarkPredict measures the model alone along recorded episodes, with what
// it takes to begin each and to take in what really came.
func BenchmarkPredict(b *testing.B) {
	m, recordings := fitted(b)
	steps, next := 0, 0
	for b.Loop() {
		r := recordings[next%len(recordings)]
		next++
		d, err := m.Begin(b.Context(), producers.Beginning{Task: r.Task, Start: &r.Steps[0].State})
		require.NoError(b, err)
		for i := range r.Steps {
			if _, err := d.Predict(b.Context(), r.Steps[i].Action, nil); err != nil {
				b.Fatal(err)
			}
			d.Advance(r.Steps[i].Action, r.Steps[i].Outcome())
			steps++
		}
	}
	b.ReportMetric(float64(steps)/b.Elapsed().Seconds(), "predictions/s")
}

// Data that never says what is admissible next teaches nothing of it: then the
// model does not say either. A command like none before changes nothing.
func TestWhatIsAdmissibleNextStaysUnsaid(t *testing.T) {
	recordings := recorded(toyTasks(20, 3), 2)
	for _, r := range recordings {
		for i := range r.Steps {
			r.Steps[i].Next.Admissible = nil
		}
	}
	m, err := Fit(t.Context(), All(recordings), Options{Seed: 1})
	require.NoError(t, err)
	start := recordings[0].Steps[0].State
	d, err := m.Begin(t.Context(), producers.Beginning{Task: recordings[0].Task, Start: &start})
	require.NoError(t, err)
	p, err := d.Predict(t.Context(), "go to box 1", nil)
	require.NoError(t, err)
	require.Nil(t, p.Admissible)
	p, err = d.Predict(t.Context(), "juggle", nil)
	require.NoError(t, err)
	require.Nil(t, p.Admissible)
	require.NotEmpty(t, p.Text)
}
