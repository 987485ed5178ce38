package chat

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/go-json-experiment/json"
	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/calls"
	"github.com/dreamlog/dreamlog/internal/openai"
)

// TestActionsInFreeText: what models say, and what they mean.
func TestActionsInFreeText(t *testing.T) {
	admissible := []string{"look", "go to desk 1", "use desklamp 1", `say "hi."`}
	for name, c := range map[string]struct{ answer, thought, action string }{
		"as asked":                     {"Thought: I need light.\nAction: use desklamp 1", "I need light.", "use desklamp 1"},
		"numbered":                     {"Thought 3: I need light.\nAction 3: look", "I need light.", "look"},
		"in capitals":                  {"THOUGHT: Light.\nACTION: look", "Light.", "look"},
		"other labels":                 {"Think: Light.\nAct: look", "Light.", "look"},
		"bold":                         {"**Thought:** Light.\n**Action:** look", "Light.", "look"},
		"bold another way":             {"**Thought**: Light.\n**Action**: **look**", "Light.", "look"},
		"a list":                       {"- Thought: Light.\n- Action: look", "Light.", "look"},
		"a heading":                    {"### Action: look", "", "look"},
		"on one line":                  {"Thought: I need light. Action: look", "I need light.", "look"},
		"on the next line":             {"Thought: Light.\nAction:\n\n  look  ", "Light.", "look"},
		"in a fence":                   {"Thought: Light.\nAction:\n```text\nlook\n```", "Light.", "look"},
		"in a fence on one line":       {"Action: ```look```", "", "look"},
		"all in a fence":               {"```\nThought: Light.\nAction: look\n```", "Light.", "look"},
		"in quotes":                    {`Action: "go to desk 1".`, "", "go to desk 1"},
		"in quotes with the stop":      {`Action: 'go to desk 1.'`, "", "go to desk 1"},
		"in backticks":                 {"Action: `look`", "", "look"},
		"quotes that belong to it":     {`Action: say "hi."`, "", `say "hi."`},
		"quotes of two words":          {`Action: "a" "b"`, "", `"a" "b"`},
		"behind a prompt":              {"> go to desk 1", "", "go to desk 1"},
		"behind a prompt, thinking":    {"> think: I need light.\nOK.\n> go to desk 1", "I need light.\nOK.", "go to desk 1"},
		"a thought called an action":   {"Action: think: I need light.\nAction: look", "I need light.", "look"},
		"an action called an action":   {"Action: Action: look", "", "look"},
		"several actions":              {"Thought: Light.\nAction: look\nAction: go to desk 1", "Light.", "look"},
		"it plays the environment":     {"Thought: Light.\nAction: look\nObservation: You see a lamp.\nThought: Done.\nAction: stop", "Light.", "look"},
		"text behind":                  {"Action: look\n\nThis will show me the room.", "", "look"},
		"text in front":                {"Sure! Here is my answer.\nAction: look", "Sure! Here is my answer.", "look"},
		"think tags":                   {"<think>\nI need light.\n</think>\nAction: look", "I need light.", "look"},
		"think tags and a thought":     {"<think>Hm.</think>\n\nThought: Light.\nAction: look", "Hm.\n\nLight.", "look"},
		"only the closing tag":         {"I need light.</think>Action: look", "I need light.", "look"},
		"the longer tag":               {"<thinking>Hm.</thinking>\nAction: look", "Hm.", "look"},
		"an action within the tags":    {"<think>Action: stop\n</think>look", "Action: stop", "look"},
		"a thought over several lines": {"Thought: I need light.\nThere is a lamp.\nAction: look", "I need light.\nThere is a lamp.", "look"},
		"bare":                         {"look", "", "look"},
		"bare with a stop":             {"Look around first.\nlook.", "Look around first.", "look"},
		"bare behind a thought":        {"Thought: Light.\ngo to desk 1", "Light.", "go to desk 1"},
		"not admissible":               {"Action: open the door", "", "open the door"},
		"another case is not mended":   {"Action: Go to Desk 1", "", "Go to Desk 1"},
		"carriage returns":             {"Thought: Light.\r\nAction: look\r\n", "Light.", "look"},
	} {
		t.Run(name, func(t *testing.T) {
			got := text{}.read(openai.Answer{Content: c.answer}, admissible)
			require.Empty(t, got.fault)
			require.Equal(t, c.thought, got.thought)
			require.Equal(t, c.action, tidy(got.action, admissible))
		})
	}
}

func TestFreeTextWithoutAnAction(t *testing.T) {
	for answer, fault := range map[string]string{
		"":                                   "the answer is empty",
		"```\n```":                           "the answer is empty",
		"Thought: look":                      "no line that names an action",
		"I would look around.":               "no line that names an action",
		"Thought: Light.\nAction:":           "nothing stands behind its last line",
		"<think>Action: look":                "ends within its thought",
		"Observation: a room\nAction: look":  "no line that names an action",
		"Thought: Light.\nAction: think: hm": "no line that names an action",
		"look\nObservation: a room":          "no line that names an action",
		"Reaction: look":                     "no line that names an action",
	} {
		got := text{}.read(openai.Answer{Content: answer}, []string{"look"})
		require.Contains(t, got.fault, fault, "%q", answer)
		require.Empty(t, got.action, "%q", answer)
	}
}

