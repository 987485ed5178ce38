package dream_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/dream"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
	"github.com/dreamlog/dreamlog/producers/experience/copy"
	"github.com/dreamlog/dreamlog/schema"
)

// everything has each action in each state.
func everything() *buffer {
	return &buffer{recordings: []*producers.Recording{
		recorded("lost", "a", "real", "wait", "up", "wait", "down", "down", "up", "up", "wait", "down"),
		recorded("long", "a", "real", "wait", "up", "up", "up"),
		recorded("won", "a", "real", "up", "up", "up"),
		recorded("dreamt", "a", "synthetic", "up"),
	}}
}

func TestADreamIsAnEnvironment(t *testing.T) {
	for name, model := range map[string]producers.ExperienceModel{"a model of rules": &climber{}, "copy": copy.New()} {
		t.Run(name, func(t *testing.T) {
			environmenttest.Run(t, func(t *testing.T) producers.Environment {
				return opened(t, dream.Options{Model: model, Retriever: everything(), K: 2})
			}, environmenttest.Options{UnderstandsAll: name == "copy"})
		})
	}
}

func TestAPredictionIsGroundedAndSaysHow(t *testing.T) {
	e := opened(t, dream.Options{Model: &climber{}, Retriever: everything(), K: 2})
	require.Equal(t, producers.Model{ID: "climber", Version: "3"}, e.Model())
	require.EqualValues(t, 7, *e.BufferSnapshot())
	require.Equal(t, 2, e.Demonstrations())
	s, start := begun(t, e, "a")
	require.Equal(t, stair(0), start.Observation)
	o := take(t, s, "up")
	require.Equal(t, "step 1", o.Text)
	require.Zero(t, *o.Reward)
	require.Equal(t, []string{"lost/1", "lost/5"}, ids(o.Dreamed.Demonstrations))
	require.Equal(t, "2 demonstrations", o.Dreamed.Reasoning)
	require.EqualValues(t, 7, *o.Dreamed.BufferSnapshot)
	require.Equal(t, []schema.Call{{Response: "up"}}, o.Dreamed.Calls)
	o = take(t, s, "up", "up")
	require.True(t, o.Terminated)
	require.True(t, *o.Success)
	require.Equal(t, 1.0, *o.Reward)
}

func TestWithoutDemonstrations(t *testing.T) {
	for _, o := range []dream.Options{{Model: &climber{}}, {Model: &climber{}, Retriever: everything()}, {Model: &climber{}, K: 3}} {
		s, _ := begun(t, opened(t, o), "a")
		came := take(t, s, "up")
		require.Nil(t, came.Dreamed.Demonstrations)
		require.Equal(t, o.Retriever == nil, came.Dreamed.BufferSnapshot == nil, "the first state is from there, too")
	}
}

// Where the first state comes from stands in the info of the first step.
func TestFirstStates(t *testing.T) {
	var told producers.Beginning
	model := &climber{begun: &told}
	e := opened(t, dream.Options{Model: model, Retriever: everything()})
	s, _ := begun(t, e, "a")
	require.Equal(t, "step 0", told.Start.Text)
	require.Regexp(t, `^{"first_state":"demonstrated","first_state_from":"(lost|long|won)/0"}$`, string(*take(t, s, "up").Info), "real ones before synthetic ones")
	require.Nil(t, take(t, s, "up").Info, "only the first step says it")

	s, start := begun(t, e, "b")
	require.Nil(t, told.Start)
	require.Len(t, told.Demonstrations, 4, "tasks alike help to imagine")
	require.Nil(t, start.Walkthrough, "nobody solved it")
	require.Equal(t, schema.JSON(`{"first_state":"imagined"}`), *take(t, s, "up").Info)

	model.dull = true
	_, err := s.Reset(t.Context(), task("b"), 1)
	require.ErrorContains(t, err, "task b has no beginning")
	require.ErrorContains(t, err, "model climber imagined none")
}

func TestAnEmptyFirstStateIsNoBeginning(t *testing.T) {
	r := recorded("mute", "a", "real", "up", "up")
	r.Steps[0].State = producers.Observation{}
	s, err := opened(t, dream.Options{Model: copy.New(), Retriever: &buffer{recordings: []*producers.Recording{r}}}).Open(t.Context())
	require.NoError(t, err)
	_, err = s.Reset(t.Context(), task("a"), 1)
	require.ErrorContains(t, err, "the first state that was recorded of it, by event mute/0, is empty")
}

func TestTheSeedDrawsTheFirstState(t *testing.T) {
	e := opened(t, dream.Options{Model: &climber{}, Retriever: everything()})
	s, err := e.Open(t.Context())
	require.NoError(t, err)
	first := func(seed int64) string {
		_, err := s.Reset(t.Context(), task("a"), seed)
		require.NoError(t, err)
		return string(*take(t, s, "up").Info)
	}
	drawn := map[string]bool{}
	for seed := range int64(50) {
		require.Equal(t, first(seed), first(seed))
		drawn[first(seed)] = true
	}
	require.Len(t, drawn, 3)
}

