package sweagent_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/chat/chattest"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
	"github.com/dreamlog/dreamlog/producers/importer/sweagent"
)

func TestTheSharedTrajectories(t *testing.T) {
	landed, result := importertest.Import(t, sweagent.New(), importertest.Data(t, "swe_agent"))
	require.Equal(t, importer.Counts{Episodes: 2, Transitions: 9, Tasks: 2, Calls: 9}, result.Counts)
	require.Zero(t, result.Rejected)
	for _, e := range landed.Episodes {
		require.Nil(t, e.Success)
		require.Nil(t, e.EpisodeReturn)
		require.Equal(t, "completed", e.Status)
	}
	for _, s := range landed.Transitions {
		require.Nil(t, s.Reward)
		require.NotNil(t, s.Thought)
	}
	first := landed.Transitions[0]
	require.Equal(t, "find_file missing_colon.py", first.Action)
	require.Equal(t, "function_calling_simple", first.TaskID)
}

// TestTheSharedConversationsCanBeRebuilt compares byte for byte.
func TestTheSharedConversationsCanBeRebuilt(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(importertest.Data(t, "swe_agent"), "*.traj"))
	require.NoError(t, err)
	require.Len(t, files, 2)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		var source struct {
			History jsontext.Value `json:"history"`
		}
		require.NoError(t, json.Unmarshal(content, &source))
		episodes, refused := chattest.Read(t, sweagent.New(), file)
		require.Empty(t, refused)
		require.Equal(t, chattest.Messages(t, source.History), chattest.Conversation(t, episodes[0]))
	}
}

const withQueries = `{
 "trajectory": [
  {"action":"ls\n","observation":"a","response":"look","thought":"look ","state":{"cwd":"/"},"execution_time":0.5,"query":[{"role":"system","content":"s"},{"role":"user","content":"fix"}]},
  {"action":"cat a","observation":"text","response":"read","thought":"","query":[{"role":"system","content":"s"},{"role":"user","content":"fix"},{"role":"assistant","content":"look"},{"role":"user","content":"a"}]},
  {"action":"submit","observation":"","response":"done","thought":"t","query":[{"role":"system","content":"s"},{"role":"user","content":"old output elided"}]}],
 "history": [{"role":"user","content":"shown","is_demo":true},{"role":"assistant","content":"shown","is_demo":true},
  {"role":"system","content":"s"},{"role":"user","content":"fix"},{"role":"assistant","content":"look","action":"ls\n","thought":"look"},
  {"role":"user","content":"a"},{"role":"assistant","content":"read"},{"role":"user","content":"text"},{"role":"assistant","content":"done"}],
 "info": {"exit_status":"submitted (exit_cost)"},
 "replay_config": "{\"agent\":{\"model\":{\"name\":\"m-1\",\"temperature\":0.0}}}"
}`

func TestRecordedPromptsBecomeTheCalls(t *testing.T) {
	episodes, refused := chattest.Read(t, sweagent.New(), importertest.File(t, "django__django-1.traj", withQueries))
	require.Empty(t, refused)
	e := episodes[0]
	require.Equal(t, "django__django-1", e.TaskID)
	require.Equal(t, "m-1", *e.PolicyID)
	require.Equal(t, "fix", *e.Instruction)
	require.Equal(t, "truncated", e.Status)
	require.Equal(t, "submitted (exit_cost)", *e.Reason)
	require.Len(t, e.Steps, 3)
	require.Equal(t, "fix", e.Steps[0].State)
	require.Equal(t, "ls", e.Steps[0].Action)
	require.Equal(t, "look", *e.Steps[0].Thought)
	require.Nil(t, e.Steps[1].Thought)
	require.JSONEq(t, `{"state":{"cwd":"/"},"execution_time":0.5}`, string(*e.Steps[0].Info))

	require.Len(t, e.Calls, 3)
	require.Len(t, chattest.Messages(t, []byte(e.Calls[0].Messages)), 2)
	require.Equal(t, []string{`{"role":"user","content":"a"}`}, chattest.Messages(t, []byte(e.Calls[1].Messages)))
	require.Equal(t, int64(0), *e.Calls[1].Segment)
	require.Equal(t, int64(1), *e.Calls[2].Segment, "its prompt no longer extends the second one")
	require.Len(t, chattest.Messages(t, []byte(e.Calls[2].Messages)), 2)
}

func TestTheFolderNamesTheModel(t *testing.T) {
	for folder, model := range map[string]string{
		"gpt4__SWE-bench_Lite__default_from_url__t-0.20__p-0.95__c-2.00__install-1": "gpt4",
		"default__claude-sonnet-4__t-0.20__p-1.00__c-2.00___swe_bench":              "claude-sonnet-4",
	} {
		dir := filepath.Join(t.TempDir(), folder)
		require.NoError(t, os.MkdirAll(dir, 0o700))
		file := filepath.Join(dir, "a.traj")
		require.NoError(t, os.WriteFile(file, []byte(`{"history":[{"role":"assistant","content":"x"}]}`), 0o600))
		episodes, _ := chattest.Read(t, sweagent.New(), file)
		require.Equal(t, model, *episodes[0].PolicyID)
		require.Equal(t, .2, *episodes[0].Temperature)
	}
}

func TestABrokenTrajectoryIsRefused(t *testing.T) {
	for record, want := range map[string]string{
		`{}`:                                 "trajectory is missing",
		`{"trajectory":[{"observation":1}]}`: "trajectory[0].action is missing",
		`{"trajectory":[1]}`:                 "trajectory[0] is a JSON number",
		`{"history":[{"role":"user"}`:        "",
		"{\"history\":[{\"role\":\"user\",\"content\":\"\xff\"}]}": "invalid UTF-8",
	} {
		path := importertest.File(t, "a.traj", record)
		src, err := importer.Open(path)
		require.NoError(t, err)
		err = sweagent.New().Read(t.Context(), src, func(_ int, e *importer.Episode, err error) error { require.Nil(t, e); return err })
		require.ErrorContains(t, err, want)
		require.NoError(t, src.Close())
	}
}
