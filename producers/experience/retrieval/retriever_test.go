package retrieval_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/retrieval"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func episode(task, id, origin string, actions ...string) *producers.Recording {
	r := &producers.Recording{EpisodeID: id, Origin: origin, Task: producers.Task{ID: task, Instruction: "put a " + task + " away"}}
	for i, a := range actions {
		r.Steps = append(r.Steps, producers.RecordedStep{EventID: task + id + fmt.Sprint(i), Step: int64(i),
			State: producers.Observation{Text: "You stand in the kitchen"}, Action: a, Next: producers.Observation{Text: "You did: " + a}})
	}
	return r
}

func names(found []producers.Demonstration) (all []string) {
	for _, d := range found {
		all = append(all, d.Step().EventID)
	}
	return all
}

func retriever(t *testing.T, recordings ...*producers.Recording) *retrieval.Retriever {
	t.Helper()
	r, err := retrieval.New(t.Context(), recordings, retrieval.Options{Snapshot: 7})
	require.NoError(t, err)
	return r
}

func TestTheTaskComesFirstAndRealBeforeSynthetic(t *testing.T) {
	r := retriever(t,
		episode("mug", "dreamt", "synthetic", "open fridge", "wash mug"),
		episode("mug", "real", "real", "take mug", "open door"),
		episode("cup", "other", "real", "open fridge"))
	ask := func(q producers.RetrievalQuery) []string {
		q.Task, q.State, q.Action = producers.Task{ID: "mug"}, "You stand in the kitchen", "open fridge"
		found, err := r.Retrieve(t.Context(), q)
		require.NoError(t, err)
		return names(found)
	}
	require.Equal(t, []string{"mugreal1"}, ask(producers.RetrievalQuery{K: 1}), "the nearest real one of the task")
	require.Equal(t, []string{"mugreal1", "mugreal0", "mugdreamt0", "mugdreamt1"}, ask(producers.RetrievalQuery{K: 4}))
	require.Equal(t, []string{"mugreal1", "mugreal0", "mugdreamt0"}, ask(producers.RetrievalQuery{K: 3})[:3], "synthetic ones are at most half")
	require.Equal(t, []string{"cupother0"}, ask(producers.RetrievalQuery{K: 5, WithoutTask: true}))
	require.Equal(t, []string{"mugreal0", "mugdreamt0"}, ask(producers.RetrievalQuery{K: 2, EpisodeID: "real", Step: 1}), "no step that is still to come")
	require.Equal(t, []string{"mugdreamt0", "cupother0"}, ask(producers.RetrievalQuery{K: 3, EpisodeID: "real", WithoutEpisode: true}))
	require.Empty(t, ask(producers.RetrievalQuery{}))
	require.EqualValues(t, 7, r.Snapshot())
}

func TestBeginnings(t *testing.T) {
	later := episode("mug", "later", "real", "a", "b")
	later.Steps = later.Steps[1:]
	r := retriever(t, later, episode("mug", "dreamt", "synthetic", "a"), episode("mug", "real", "real", "a"), episode("big cup", "other", "real", "a"), episode("pen", "far", "real", "a"))
	begin := func(task string, n int) []string {
		found, err := r.Beginnings(t.Context(), producers.Task{ID: task, Instruction: "put a " + task + " away"}, n)
		require.NoError(t, err)
		return names(found)
	}
	require.Equal(t, []string{"mugreal0", "mugdreamt0"}, begin("mug", 5), "a recording that lacks its first step is no beginning")
	require.Equal(t, []string{"big cupother0"}, begin("small cup", 1), "that of a task alike")
	require.Len(t, begin("small cup", 9), 3)
	require.Empty(t, begin("mug", 0))
}

func TestNothingAndTwice(t *testing.T) {
	r := retriever(t)
	found, err := r.Retrieve(t.Context(), producers.RetrievalQuery{Action: "a", K: 3})
	require.NoError(t, err)
	require.Empty(t, found)
	_, err = retrieval.New(t.Context(), []*producers.Recording{episode("a", "1", "real", "x"), episode("a", "1", "real", "x")}, retrieval.Options{})
	require.ErrorContains(t, err, "embed episode 1: it is there twice")
	retriever(t, episode("a", "1", "real", "x"), episode("b", "1", "real", "x")) // ids are unique within a task only
}