// TestALoneLineIsAnAction only where nobody knows what is admissible.
func TestALoneLineIsAnAction(t *testing.T) {
	require.Equal(t, "ls -l .", text{}.read(openai.Answer{Content: "ls -l ."}, nil).action)
	require.NotEmpty(t, text{}.read(openai.Answer{Content: "ls -l ."}, []string{}).fault)
	require.NotEmpty(t, text{}.read(openai.Answer{Content: "First I look.\nls -l ."}, nil).fault)
}

// TestLongAnswersAreReadInTimeThatGrowsWithThem: none of these may take much
// longer than the others.
func TestLongAnswersAreReadInTimeThatGrowsWithThem(t *testing.T) {
	for _, part := range []string{"Action: ", "Action:\n", "> ", "think: ", "a. ", "\"", "**", ". ", "<think>", "</think>", "{", "[", "```", "```\n", "\n", "Thought: a\n", " ", "\xff"} {
		answer := openai.Answer{Content: strings.Repeat(part, calls.MaxAnswerBytes/len(part))}
		start := time.Now()
		for mode, s := range map[Mode]style{Text: text{}, Structured: structured{}} {
			a := &Agent{options: Options{Mode: mode}, style: s}
			a.read(&openai.Completion{Message: answer}, []string{"look"})
		}
		require.Less(t, time.Since(start), 5*time.Second, "%q", part)
	}
}

func TestTidy(t *testing.T) {
	for action, want := range map[string]string{
		"  look ": "look", "look.": "look", "look..": "look..", "ls .": "ls .", "cd ..": "cd ..", "click[buy now].": "click[buy now]",
		`"look"`: "look", "“look.”": "look", `'`: `'`, `''`: ``, `"`: `"`, "**": "**", ".": ".", "finish": "finish", "go to desk 1.": "go to desk 1",
		`echo "a"`: `echo "a"`, "v1.": "v1.",
	} {
		require.Equal(t, want, tidy(action, []string{"v1."}), "%q", action)
	}
}

func TestObjectsWithThoughtAndAction(t *testing.T) {
	for name, c := range map[string]struct{ answer, thought, action string }{
		"as asked":        {`{"thought":"Light.","action":"look"}`, "Light.", "look"},
		"in a fence":      {"```json\n{\"thought\":\"Light.\",\"action\":\"look\"}\n```", "Light.", "look"},
		"words around":    {`Here: {"action":"look"} as you see {`, "", "look"},
		"more members":    {`{"action":"look","why":{"a":[1]}}`, "", "look"},
		"think tags":      {`<think>{"action":"stop"}</think>{"thought":"Light.","action":"look"}`, `{"action":"stop"}` + "\n\nLight.", "look"},
		"no text thought": {`{"thought":7,"action":"look"}`, "", "look"},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, reading{thought: c.thought, action: c.action}, structured{}.read(openai.Answer{Content: c.answer}, nil))
		})
	}
}

// FuzzRead: whatever a model says, in every mode, is one action on one line or a
// fault, and never grows beyond what was said.
func FuzzRead(f *testing.F) {
	for _, seed := range []string{
		"Thought: a\nAction: look", "> look", "<think>a</think>look", "Action:\n```\nlook\n```", "Action: think: Action: x", "a. Action: b",
		`{"thought":"a","action":"look"}`, `{"action":"\ud800"}`, "{", "\xff\xfe", "**Action:** `\"look.\"`", "Action: ....", "</think></thinking>",
	} {
		f.Add(seed, "look")
	}
	f.Fuzz(func(t *testing.T, content, may string) {
		call, err := json.Marshal([]any{map[string]any{"id": "a", "function": map[string]any{"name": "act", "arguments": strings.ToValidUTF8(content, "")}}})
		require.NoError(t, err)
		answer := openai.Answer{Content: content, RawToolCalls: call, ToolCalls: []openai.ToolCall{{ID: "a", Name: "act", Arguments: content}}}
		for _, admissible := range [][]string{nil, {may}} {
			for mode, s := range map[Mode]style{Text: text{}, Structured: structured{}, Tools: tools{name: "act"}} {
				read := s.read(answer, admissible)
				a := &Agent{options: Options{Mode: mode}, style: s}
				d := a.read(&openai.Completion{Message: answer}, admissible)
				require.True(t, utf8.ValidString(d.Action) && utf8.ValidString(d.Thought) && utf8.ValidString(d.Malformed))
				require.LessOrEqual(t, len(d.Action), 3*len(content))
				require.Equal(t, strings.TrimSpace(d.Action), d.Action)
				if read.fault != "" {
					require.NotEmpty(t, d.Malformed)
				}
				if d.Malformed == "" {
					require.NotEmpty(t, d.Action)
				}
				if mode == Text && d.Malformed == "" {
					require.NotContains(t, d.Action, "\n")
				}
				if r := replyTo(answer, mode); r != nil {
					require.True(t, r.raw.IsValid())
				}
			}
		}
	})
}
