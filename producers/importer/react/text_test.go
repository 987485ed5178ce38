package react

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/producers/importer/importertest"
)

const opening = "You are in the middle of a room. Looking quickly around you, you see a desk 1, and a shelf 1.\nYour task is to: put a mug in desk.\n"

// escaped writes a text as the inside of a JSON string.
func escaped(text string) string { return strings.NewReplacer("\n", `\n`, `"`, `\"`).Replace(text) }

func TestThoughtsAreNotActions(t *testing.T) {
	traj := opening + "> Think: first the shelf.\n> ActionPath: Start\n> go to shelf 1\nOn the shelf 1, you see a mug 1.\n" +
		"> think: take it\nOK.\n> think: I talk to the environment\nNothing happens.\n> \nNothing happens.\n> Take(mug 1)\nNothing happens.\n> Think: I give up\n"
	store, _ := importertest.Import(t, New(), importertest.File(t, "KnowAgentALFWorld_llama-2-70b_D3.jsonl",
		`{"name":"game-1/trial_T1_2","result":false,"traj":"`+escaped(traj)+`","extra":[1]}`+"\n"))
	e := store.Episodes[0]
	steps := store.Steps(e.EpisodeID)
	require.Len(t, steps, 4)
	require.Equal(t, "first the shelf.\nActionPath: Start", *steps[0].Thought)
	require.Equal(t, strings.TrimSpace(opening), steps[0].State)
	require.Equal(t, "go to shelf 1", steps[0].Action)
	require.Equal(t, "take it", *steps[1].Thought)
	require.Equal(t, "think: I talk to the environment", steps[1].Action)
	require.Equal(t, "", steps[2].Action)
	for i, s := range steps {
		require.Equal(t, i == 0, *s.ActionValid)
		require.Zero(t, *s.Reward)
		require.False(t, s.Terminated)
		require.Equal(t, i == 3, s.Truncated, "lost means that somebody stopped")
		if i > 0 {
			require.Equal(t, steps[i-1].NextState, s.State)
		}
	}
	require.Equal(t, "put a mug in desk.", *e.Instruction)
	require.Equal(t, "knowagent/llama-2-70b", *e.PolicyID)
	require.EqualValues(t, 3, *e.Attempt)
	require.JSONEq(t, `{"closing_thought":"I give up","extra":[1]}`, string(*e.Info))
	require.Equal(t, []any{"alfworld", "game-1/trial_T1_2", "train", "truncated", false}, []any{e.Environment, e.TaskID, e.Split, e.Status, *e.Success})
}

func TestPlainTextHoldsSeveralTranscripts(t *testing.T) {
	text := "pick_and_place_simple-Mug-None-Desk-308/trial_T20190908_125200_737896\n" + opening +
		"> look\nYou are in the middle of a room. Looking quickly around you, you see nothing.\n> inventory\nYou are not carrying anything.\n\n" +
		opening + "Act 1: think: on I go\nObs 1: OK.\nAct 2: go to desk 1\nObs 2: On the desk 1, you see nothing.\n"
	store, result := importertest.Import(t, New(), importertest.File(t, "valid_seen.txt", text))
	require.Zero(t, result.Rejected)
	require.Len(t, store.Episodes, 2)
	first := store.Steps(store.Episodes[0].EpisodeID)
	require.Equal(t, "pick_and_place_simple-Mug-None-Desk-308/trial_T20190908_125200_737896", first[0].TaskID)
	require.Equal(t, []string{"look", "inventory"}, []string{first[0].Action, first[1].Action})
	require.Equal(t, "You are not carrying anything.", first[1].NextState)
	second := store.Steps(store.Episodes[1].EpisodeID)
	require.Len(t, second, 1)
	require.Equal(t, []string{"go to desk 1", "On the desk 1, you see nothing.", "on I go"}, []string{second[0].Action, second[0].NextState, *second[0].Thought})
	require.Nil(t, second[0].Reward)
	require.Nil(t, store.Episodes[1].Success)
	require.True(t, strings.HasPrefix(second[0].TaskID, "opening-"))
	require.Equal(t, "valid_seen", second[0].Split)
}

func TestTranscriptsKeyedByGame(t *testing.T) {
	text := `{"look_at_obj":{"g/1":{"problem":"` + escaped(opening) + `","trace":" think: hm\nOK.\n> go to desk 1\nOn it is nothing.\n> \n\n\n go to shelf 1\nA mug.\n>\n","plans":["p"],"reward":true},
		"g/2":{"problem":"` + escaped(opening) + `","trace":"","plans":[],"reward":0},"g/3":{"problem":"p","reward":true},"g/4":{"trace":"","problem":"p","reward":"no"}}}`
	store, result := importertest.Import(t, New(), importertest.File(t, "transcripts.json", text))
	require.EqualValues(t, 2, result.Rejected)
	require.ErrorContains(t, result.Rejections[0], "neither trace nor traj")
	require.ErrorContains(t, result.Rejections[1], "must be true, false or a number")
	steps := store.Steps(store.Episodes[0].EpisodeID)
	require.Len(t, steps, 2)
	require.Equal(t, "go to shelf 1", steps[1].Action)
	require.True(t, steps[1].Terminated)
	require.EqualValues(t, 1, *steps[1].Reward)
	require.JSONEq(t, `{"task_type":"look_at_obj"}`, string(*store.Tasks[0].Info))
	require.Equal(t, []any{"failed", "g/2", 0., int64(0)}, []any{store.Episodes[1].Status, store.Episodes[1].TaskID, *store.Episodes[1].EpisodeReturn, store.Episodes[1].Length})
}

// FuzzParse holds that a transcript loses no command and that steps chain.
func FuzzParse(f *testing.F) {
	f.Add(opening + "> Think: a\n> go\nb\n>\n\n go on\nc")
	f.Add(" think: a\nOK.\nAct 1: x\nObs 1: y")
	f.Add(">\n>\n> \n\x00\xff")
	f.Fuzz(func(t *testing.T, text string) {
		parsed := parse(text)
		require.LessOrEqual(t, len(parsed.turns), strings.Count(text, "\n")+1)
		outcome := 1.0
		e, err := build(parsed, &outcome, facts{game: "g"}, []byte(text), nil)
		if err != nil {
			require.Empty(t, parsed.opening)
			return
		}
		require.LessOrEqual(t, len(e.Steps), len(parsed.turns))
		for i := range e.Steps {
			if i > 0 {
				require.Equal(t, e.Steps[i-1].NextState, e.Steps[i].State)
			}
		}
	})
}

func FuzzText(f *testing.F) {
	f.Add(opening + "> a\nb\n" + opening + "> c\nd\n")
	f.Add("Your task is to: x\nYour task is to: y\n")
	f.Fuzz(func(t *testing.T, text string) {
		n := 0
		require.NoError(t, readText(strings.NewReader(text), facts{}, func(number int, e *importer.Episode, err error) error {
			n++
			require.Equal(t, n, number)
			require.True(t, (e == nil) == (err != nil))
			return nil
		}))
		require.Positive(t, n)
	})
}

func FuzzRecord(f *testing.F) {
	f.Add([]byte(`{"name":"a","traj":"x\n> go\ny","result":true}`))
	f.Add([]byte(`{"problem":"p","trace":" go\ny","reward":0}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		recordDepth(raw)
		e, err := episodeOf(importer.Value{Raw: raw, Path: []string{"t", "g"}}, facts{})
		require.True(t, (e == nil) == (err != nil))
	})
}
