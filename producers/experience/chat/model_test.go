package chat_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/internal/openai/openaitest"
	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/producers/experience/chat"
)

const plain = `"terminated":false,"success":false,"precedent":null,"reward":0.25`

func TestAnAnswerIsAPrediction(t *testing.T) {
	d, script := dreamt(t, chat.Options{}, openai.Options{}, says(plain))
	p, err := d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	require.Equal(t, "As in [1], the lamp is on.", p.Reasoning)
	require.Equal(t, seen("You turn the lamp on.", "look", "rest"), p.Observation)
	require.Equal(t, 0.0, *p.Reward, "a step that does not end the task earns nothing")
	require.True(t, *p.Valid)
	require.False(t, p.Over())
	require.Nil(t, p.Info)
	recordable(t, p.Calls, "experience", 1)
	again, err := d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	require.Equal(t, p.Outcome, again.Outcome)
	first, second := script.Requests()[0].Body, script.Requests()[1].Body
	require.Equal(t, string(first), string(second), "predicting adds nothing to the history")
	require.Contains(t, string(first), `"response_format":{"type":"json_schema"`)
	require.Contains(t, string(first), `"seed":`)
	require.Contains(t, string(first), "examine the mug under a lamp")

	d.Advance("use lamp 1", p.Outcome)
	next, err := d.Predict(t.Context(), "look", nil)
	require.NoError(t, err)
	require.EqualValues(t, []int64{0, 1, 2}, []int64{*p.Calls[0].Segment, *again.Calls[0].Segment, *next.Calls[0].Segment}, "each prompt stands alone")
	require.Contains(t, string(script.Requests()[2].Body), `Step 0\nState: You hold a mug. You see a lamp 1.\nAction: use lamp 1`)
}

// TestAdmissibleActionsAreToldAsADifference: a server that does not know schemas
// may leave members out.
func TestAdmissibleActionsAreToldAsADifference(t *testing.T) {
	for said, then := range map[string][]string{
		`"actions_gone":[],"actions_new":[],`: {"use lamp 1", "look"},
		``:                                    {"use lamp 1", "look"},
		`"actions_gone":["look"],"actions_new":["rest","use lamp 1"],`: {"use lamp 1", "rest"},
		`"actions_gone":null,"actions_new":["rest","look"],`:           {"rest", "look"},
		`"actions_gone":["look"],"actions_new":["look"],`:              {"use lamp 1", "look"},
		`"actions_gone":["look","use lamp 1"],"actions_new":[],`:       {},
	} {
		t.Run(said, func(t *testing.T) {
			d, _ := dreamt(t, chat.Options{}, openai.Options{}, openaitest.Say(`{"reasoning":"r","valid":true,"next_state":"s",`+said+plain+`}`))
			p, err := d.Predict(t.Context(), "use lamp 1", nil)
			require.NoError(t, err)
			require.Equal(t, then, p.Admissible)
		})
	}
}

func TestDenseRewardsAreKeptOfValidActions(t *testing.T) {
	d, _ := dreamt(t, chat.Options{Dense: true}, openai.Options{}, says(plain),
		openaitest.Say(`{"reasoning":"r","valid":false,"next_state":"Nothing happens.","actions_gone":[],"actions_new":[],"terminated":true,"success":false,"precedent":null,"reward":0.5}`))
	p, err := d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	require.Equal(t, 0.25, *p.Reward)
	p, err = d.Predict(t.Context(), "fly", nil)
	require.NoError(t, err)
	require.False(t, *p.Valid)
	require.Equal(t, 0.0, *p.Reward)
	require.False(t, p.Terminated, "an invalid action ends nothing")
}

