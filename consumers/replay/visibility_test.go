package replay_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/schema"
)

// run is the run that learns in these tests.
const run = "0199d5a4-0000-7000-8000-000000000001"

// canaries are episodes in every corner that the run may not see, by the name
// of the corner. Each is of the task and the group of what it may see.
var canaries = map[string]attempt{
	"another split":               {split: "valid_unseen"},
	"another split, its own run":  {split: "valid_seen", run: run, purpose: "train"},
	"an evaluation":               {purpose: "evaluate"},
	"an evaluation of its own":    {purpose: "evaluate", run: run},
	"a probe":                     {purpose: "probe", origin: "synthetic", model: "m"},
	"a probe of its own":          {purpose: "probe", run: run},
	"another environment":         {environment: "garden"},
	"another version":             {version: "2"},
	"another run's training":      {purpose: "train", run: "0199d5a4-0000-7000-8000-000000000002"},
	"training of a run unnamed":   {purpose: "train"},
	"retracted as an episode":     {},
	"retracted by its source":     {source: "withdrawn"},
	"a step retracted":            {},
	"later than the snapshot":     {},
	"an end without a transition": {},
}

// visible are the episodes that it may see.
var visible = map[string]attempt{
	"collected":             {won: true},
	"collected by its own":  {run: run},
	"trained by its own":    {run: run, purpose: "train"},
	"dreamed":               {origin: "synthetic", model: "m"},
	"of a run that trained": {run: "0199d5a4-0000-7000-8000-000000000002"},
}

// planted returns a session on a lake with the canaries in it.
func planted(t *testing.T, more attempt) *analytics.Session {
	p := newPool(t)
	plant := func(name string, a attempt) {
		a.id, a.task, a.group, a.policy, a.actions = name, "task", "group of "+name, "p", more.actions
		switch name {
		case "later than the snapshot":
		case "an end without a transition":
			p.end(a)
		default:
			p.play(a)
		}
	}
	for _, name := range slices.Sorted(mapKeys(visible)) {
		plant(name, visible[name])
	}
	for _, name := range slices.Sorted(mapKeys(canaries)) {
		plant(name, canaries[name])
	}
	p.note("retracted as an episode", "episode", "retracted as an episode", "retraction", `"why"`)
	p.note("s", "selector", `{"source":"withdrawn"}`, "retraction", `"why"`)
	for step := range max(len(more.actions), 2) {
		p.note("a step retracted", "event", fmt.Sprintf("a step retracted/%d", step), "retraction", `"why"`)
	}
	number := p.snapshot()
	p.play(attempt{id: "later than the snapshot", group: "group of later than the snapshot", policy: "p"})
	p.snapshot()
	p.compact()
	return p.session(number)
}

func mapKeys[V any](m map[string]V) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// seen is what the run may see: the version is that without a name, as another
// one is there.
func seen() replay.Visibility {
	return replay.Visibility{Environment: "house", EnvironmentVersion: new(""), RunID: run}
}

func read(t *testing.T, s *analytics.Session, v replay.Visibility) (all []*replay.Episode) {
	t.Helper()
	for e, err := range replay.Episodes(t.Context(), s, v) {
		require.NoError(t, err)
		all = append(all, e)
	}
	return all
}

func ids(episodes []*replay.Episode) (all []string) {
	for _, e := range episodes {
		all = append(all, e.ID)
	}
	return all
}

func TestNoCanaryIsAmongTheEpisodes(t *testing.T) {
	s := planted(t, attempt{})
	require.Equal(t, slices.Sorted(mapKeys(visible)), ids(read(t, s, seen())))
}

func TestWithoutARunOnlyOfflineDataIsVisible(t *testing.T) {
	v := seen()
	v.RunID = ""
	require.Equal(t, []string{"collected", "collected by its own", "dreamed", "of a run that trained"}, ids(read(t, planted(t, attempt{}), v)))
}