func TestTheWalkthroughIsTheShortestRecordedSuccess(t *testing.T) {
	_, start := begun(t, opened(t, dream.Options{Model: &climber{}, Retriever: everything()}), "a")
	actions, err := start.Walkthrough(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"up", "up", "up"}, actions)
	gaps := recorded("gaps", "a", "real", "up", "up", "up")
	gaps.Steps = slices.Delete(gaps.Steps, 1, 2)
	elsewhere := recorded("elsewhere", "a", "real", "up", "up", "up")
	elsewhere.Steps[0].State.Text = "another stair"
	for _, r := range []*producers.Recording{gaps, elsewhere, recorded("dreamt", "a", "synthetic", "up", "up", "up"), recorded("lost", "a", "real", "up")} {
		begin := recorded("begin", "a", r.Origin, "wait")
		k := &buffer{recordings: []*producers.Recording{begin, r}}
		e := opened(t, dream.Options{Model: &climber{}, Retriever: k})
		s, err := e.Open(t.Context())
		require.NoError(t, err)
		for seed := range int64(10) {
			start, err := s.Reset(t.Context(), task("a"), seed)
			require.NoError(t, err)
			if start.Text == "step 0" {
				require.Nil(t, start.Walkthrough, r.EpisodeID)
			}
		}
	}
}

// What an outcome is worth follows from it alone, whatever the model rewards.
func TestRewards(t *testing.T) {
	for name, test := range map[string]struct {
		bend   func(int, *producers.Prediction)
		dense  bool
		reward float64
		over   bool
	}{
		"none predicted":          {func(_ int, p *producers.Prediction) { p.Reward = nil }, false, 0, false},
		"on the way":              {func(_ int, p *producers.Prediction) { p.Reward = new(0.3) }, false, 0, false},
		"on the way, dense":       {func(_ int, p *producers.Prediction) { p.Reward = new(0.3) }, true, 0.3, false},
		"none predicted, dense":   {func(_ int, p *producers.Prediction) { p.Reward = nil }, true, 0, false},
		"a success":               {func(_ int, p *producers.Prediction) { p.Terminated, p.Success = true, new(true) }, false, 1, true},
		"a failure":               {func(_ int, p *producers.Prediction) { p.Terminated, p.Success, p.Reward = true, new(false), new(1.0) }, false, 0, true},
		"an end without verdict":  {func(_ int, p *producers.Prediction) { p.Terminated, p.Reward = true, new(1.0) }, false, 0, true},
		"success of what is said": {func(_ int, p *producers.Prediction) { p.Success, p.Terminated, p.Valid = new(true), true, new(false) }, true, 0, false},
	} {
		t.Run(name, func(t *testing.T) {
			s, _ := begun(t, opened(t, dream.Options{Model: &climber{bend: test.bend}, Dense: test.dense}), "a")
			action := "wait"
			if name == "success of what is said" {
				action = "sing" // which is not admissible
			}
			o := take(t, s, action)
			require.Equal(t, test.reward, *o.Reward)
			require.Equal(t, test.over, o.Over())
			require.Equal(t, test.over, o.Reason != "")
		})
	}
}

// An action that is not understood leads to where the model says, for nothing.
func TestAnInvalidActionFails(t *testing.T) {
	s, _ := begun(t, opened(t, dream.Options{Model: &climber{}}), "a")
	o := take(t, s, "sing")
	require.Equal(t, "What?", o.Text)
	require.False(t, *o.Valid)
	require.Zero(t, *o.Reward)
	require.False(t, o.Over())
	require.Equal(t, "step 1", take(t, s, "up").Text)
}

func TestWhatIsNotThereIsSaid(t *testing.T) {
	for message, o := range map[string]dream.Options{
		"no experience model": {Tasks: []producers.Task{task("a")}},
		"no task to dream":    {Model: &climber{}},
		"-1 demonstrations":   {Model: &climber{}, Tasks: []producers.Task{task("a")}, K: -1},
	} {
		_, err := dream.New(o)
		require.ErrorContains(t, err, message)
	}
	failing := &buffer{fails: errors.New("the disk is gone")}
	e := opened(t, dream.Options{Model: &climber{}, Retriever: failing, K: 1})
	s, err := e.Open(t.Context())
	require.NoError(t, err)
	_, err = s.Reset(t.Context(), task("a"), 1)
	require.ErrorContains(t, err, "look for beginnings of task a: the disk is gone")
	failing.fails = nil
	_, err = s.Reset(t.Context(), task("a"), 1)
	require.NoError(t, err, "a failure is not remembered")
	failing.fails = errors.New("the disk is gone")
	_, err = s.Step(t.Context(), "up")
	require.ErrorContains(t, err, `retrieve demonstrations of "up"`)
}

// Also those for a beginning that nobody could imagine.
func TestABeginningShowsItsCalls(t *testing.T) {
	asked := []schema.Call{{Response: "a stair"}}
	_, start := begun(t, opened(t, dream.Options{Model: &climber{asked: asked}}), "b")
	require.Equal(t, asked, start.Calls)
	for name, model := range map[string]*climber{
		"an error":           {asked: asked, fails: errors.New("nobody can")},
		"an empty beginning": {asked: asked, dull: true},
	} {
		s, err := opened(t, dream.Options{Model: model}).Open(t.Context())
		require.NoError(t, err)
		start, err := s.Reset(t.Context(), task("b"), 1)
		require.Error(t, err, name)
		require.Equal(t, asked, start.Calls, name)
	}
}

func TestAModelThatBreaksShowsItsCalls(t *testing.T) {
	s, _ := begun(t, opened(t, dream.Options{Model: &climber{bend: func(_ int, p *producers.Prediction) { p.Text = "broken" }}}), "a")
	o, err := s.Step(t.Context(), "up")
	require.ErrorContains(t, err, `predict what comes of "up": the model is broken`)
	require.Len(t, o.Dreamed.Calls, 1)
}