// TestASuccessTakesAPrecedent: the very demonstration must be named that shows a
// real success.
func TestASuccessTakesAPrecedent(t *testing.T) {
	realWin, dreamedWin, loss := recorded("real", new(true), 2), recorded("synthetic", new(true), 2), recorded("real", new(false), 2)
	middle := realWin
	middle.Index = 0
	for name, c := range map[string]struct {
		shown     []producers.Demonstration
		precedent string
		granted   bool
		why       string
	}{
		"a real success":       {[]producers.Demonstration{loss, realWin}, "2", true, ""},
		"none is named":        {[]producers.Demonstration{realWin}, "null", false, "without a demonstration to rest on"},
		"none was shown":       {nil, "1", false, "by demonstration 1, and there were 0"},
		"beyond the shown":     {[]producers.Demonstration{realWin}, "2", false, "by demonstration 2, and there were 1"},
		"before the first":     {[]producers.Demonstration{realWin}, "0", false, "by demonstration 0"},
		"a dreamed success":    {[]producers.Demonstration{dreamedWin}, "1", false, "not the last step of a real success"},
		"a failure":            {[]producers.Demonstration{loss}, "1", false, "not the last step of a real success"},
		"a step before it":     {[]producers.Demonstration{middle}, "1", false, "not the last step of a real success"},
		"an ungraded episode":  {[]producers.Demonstration{recorded("real", nil, 1)}, "1", false, "not the last step of a real success"},
		"the neighbour of one": {[]producers.Demonstration{loss, realWin}, "1", false, "not the last step of a real success"},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := dreamt(t, chat.Options{Dense: true}, openai.Options{}, says(`"terminated":true,"success":true,"reward":1,"precedent":`+c.precedent))
			p, err := d.Predict(t.Context(), "use lamp 1", c.shown)
			require.NoError(t, err)
			require.Equal(t, c.granted, p.Terminated)
			if c.granted {
				require.True(t, *p.Success)
				require.Equal(t, 1.0, *p.Reward)
				return
			}
			require.Nil(t, p.Success)
			require.Equal(t, 0.0, *p.Reward)
			require.Contains(t, p.Reasoning, "A success was claimed")
			require.Contains(t, p.Reasoning, c.why)
			require.Contains(t, string(*p.Info), "success_withheld")
		})
	}
}

func TestAFailureEndsTheTask(t *testing.T) {
	d, _ := dreamt(t, chat.Options{}, openai.Options{}, says(`"terminated":true,"success":false,"precedent":null,"reward":0`))
	p, err := d.Predict(t.Context(), "drop mug", nil)
	require.NoError(t, err)
	require.True(t, p.Terminated)
	require.False(t, *p.Success)
}

func TestABadAnswerIsRepairedOnce(t *testing.T) {
	good := says(plain)
	for name, c := range map[string]struct {
		bad  openaitest.Reply
		says string
	}{
		"no JSON":             {openaitest.Say("The lamp is on."), "no JSON object"},
		"another language":    {openaitest.Say("灯亮了。"), "no JSON object"},
		"Chinese in JSON":     {openaitest.Say(`{"reasoning":"r","valid":true,"next_state":"你打开了台灯。","actions_gone":[],"actions_new":[],` + plain + `}`), "written in Han letters"},
		"Chinese reasoning":   {openaitest.Say(`{"reasoning":"台灯被打开了，因为用了它。","valid":true,"next_state":"s","actions_gone":[],"actions_new":[],` + plain + `}`), `"reasoning" is written in Han letters`},
		"cut short":           {openaitest.Choice(`"message":{"content":"{\"reasoning\":\"r"},"finish_reason":"length"`), "cut off at its greatest number of tokens"},
		"empty":               {openaitest.Say(""), "no JSON object"},
		"a missing member":    {openaitest.Say(`{"reasoning":"r","next_state":"s"}`), `"valid" is missing`},
		"an empty state":      {openaitest.Say(`{"reasoning":"r","valid":true,"next_state":" ","actions_gone":[],"actions_new":[],` + plain + `}`), `"next_state" is empty`},
		"a number for a text": {openaitest.Say(`{"reasoning":"r","valid":true,"next_state":7,"actions_gone":[],"actions_new":[],` + plain + `}`), `"next_state" must be a text`},
		"a word for a truth":  {openaitest.Say(`{"reasoning":"r","valid":"yes","next_state":"s","actions_gone":[],"actions_new":[],` + plain + `}`), `"valid" must be true or false`},
		"a list of numbers":   {openaitest.Say(`{"reasoning":"r","valid":true,"next_state":"s","actions_gone":[],"actions_new":[1],` + plain + `}`), `"actions_new" must be a list`},
		"null for a truth":    {openaitest.Say(`{"reasoning":"r","valid":null,"next_state":"s","actions_gone":[],"actions_new":[],` + plain + `}`), `"valid" must be true or false`},
		"an endless reward":   {openaitest.Say(`{"reasoning":"r","valid":true,"next_state":"s","actions_gone":[],"actions_new":[],"terminated":false,"success":false,"reward":1e999}`), `"reward" must be`},
		"a long state":        {openaitest.Say(`{"reasoning":"r","valid":true,"next_state":"` + strings.Repeat("s", 70<<10) + `","actions_gone":[],"actions_new":[],` + plain + `}`), "more than the 65536"},
		"a refusal":           {openaitest.Message(`{"content":null,"refusal":"I may not."}`), "the model refused: I may not."},
		"10 MB":               {openaitest.Large(10 << 20), "more than 8388608 bytes"},
		"1 MB":                {openaitest.Large(1 << 20), "more than the 262144 that are read"},
		"no choice":           {openaitest.Completion(`"choices":[]`), "no choices"},
	} {
		t.Run(name, func(t *testing.T) {
			d, script := dreamt(t, chat.Options{}, openai.Options{}, c.bad, good)
			p, err := d.Predict(t.Context(), "use lamp 1", nil)
			require.NoError(t, err)
			require.Equal(t, "You turn the lamp on.", p.Text)
			require.Contains(t, string(*p.Info), "repaired")
			recordable(t, p.Calls, "experience", 2)
			require.Contains(t, string(script.Requests()[1].Body), "cannot be used")
			require.Less(t, len(script.Requests()[1].Body), 30_000, "what is wrong is not repeated at length")

			d, script = dreamt(t, chat.Options{}, openai.Options{}, c.bad)
			p, err = d.Predict(t.Context(), "use lamp 1", nil)
			require.ErrorContains(t, err, "model asked-1 was asked twice, and neither answer can be used")
			require.ErrorContains(t, err, c.says)
			recordable(t, p.Calls, "experience", 2)
			require.Len(t, script.Requests(), 2)
		})
	}
}

