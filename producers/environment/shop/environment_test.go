package shop

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/environment/environmenttest"
	"github.com/dreamlog/dreamlog/producers/environment/shop/catalogue"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open opens a shop that ends with the test.
func open(t testing.TB, o Options) *Environment {
	e, err := New(context.Background(), o)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, e.Close()) })
	return e
}

func TestShopIsAnEnvironment(t *testing.T) {
	environmenttest.Run(t, func(t *testing.T) producers.Environment {
		e, err := New(t.Context(), Options{Products: 300, Goals: 60, Seed: 4})
		require.NoError(t, err)
		return e
	}, environmenttest.Options{})
}

func TestTasksNameGoalsForEver(t *testing.T) {
	small, large := open(t, Options{Seed: 9, Products: 200, Goals: 20}), open(t, Options{Seed: 9, Products: 400, Goals: 30})
	few, err := small.Tasks(t.Context())
	require.NoError(t, err)
	many, err := large.Tasks(t.Context())
	require.NoError(t, err)
	require.Len(t, few, 20)
	require.Len(t, many, 30)
	for i := range few {
		require.Equal(t, fmt.Sprintf("shop-9-%d", i), few[i].ID)
		require.Equal(t, few[i].Instruction, many[i].Instruction)
		require.Equal(t, Name, few[i].Environment)
		require.Equal(t, small.Version(), few[i].EnvironmentVersion)
		require.NotEmpty(t, few[i].Split)
	}
	require.Regexp(t, `^catalogue-[0-9a-f]{12}$`, small.Version())
	require.NotEqual(t, small.Version(), large.Version())
}

func TestTheDefaultShopIsLargeAndItsGoalsCanAllBeReached(t *testing.T) {
	if testing.Short() {
		t.Skip("2,000 goals are played; leave -short out")
	}
	e := open(t, Options{})
	require.Len(t, e.catalogue.Products, 10_000)
	require.Len(t, e.catalogue.Goals, 2_000)
	everyGoalIsReached(t, e)
}

func TestGoalsOfAnySeedCanBeReached(t *testing.T) {
	for seed := range int64(4) {
		everyGoalIsReached(t, open(t, Options{Seed: seed * 1_000_003, Products: 1500, Goals: 150, MaxPages: 1 + int(seed)}))
	}
}

// everyGoalIsReached plays every walkthrough: each of its actions is admitted
// where it is a click, and the last one earns 1.
func everyGoalIsReached(t *testing.T, e *Environment) {
	tasks, err := e.Tasks(t.Context())
	require.NoError(t, err)
	var workers sync.WaitGroup
	for w := range 4 {
		workers.Go(func() {
			for i := w; i < len(tasks); i += 4 {
				if err := reach(e, tasks[i]); err != nil {
					t.Errorf("task %s, %q: %v", tasks[i].ID, tasks[i].Instruction, err)
				}
			}
		})
	}
	workers.Wait()
}

func reach(e *Environment, task producers.Task) error {
	ctx := context.Background()
	s, err := e.Open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	start, err := s.Reset(ctx, task, 1)
	if err != nil {
		return err
	}
	actions, err := start.Walkthrough(ctx)
	if err != nil {
		return err
	}
	seen := start.Observation
	for i, a := range actions {
		if strings.HasPrefix(a, "click") && !contains(seen.Admissible, a) {
			return fmt.Errorf("%s is not admitted on %q", a, seen.Text)
		}
		o, err := s.Step(ctx, a)
		if err != nil || !*o.Valid {
			return fmt.Errorf("%s: %w", a, err)
		}
		if last := i == len(actions)-1; last != o.Terminated || last && (*o.Reward != 1 || !*o.Success) {
			return fmt.Errorf("%s: terminated %v with reward %v", a, o.Terminated, *o.Reward)
		}
		seen = o.Observation
	}
	return nil
}

func contains(admissible []string, action string) bool {
	for _, a := range admissible {
		if a == action {
			return true
		}
	}
	return false
}

func TestManySessionsShareOneIndex(t *testing.T) {
	e := open(t, Options{Products: 400, Goals: 40})
	tasks, err := e.Tasks(t.Context())
	require.NoError(t, err)
	transcript := func(task producers.Task) string {
		s, err := e.Open(context.Background())
		if err != nil {
			return err.Error()
		}
		start, err := s.Reset(context.Background(), task, 0)
		text, seen := fmt.Sprint(start.Observation, err), start.Observation
		for n := 0; n < 30 && len(seen.Admissible) > 0; n++ {
			o, err := s.Step(context.Background(), seen.Admissible[n*7%len(seen.Admissible)])
			text, seen = text+fmt.Sprint(o.Observation, err, *o.Reward), o.Observation
		}
		return text
	}
	alone := make([]string, len(tasks))
	for i := range tasks {
		alone[i] = transcript(tasks[i])
	}
	var all sync.WaitGroup
	for range 16 {
		all.Go(func() {
			for i := range tasks {
				if transcript(tasks[i]) != alone[i] {
					t.Errorf("task %s goes otherwise beside others", tasks[i].ID)
				}
			}
		})
	}
	all.Wait()
}

func TestOptionsAreChecked(t *testing.T) {
	for want, o := range map[string]Options{
		"-1 products":       {Products: -1},
		"2000000 products":  {Products: 2_000_000},
		"-5 goals":          {Goals: -5},
		"6 pages":           {MaxPages: 6},
		"-1 pages":          {MaxPages: -1},
		"20 goals for 10":   {Products: 10, Goals: 20},
		"neither items_shu": {Data: t.TempDir()},
	} {
		_, err := New(t.Context(), o)
		require.ErrorContains(t, err, want)
	}
	require.Len(t, open(t, Options{Products: 30}).catalogue.Goals, 30, "there are fewer products than goals by default")
}

func TestAGoalThatNothingFitsHasNoWalkthrough(t *testing.T) {
	e := open(t, Options{Products: 50, Goals: 1})
	e.catalogue.Goals[0].Options = []string{"nothing is called like this"}
	_, err := e.walkthrough(t.Context(), "shop-0-0", &e.catalogue.Goals[0])
	require.ErrorContains(t, err, "shop-0-0")
	_, err = (&Session{shop: e}).Reset(t.Context(), producers.Task{ID: "shop-0-77"}, 0)
	require.ErrorContains(t, err, `no task "shop-0-77"`)
}

func TestWalkthroughsChooseWhatIsTakenForTheOption(t *testing.T) {
	e := open(t, Options{Products: 50, Goals: 1})
	p := &catalogue.Product{Options: []catalogue.Option{
		{Name: "color", Values: []string{"sky blue", "ivory"}}, {Name: "trim", Values: []string{"ivory", "teal"}},
	}}
	taken := make([]bool, 2)
	option, value, ok := e.offered(p, taken, "light blue")
	require.True(t, ok)
	require.Equal(t, "sky blue", value)
	require.Equal(t, 0, option)
	taken[0] = true
	option, value, ok = e.offered(p, taken, "ivory")
	require.True(t, ok)
	require.Equal(t, 1, option)
	require.Equal(t, "ivory", value)
	_, _, ok = e.offered(p, []bool{true, true}, "ivory")
	require.False(t, ok)
}