func TestOfflineDataIsLimitedToSourcesAndRuns(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", source: "books"})
	p.play(attempt{id: "b", source: "films"})
	p.play(attempt{id: "c", source: "songs", run: "collector"})
	p.play(attempt{id: "d", source: "songs", run: run})
	p.play(attempt{id: "e", source: "songs", run: run, purpose: "train"})
	p.play(attempt{id: "f", source: "songs", run: "another"})
	s := p.now()
	for want, v := range map[string]replay.Visibility{
		"a":       {Sources: []string{"books"}},
		"a c":     {Sources: []string{"books"}, Runs: []string{"collector"}},
		"b d e":   {Sources: []string{"films"}, RunID: run},
		"c":       {Runs: []string{"collector"}},
		"a b c d": {WithoutTasks: nil, Sources: []string{"books", "films"}, Runs: []string{"collector", run}},
	} {
		require.Equal(t, want, join(ids(read(t, s, v))))
	}
}

func join(all []string) (text string) {
	for i, s := range all {
		if i > 0 {
			text += " "
		}
		text += s
	}
	return text
}

func TestTasksAndOriginsAreLeftOut(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", task: "one"})
	p.play(attempt{id: "b", task: "two"})
	p.play(attempt{id: "c", task: "three", origin: "synthetic", model: "m"})
	s := p.now()
	require.Equal(t, "b", join(ids(read(t, s, replay.Visibility{WithoutTasks: []string{"one", "three"}}))))
	require.Equal(t, "c", join(ids(read(t, s, replay.Visibility{Origin: "synthetic"}))))
	require.Equal(t, "a b", join(ids(read(t, s, replay.Visibility{Origin: "real"}))))
}

// A task that is not there may be another one's id with a slip of the pen.
func TestOnlyTasksThatAreThereAreHeldOut(t *testing.T) {
	p := newPool(t)
	p.play(attempt{id: "a", task: "one"})
	p.play(attempt{id: "b", task: "two", split: "dev"})
	p.play(attempt{id: "c", task: "three", environment: "garden"})
	p.add(&schema.TaskRow{Envelope: schema.Envelope{Subject: "four", EventType: schema.TypeTaskProposed}, Task: schema.Task{Environment: new("house"), TaskID: "four", Instruction: new("fetch it"), Split: new("test"), Kind: new("seed")}})
	s := p.now()
	for _, held := range []string{"two", "four"} {
		v := house()
		v.WithoutTasks = []string{held}
		require.Equal(t, "a", join(ids(read(t, s, v))), held)
	}
	for _, missing := range []string{"three", "ones", ""} {
		v := house()
		v.WithoutTasks = []string{"two", missing}
		require.ErrorContains(t, firstError(t, s, v), fmt.Sprintf("task %q cannot be held out: as of snapshot 1 environment house has no such task", missing))
	}
}

func firstError(t *testing.T, s *analytics.Session, v replay.Visibility) error {
	t.Helper()
	for e, err := range replay.Episodes(t.Context(), s, v) {
		require.Nil(t, e)
		return err
	}
	t.Fatal("there was neither an episode nor an error")
	return nil
}

func TestOneEnvironmentInOneVersionIsNamed(t *testing.T) {
	s := planted(t, attempt{})
	err := firstError(t, s, replay.Visibility{})
	require.ErrorContains(t, err, `there are several environments to learn from, and they are never mixed: name one of garden without a version, house without a version, house version "2"`)
	err = firstError(t, s, replay.Visibility{Environment: "house"})
	require.ErrorContains(t, err, `environment house has several versions, and they are never mixed: name one of house without a version, house version "2"`)
	require.Len(t, read(t, s, replay.Visibility{Environment: "garden"}), 1, "there is one version of it")
	require.Len(t, read(t, s, replay.Visibility{EnvironmentVersion: new("2")}), 1, "there is one environment of this version")
}