// TestAnAnswerThatWentInCirclesIsNotRepeated: shown to the model it would go on
// so, and at the same temperature as well.
func TestAnAnswerThatWentInCirclesIsNotRepeated(t *testing.T) {
	circles := openaitest.Choice(`"message":{"content":"{\"reasoning\":\"round and round and round"},"finish_reason":"length"`)
	d, script := dreamt(t, chat.Options{Sampling: chat.Sampling{Temperature: new(0.0)}}, openai.Options{}, circles, says(plain))
	p, err := d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	recordable(t, p.Calls, "experience", 2)
	first, second := string(script.Requests()[0].Body), string(script.Requests()[1].Body)
	require.Contains(t, first, `"temperature":0,`)
	require.Contains(t, second, `"temperature":0.7,`)
	require.NotContains(t, second, "round and round")
	require.Contains(t, second, "asked for the second time")

	d, script = dreamt(t, chat.Options{Sampling: chat.Sampling{Temperature: new(1.0)}}, openai.Options{}, circles, says(plain))
	_, err = d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	require.Contains(t, string(script.Requests()[1].Body), `"temperature":1,`, "it is warm already")
}

// TestARepairGoesOnFromTheAnswer: what is short enough is shown to the model
// again, so that the calls are one segment.
func TestARepairGoesOnFromTheAnswer(t *testing.T) {
	d, script := dreamt(t, chat.Options{}, openai.Options{}, openaitest.Say("The lamp is on."), says(plain))
	p, err := d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	require.Contains(t, string(script.Requests()[1].Body), `{"role":"assistant","content":"The lamp is on."}`)
	require.EqualValues(t, []int64{0, 0}, []int64{*p.Calls[0].Segment, *p.Calls[1].Segment})
	require.NotContains(t, string(p.Calls[1].Messages), "system")
}

func TestAServerThatFailsIsAClearError(t *testing.T) {
	hasty := openai.Options{Timeout: 50 * time.Millisecond, Retry: openai.Retry{MaxAttempts: 2, FirstPause: time.Millisecond, LongestPause: time.Millisecond}}
	for name, c := range map[string]struct {
		reply openaitest.Reply
		says  string
		calls int
	}{
		"never":   {openaitest.Never(), "longer than the time-out", 2},
		"429":     {openaitest.JSON(429, `{"error":{"message":"slow down"}}`), "gave up after 2 attempts", 2},
		"500":     {openaitest.JSON(500, `{}`), "500 Internal Server Error", 2},
		"HTML":    {openaitest.HTML(200), "text/html instead of JSON", 1},
		"refused": {openaitest.JSON(400, `{"error":{"message":"no schemas here"}}`), "no schemas here", 1},
		"stalled": {openaitest.Stalled(), "broke off", 2},
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := dreamt(t, chat.Options{}, hasty, c.reply)
			p, err := d.Predict(t.Context(), "use lamp 1", nil)
			require.ErrorContains(t, err, c.says)
			recordable(t, p.Calls, "experience", c.calls)
		})
	}
}

