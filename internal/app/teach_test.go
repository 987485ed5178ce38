package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/consumers/replay"
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
)

// teacher is a server that explains everything alike.
func teacher(t *testing.T, replies ...openaitest.Reply) (ServerOptions, *openaitest.Script) {
	script := openaitest.New(append(replies, openaitest.Say(`{"reasoning":"Drawers hold things."}`))...)
	return ServerOptions{API: openaitest.Serve(t, script), Model: "wise-1", Concurrency: 1}, script
}

// rows asks the newest snapshot.
func rows(t *testing.T, a *App, query string) (all [][]any) {
	t.Helper()
	result, err := session(t, a, "").Trusted(t.Context(), query)
	require.NoError(t, err)
	for result.Next() {
		all = append(all, append([]any{}, result.Row()...))
	}
	require.NoError(t, result.Err())
	require.NoError(t, result.Close())
	return all
}

func TestATeacherExplainsWhatIsMissing(t *testing.T) {
	a := created(t)
	walks(t, a, "key", "coin")
	server, script := teacher(t)
	taught, err := a.Teach(t.Context(), TeachOptions{ServerOptions: server, Limit: 3, KnownOptions: KnownOptions{K: 2}})
	require.NoError(t, err)
	require.EqualValues(t, []int64{3, 0, 0, 3}, []int64{taught.Explained, taught.Refused, taught.Known, taught.Calls})

	taught, err = a.Teach(t.Context(), TeachOptions{ServerOptions: server, KnownOptions: KnownOptions{K: 2}})
	require.NoError(t, err)
	require.EqualValues(t, []int64{1, 3}, []int64{taught.Explained, taught.Known}, "it goes on with what is missing")
	taught, err = a.Teach(t.Context(), TeachOptions{ServerOptions: server, KnownOptions: KnownOptions{K: 2}})
	require.NoError(t, err)
	require.EqualValues(t, []int64{0, 4}, []int64{taught.Explained, taught.Known})
	require.Len(t, script.Requests(), 4)

	require.Equal(t, [][]any{{int64(4), int64(4)}}, rows(t, a, `SELECT count(*), count(DISTINCT t.event_id) FROM annotations a JOIN transitions t ON t.event_id = a.target
WHERE a.kind = 'reasoning' AND a.target_kind = 'event' AND a.author = 'wise-1' AND a.rubric = '`+taught.Rubric+`' AND a.value::VARCHAR = '"Drawers hold things."'`))
	require.Equal(t, [][]any{{int64(4), int64(4)}}, rows(t, a, `SELECT count(*), count(DISTINCT (c.episode_id, c.segment)) FROM calls c JOIN transitions t ON (t.episode_id, t.step) = (c.episode_id, c.step) WHERE c.role = 'teacher'`))
}

// TestATeacherSeesWhatALearnerSees: an evaluation is not explained.
func TestATeacherSeesWhatALearnerSees(t *testing.T) {
	a := created(t)
	walks(t, a, "key")
	id := rows(t, a, "SELECT task_id FROM transitions LIMIT 1")[0][0].(string)
	server, script := teacher(t)
	_, err := a.Teach(t.Context(), TeachOptions{ServerOptions: server, KnownOptions: KnownOptions{Visibility: replay.Visibility{WithoutTasks: []string{id}}}})
	require.ErrorIs(t, err, replay.ErrNothingVisible)
	require.Empty(t, script.Requests())
}

func TestARefusedExplanationIsReportedAndItsCallsStay(t *testing.T) {
	a := created(t)
	walks(t, a, "key")
	server, _ := teacher(t, openaitest.Say("no"), openaitest.Say("never"))
	var refused []string
	taught, err := a.Teach(t.Context(), TeachOptions{ServerOptions: server, Refused: func(id string, err error) {
		require.ErrorContains(t, err, "neither answer can be used")
		refused = append(refused, id)
	}})
	require.NoError(t, err)
	require.EqualValues(t, []int64{1, 1, 3}, []int64{taught.Explained, taught.Refused, taught.Calls})
	require.Len(t, refused, 1)
	require.Equal(t, [][]any{{int64(3)}}, rows(t, a, "SELECT count(*) FROM calls WHERE role = 'teacher'"))
}

func TestABudgetEndsTheTeachingAndKeepsWhatThereIs(t *testing.T) {
	a := created(t)
	walks(t, a, "key", "coin")
	server, _ := teacher(t)
	server.PromptUSD, server.BudgetUSD = 1000, 0.15 // each call has 100 tokens
	taught, err := a.Teach(t.Context(), TeachOptions{ServerOptions: server})
	require.ErrorIs(t, err, openai.ErrBudget)
	require.EqualValues(t, 2, taught.Explained)
	require.InDelta(t, 0.2, taught.SpentUSD, 1e-9)
	require.Equal(t, [][]any{{int64(2)}}, rows(t, a, "SELECT count(*) FROM annotations WHERE kind = 'reasoning'"))
}