func TestNothingToLearnFrom(t *testing.T) {
	s := planted(t, attempt{})
	for want, v := range map[string]replay.Visibility{
		`no transitions of moon that`:                                                 {Environment: "moon"},
		`no transitions of house version "3" that`:                                    {Environment: "house", EnvironmentVersion: new("3")},
		`no transitions of any environment version "3" that`:                          {EnvironmentVersion: new("3")},
		`no synthetic transitions of garden that`:                                     {Environment: "garden", Origin: "synthetic"},
		"; there are some of house without a version":                                 {Environment: "garden", Origin: "synthetic"},
		`none of these synthetic but of origin "real"`:                                {Environment: "garden", Origin: "synthetic"},
		`none of these of environment moon but of environment "garden", "house"`:      {Environment: "moon"},
		`of purpose collect, none of these of source nowhere but of source "`:         {Sources: []string{"nowhere"}},
		`of purpose collect, none of these of run nobody but of run_id "", "0199d5a4`: {Runs: []string{"nobody"}},
		`none of these of a task that is not held out: hold fewer out`:                {WithoutTasks: []string{"task"}},
	} {
		err := firstError(t, s, v)
		require.ErrorIs(t, err, replay.ErrNothingVisible)
		require.ErrorContains(t, err, want)
	}
	require.ErrorContains(t, firstError(t, s, replay.Visibility{Origin: "imagined"}), `origin "imagined": it is real or synthetic`)

	require.ErrorContains(t, firstError(t, s, replay.Visibility{MaxTransitions: -1}), "at most -1 transitions")

	p := newPool(t)
	p.play(attempt{id: "a", purpose: "evaluate"})
	err := firstError(t, p.now(), replay.Visibility{})
	require.ErrorIs(t, err, replay.ErrNothingVisible, "an evaluation is nothing")
	require.ErrorContains(t, err, `: 2 are there, none of these of purpose collect but of purpose "evaluate": import some, or play some to collect`)
	p.play(attempt{id: "b", split: "dev"})
	p.play(attempt{id: "c", split: "test"})
	require.ErrorContains(t, firstError(t, p.now(), replay.Visibility{Environment: "house"}), `: 6 are there, 2 of these of split train, none of these of purpose collect`)
	p = newPool(t)
	p.play(attempt{id: "b", split: "dev"})
	require.ErrorContains(t, firstError(t, p.now(), replay.Visibility{RunID: run}), `: 2 are there, none of these of split train but of split "dev": import or play some of split train`)
	require.ErrorContains(t, firstError(t, newPool(t).now(), replay.Visibility{}), "there are none at all: import or play some of split train")
}

// Names are names, whatever is in them; but what has a NUL byte in its name cannot
// be told from others by DuckDB's driver, and is not seen at all.
func TestStrangeNames(t *testing.T) {
	p := newPool(t)
	for _, name := range []string{"a", "a\x00b", "\x00", "ü", "Z", "\U0001F600", "a'; DROP TABLE x; --", "$tasks"} {
		p.play(attempt{id: "e" + name, task: name, instruction: name, source: "s" + name, run: "r" + name, won: true})
	}
	p.play(attempt{id: "x", environment: "house\x00x"})
	p.play(attempt{id: "y\x00", task: "a"})
	s := p.now()
	all := read(t, s, house())
	require.Equal(t, []string{"e$tasks", "eZ", "ea", "ea'; DROP TABLE x; --", "eü", "e\U0001F600"}, ids(all))
	for _, e := range all {
		require.NotNil(t, e.Success, "%q", e.ID)
	}
	v := house()
	v.Sources, v.WithoutTasks = []string{"sa", "sZ", "sa'; DROP TABLE x; --"}, []string{"Z", "$tasks"}
	require.Equal(t, []string{"ea", "ea'; DROP TABLE x; --"}, ids(read(t, s, v)))
	require.ErrorContains(t, firstError(t, s, replay.Visibility{WithoutTasks: []string{"a\x00b"}}), `"a\x00b" has a NUL byte in it`)

	d := demonstrations(t, s, house())
	p.play(attempt{id: "e1", task: "a\x00c"})
	p.play(attempt{id: "e2", task: "ü"})
	p.note("eü", "event", "eü/0", "reward", "0.5")
	require.NoError(t, d.Follow(t.Context(), p.now()))
	require.Equal(t, 14, d.Len())
	found, err := d.Retrieve(t.Context(), replay.Query{TaskID: "ü", EpisodeID: "e2", Action: "go to drawer 1", K: 1})
	require.NoError(t, err)
	require.Equal(t, 0.5, *found[0].Episode.Steps[0].Reward)
}