func TestABudgetEndsTheAsking(t *testing.T) {
	d, script := dreamt(t, chat.Options{}, openai.Options{Prices: openai.Prices{PromptUSD: 1000}, BudgetUSD: 0.01}, says(plain))
	_, err := d.Predict(t.Context(), "use lamp 1", nil)
	require.NoError(t, err)
	_, err = d.Predict(t.Context(), "use lamp 1", nil)
	require.ErrorIs(t, err, openai.ErrBudget)
	require.Len(t, script.Requests(), 1)
}

func TestAFirstStateIsImagined(t *testing.T) {
	c, script := connect(t, openai.Options{}, openaitest.Say(`{"reasoning":"r","state":"You stand by a desk 1.","admissible_actions":["look"]}`), says(plain))
	m, err := chat.New(c, chat.Options{Model: "asked-1"})
	require.NoError(t, err)
	alike := recorded("real", new(true), 1)
	d, err := m.Begin(t.Context(), producers.Beginning{Task: task, Demonstrations: []producers.Demonstration{alike}})
	require.NoError(t, err)
	require.Equal(t, seen("You stand by a desk 1.", "look"), d.Start())
	require.Contains(t, string(script.Requests()[0].Body), "First state: You hold a mug.")
	recordable(t, d.Calls(), "experience", 1)
	p, err := d.Predict(t.Context(), "look", nil)
	require.NoError(t, err)
	recordable(t, p.Calls, "experience", 1)
}

// The calls of a first state that was not imagined count as well.
func TestAFirstStateThatCannotBeImagined(t *testing.T) {
	empty := openaitest.Say(`{"reasoning":"r","state":"","admissible_actions":null}`)
	for name, test := range map[string]struct {
		reply openaitest.Reply
		calls int
		says  string
	}{
		"no JSON":        {openaitest.Say("A room."), 2, "neither answer can be used"},
		"an empty state": {empty, 2, `"state" is empty`},
		"refused":        {openaitest.JSON(400, `{"error":{"message":"no schemas here"}}`), 1, "no schemas here"},
		"interrupted":    {openaitest.Never(), 1, "context canceled"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			reply := func(w http.ResponseWriter, r *http.Request) {
				if name == "interrupted" {
					cancel()
				}
				test.reply(w, r)
			}
			c, script := connect(t, openai.Options{}, reply)
			m, err := chat.New(c, chat.Options{Model: "asked-1"})
			require.NoError(t, err)
			d, err := m.Begin(ctx, producers.Beginning{Task: task})
			require.ErrorContains(t, err, "imagine how task examine/1 begins")
			require.ErrorContains(t, err, test.says)
			recordable(t, d.Calls(), "experience", test.calls)
			require.Len(t, script.Requests(), test.calls)
		})
	}
}

func TestTheVersionFollowsFromHowItIsAsked(t *testing.T) {
	c, _ := connect(t, openai.Options{}, says(plain))
	of := func(o chat.Options) producers.Model {
		o.Model = "m/1"
		m, err := chat.New(c, o)
		require.NoError(t, err)
		return m.Model()
	}
	require.Equal(t, "chat/m/1", of(chat.Options{}).ID)
	require.Equal(t, of(chat.Options{}), of(chat.Options{Sampling: chat.Sampling{MaxTokens: 1024}}), "the default")
	require.NotEqual(t, of(chat.Options{}).Version, of(chat.Options{Dense: true}).Version)
	require.NotEqual(t, of(chat.Options{}).Version, of(chat.Options{Sampling: chat.Sampling{Temperature: new(0.5)}}).Version)
}

func TestOptionsAreChecked(t *testing.T) {
	for _, o := range []chat.Options{{}, {Model: "m", Prompt: chat.Prompt{ContextTokens: -1}}, {Model: "m", Sampling: chat.Sampling{Temperature: new(-1.0)}}, {Model: "m", Sampling: chat.Sampling{TopP: new(0.0)}}} {
		_, err := chat.New(nil, o)
		require.Error(t, err)
		_, err = chat.NewTeacher(nil, o)
		require.Error(t, err)
	}
}