// exported reads the rows of an export.
func exported(t *testing.T, dir string) (all []sftRow) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, "train.jsonl"))
	require.NoError(t, err)
	for line := range strings.Lines(string(data)) {
		var row sftRow
		require.NoError(t, json.Unmarshal([]byte(line), &row))
		all = append(all, row)
	}
	return all
}

func TestAnExportOfExperienceIsGroundedAndDoesNotLeak(t *testing.T) {
	a := created(t)
	walks(t, a, "key", "coin", "cup")
	server, _ := teacher(t)
	_, err := a.Teach(t.Context(), TeachOptions{ServerOptions: server, Limit: 2})
	require.NoError(t, err)
	dir := t.TempDir()
	known := KnownOptions{K: 3}
	x, err := a.ExportExperience(t.Context(), ExperienceExport{KnownOptions: known, Dir: filepath.Join(dir, "all")})
	require.NoError(t, err)
	require.EqualValues(t, []int64{6, 6, 4, 0}, []int64{x.Rows, x.Transitions, x.WithoutReasoning, x.LeftOut})
	all := exported(t, filepath.Join(dir, "all"))
	require.Len(t, all, 6)
	episodeOf := map[string]string{}
	for _, r := range all {
		episodeOf[r.EventID] = r.EpisodeID
	}
	for _, r := range all {
		require.Equal(t, "system", r.Prompt[0].Role)
		require.Equal(t, "assistant", r.Completion[0].Role)
		require.NotEmpty(t, r.Demonstrations)
		for _, d := range r.Demonstrations {
			require.NotEqual(t, r.EpisodeID, episodeOf[d], "no demonstration is of the episode itself")
		}
		require.Equal(t, r.Step > 0, strings.Contains(r.Prompt[1].Content, "History"))
		if r.Step == 1 {
			require.Contains(t, r.Completion[0].Content, `"terminated":true,"success":true,"precedent":`)
			require.NotContains(t, r.Completion[0].Content, `"precedent":null`, "the other walks are successes")
			require.Contains(t, r.Completion[0].Content, `"reward":1}`)
		}
	}

	again, err := a.ExportExperience(t.Context(), ExperienceExport{KnownOptions: KnownOptions{K: 3, At: "2"}, Dir: filepath.Join(dir, "again")})
	require.NoError(t, err)
	require.Equal(t, x.Digest, again.Digest, "the same snapshot gives the same bytes")
	some, err := a.ExportExperience(t.Context(), ExperienceExport{KnownOptions: known, RequireReasoning: true, Dir: filepath.Join(dir, "some")})
	require.NoError(t, err)
	require.EqualValues(t, []int64{2, 4}, []int64{some.Rows, some.LeftOut})
	for _, r := range exported(t, filepath.Join(dir, "some")) {
		require.Contains(t, r.Completion[0].Content, "Drawers hold things.")
	}
	known.Query = "SELECT event_id FROM transitions WHERE step = 1"
	half, err := a.ExportExperience(t.Context(), ExperienceExport{KnownOptions: known, Dir: filepath.Join(dir, "half")})
	require.NoError(t, err)
	require.EqualValues(t, 3, half.Rows)
	known.Query = "SELECT step FROM transitions"
	_, err = a.ExportExperience(t.Context(), ExperienceExport{KnownOptions: known, Dir: filepath.Join(dir, "none")})
	require.ErrorContains(t, err, "no column event_id")
	known.Query = "SELECT event_id FROM transitions WHERE false"
	_, err = a.ExportExperience(t.Context(), ExperienceExport{KnownOptions: known, Dir: filepath.Join(dir, "none")})
	require.ErrorContains(t, err, "none is selected by \"SELECT event_id FROM transitions WHERE false\"")
	_, err = os.Stat(filepath.Join(dir, "none"))
	require.ErrorIs(t, err, os.ErrNotExist)
}

// TestATeacherThatCannotIsNotAskedOnAndOn: neither does a limit make it meet the
// same refused transitions for ever.
func TestATeacherThatCannotIsNotAskedOnAndOn(t *testing.T) {
	a := created(t)
	walks(t, a, "a", "b", "c", "d", "e", "f", "g", "h")
	server, _ := teacher(t)
	server.API = openaitest.Serve(t, openaitest.New(openaitest.Say("no")))
	taught, err := a.Teach(t.Context(), TeachOptions{ServerOptions: server})
	require.ErrorContains(t, err, "none could be explained by model wise-1")
	require.GreaterOrEqual(t, taught.Refused, int64(10))
	require.Less(t, taught.Refused, int64(13))

	server, script := teacher(t, openaitest.Say("no"), openaitest.Say("no"), openaitest.Say("no"), openaitest.Say("no"))
	taught, err = a.Teach(t.Context(), TeachOptions{ServerOptions: server, Limit: 2})
	require.NoError(t, err)
	require.EqualValues(t, 2, taught.Refused)
	require.Positive(t, taught.Explained, "it went on behind them")
	require.Less(t, len(script.Requests()), 8)
}
