package schema

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// broken is an example with one rule broken, and the error that says so.
type broken struct {
	name  string
	row   Row
	error string
}

// brokenBy returns copies of a row, each changed by one of the functions.
func brokenBy[T any, P interface {
	*T
	Row
}](row P, changes map[string]func(P)) (all []broken) {
	for message, change := range changes {
		changed := *row
		change(&changed)
		all = append(all, broken{row.Head().EventType + ": " + message, P(&changed), message})
	}
	return all
}

func TestValidateNamesFieldValueAndRule(t *testing.T) {
	var all []broken
	all = append(all, brokenBy(exampleTransition(), brokenEnvelopes)...)
	all = append(all, brokenBy(exampleTransition(), brokenTransitions)...)
	all = append(all, brokenBy(exampleEpisode(), brokenEpisodes)...)
	all = append(all, brokenBy(exampleProposed(), brokenProposals)...)
	all = append(all, brokenBy(exampleSelected(), brokenSelections)...)
	all = append(all, brokenBy(exampleCall(), brokenCalls)...)
	all = append(all, brokenBy(exampleAnnotation(), brokenAnnotations)...)
	all = append(all, brokenBy(exampleBatch(), brokenTrainings)...)
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			err := Validate(b.row)
			var field *FieldError
			require.ErrorAs(t, err, &field)
			require.Equal(t, "field "+b.error, err.Error())
			_, _, err = Encode(b.row)
			require.EqualError(t, err, "field "+b.error, "what does not validate is never produced")
		})
	}
}

var long = strings.Repeat("x", MaxIDBytes+1)

var brokenEnvelopes = map[string]func(*TransitionRow){
	`ce_type: "nonsense": is no event type of table transitions`:      func(r *TransitionRow) { r.EventType = "nonsense" },
	`ce_type: "episode.ended": is no event type of table transitions`: func(r *TransitionRow) { r.EventType = TypeEpisodeEnded },
	`ce_type: "": is no event type of table transitions`:              func(r *TransitionRow) { r.EventType = "" },
	`event_id: is required`: func(r *TransitionRow) { r.EventID = "" },
	`event_id: "` + long[:59] + `…: must have at most 512 bytes`: func(r *TransitionRow) { r.EventID = long },
	`source: is required`:                                                         func(r *TransitionRow) { r.Source = "" },
	`subject: is required`:                                                        func(r *TransitionRow) { r.Subject = "" },
	`subject: "another": must equal episode_id`:                                   func(r *TransitionRow) { r.Subject = "another" },
	`time: is required, and not the first moment of 1970`:                         func(r *TransitionRow) { r.Time = 0 },
	`time: 10000-01-01 00:00:00 +0000 UTC: must lie in the years 1 to 9999`:       func(r *TransitionRow) { r.Time = latest + 1 },
	`time: 0000-12-31 23:59:59.999999 +0000 UTC: must lie in the years 1 to 9999`: func(r *TransitionRow) { r.Time = earliest - 1 },
	`ce_sequence: producer and sequence go together: give both or none`:           func(r *TransitionRow) { r.Sequence = nil },
	`producer: is required`:                                                       func(r *TransitionRow) { r.Producer = some("") },
	`ce_sequence: 0: must be 1 or more`:                                           func(r *TransitionRow) { r.Sequence = some[int64](0) },
	`source: "a\xffb": must be valid UTF-8`:                                       func(r *TransitionRow) { r.Source = "a\xffb" },
	`producer: "\xff": must be valid UTF-8`:                                       func(r *TransitionRow) { r.Producer = some("\xff") },
}

var brokenTransitions = map[string]func(*TransitionRow){
	`purpose: "": must be one of collect, train, evaluate, probe`:                func(r *TransitionRow) { r.Purpose = "" },
	`environment: is required`:                                                   func(r *TransitionRow) { r.Environment = "" },
	`split: is required`:                                                         func(r *TransitionRow) { r.Split = "" },
	`task_id: is required`:                                                       func(r *TransitionRow) { r.TaskID = "" },
	`episode_id: is required`:                                                    func(r *TransitionRow) { r.EpisodeID = "" },
	`origin: "imagined": must be one of real, synthetic`:                         func(r *TransitionRow) { r.Origin = "imagined" },
	`step: is required, and 0 or more`:                                           func(r *TransitionRow) { r.Step = -1 },
	`step: -2: must be 0 or more`:                                                func(r *TransitionRow) { r.Step = -2 },
	`iteration: -1: must be 0 or more`:                                           func(r *TransitionRow) { r.Iteration = some[int64](-1) },
	`attempt: -1: must be 0 or more`:                                             func(r *TransitionRow) { r.Attempt = some[int64](-1) },
	`max_steps: -1: must be 0 or more`:                                           func(r *TransitionRow) { r.MaxSteps = some[int64](-1) },
	`demo_depth: -1: must be 0 or more`:                                          func(r *TransitionRow) { r.DemoDepth = some[int64](-1) },
	`reward: NaN: must be finite`:                                                func(r *TransitionRow) { r.Reward = some(math.NaN()) },
	`reward: +Inf: must be finite`:                                               func(r *TransitionRow) { r.Reward = some(math.Inf(1)) },
	`temperature: -Inf: must be finite`:                                          func(r *TransitionRow) { r.Temperature = some(math.Inf(-1)) },
	`action_logprob: -Inf: must be finite`:                                       func(r *TransitionRow) { r.ActionLogprob = some(math.Inf(-1)) },
	`demonstrations[1].event_id: is required`:                                    func(r *TransitionRow) { r.Demonstrations = []Demonstration{{EventID: "a"}, {}} },
	`demonstrations[0].similarity: 1.5: must lie between -1.000001 and 1.000001`: func(r *TransitionRow) { r.Demonstrations = []Demonstration{{EventID: "a", Similarity: 1.5}} },
	`demonstrations[0].similarity: NaN: must lie between -1.000001 and 1.000001`: func(r *TransitionRow) { r.Demonstrations = []Demonstration{{EventID: "a", Similarity: math.NaN()}} },
	`demonstrations[0].event_id: "\xff": must be valid UTF-8`:                    func(r *TransitionRow) { r.Demonstrations = []Demonstration{{EventID: "\xff"}} },
	`info: "[1]": must be a JSON object`:                                         func(r *TransitionRow) { r.Info = some(JSON(`[1]`)) },
	`info: "{": must be a JSON object`:                                           func(r *TransitionRow) { r.Info = some(JSON(`{`)) },
	`info: "": must be a JSON object`:                                            func(r *TransitionRow) { r.Info = some(JSON(``)) },
	`info: "{} {}": must be a JSON object`:                                       func(r *TransitionRow) { r.Info = some(JSON(`{} {}`)) },
	`info: "{\"a\":NaN}": must be a JSON object`:                                 func(r *TransitionRow) { r.Info = some(JSON(`{"a":NaN}`)) },
	`state: "half a \xe2\x82": must be valid UTF-8`:                              func(r *TransitionRow) { r.State = "half a \xe2\x82" },
	`thought: "\xc3(": must be valid UTF-8`:                                      func(r *TransitionRow) { r.Thought = some("\xc3(") },
	`admissible_actions[1]: "\xff": must be valid UTF-8`:                         func(r *TransitionRow) { r.AdmissibleActions = []string{"a", "\xff"} },
}

var brokenEpisodes = map[string]func(*EpisodeRow){
	`status: "won": must be one of completed, truncated, aborted, failed`: func(r *EpisodeRow) { r.Status = "won" },
	`length: -3: must be 0 or more`:                                       func(r *EpisodeRow) { r.Length = -3 },
	`iteration: -1: must be 0 or more`:                                    func(r *EpisodeRow) { r.Iteration = some[int64](-1) },
	`attempt: -1: must be 0 or more`:                                      func(r *EpisodeRow) { r.Attempt = some[int64](-1) },
	`episode_return: NaN: must be finite`:                                 func(r *EpisodeRow) { r.EpisodeReturn = some(math.NaN()) },
	`info: "null": must be a JSON object`:                                 func(r *EpisodeRow) { r.Info = some(JSON(`null`)) },
	`subject: "episode-1": must equal episode_id`:                         func(r *EpisodeRow) { r.EpisodeID = "episode-2" },
	`purpose: "play": must be one of collect, train, evaluate, probe`:     func(r *EpisodeRow) { r.Purpose = "play" },
}

var brokenProposals = map[string]func(*TaskRow){
	`task_id: is required`:                      func(r *TaskRow) { r.TaskID = "" },
	`subject: "task-2": must equal task_id`:     func(r *TaskRow) { r.TaskID = "task-3" },
	`environment: is required`:                  func(r *TaskRow) { r.Environment = nil },
	`split: is required`:                        func(r *TaskRow) { r.Split = nil },
	`instruction: is required`:                  func(r *TaskRow) { r.Instruction = nil },
	`kind: "": must be one of seed, generated`:  func(r *TaskRow) { r.Kind = nil },
	`parents: are required of a generated task`: func(r *TaskRow) { r.Parents = nil },
	`parent_values[1]: NaN: must be finite`:     func(r *TaskRow) { r.ParentValues = []float64{1, math.NaN()} },
	`lambda: is not a field of task.proposed`:   func(r *TaskRow) { r.Lambda = some(0.5) },
	`info: "1": must be a JSON object`:          func(r *TaskRow) { r.Info = some(JSON(`1`)) },
}

var brokenSelections = map[string]func(*TaskRow){
	`iteration: is required`:                     func(r *TaskRow) { r.Iteration = nil },
	`iteration: -1: must be 0 or more`:           func(r *TaskRow) { r.Iteration = some[int64](-1) },
	`attempts: -1: must be 0 or more`:            func(r *TaskRow) { r.Attempts = some[int64](-1) },
	`probability: 1.5: must lie between 0 and 1`: func(r *TaskRow) { r.Probability = some(1.5) },
	`lambda: -0.1: must lie between 0 and 1`:     func(r *TaskRow) { r.Lambda = some(-0.1) },
	`lambda: NaN: must lie between 0 and 1`:      func(r *TaskRow) { r.Lambda = some(math.NaN()) },
	`mean_return: +Inf: must be finite`:          func(r *TaskRow) { r.MeanReturn = some(math.Inf(1)) },
	`value: NaN: must be finite`:                 func(r *TaskRow) { r.Value = some(math.NaN()) },
	`split: is not a field of task.selected`:     func(r *TaskRow) { r.Split = some("train") },
	`parents: is not a field of task.selected`:   func(r *TaskRow) { r.Parents = []string{} },
}

var brokenCalls = map[string]func(*CallRow){
	`role: "user": must be one of agent, experience, generator, judge, teacher`: func(r *CallRow) { r.Role = "user" },
	`subject: "episode-1": must equal episode_id`:                               func(r *CallRow) { r.EpisodeID = some("another") },
	`messages: "{}": must be a JSON array`:                                      func(r *CallRow) { r.Messages = `{}` },
	`messages: "": must be a JSON array`:                                        func(r *CallRow) { r.Messages = `` },
	`tools: "{}": must be a JSON array`:                                         func(r *CallRow) { r.Tools = some(JSON(`{}`)) },
	`sampling: "[]": must be a JSON object`:                                     func(r *CallRow) { r.Sampling = some(JSON(`[]`)) },
	`info: "[]": must be a JSON object`:                                         func(r *CallRow) { r.Info = some(JSON(`[]`)) },
	`step: -1: must be 0 or more`:                                               func(r *CallRow) { r.Step = some[int64](-1) },
	`segment: -1: must be 0 or more`:                                            func(r *CallRow) { r.Segment = some[int64](-1) },
	`loss_mask: 1: must have one entry for each response token`:                 func(r *CallRow) { r.LossMask = []bool{true} },
	`rollout_logprobs: 3: must have one entry for each response token`:          func(r *CallRow) { r.RolloutLogprobs = []float64{1, 2, 3} },
	`trainer_logprobs: 0: must have one entry for each response token`:          func(r *CallRow) { r.TrainerLogprobs = []float64{} },
	`rollout_logprobs[1]: -Inf: must be finite`:                                 func(r *CallRow) { r.RolloutLogprobs = []float64{0, math.Inf(-1)} },
	`latency_seconds: NaN: must be finite`:                                      func(r *CallRow) { r.LatencySeconds = some(math.NaN()) },
	`cost: +Inf: must be finite`:                                                func(r *CallRow) { r.Cost = some(math.Inf(1)) },
	`response: "\xff": must be valid UTF-8`:                                     func(r *CallRow) { r.Response = "\xff" },
}

var brokenAnnotations = map[string]func(*AnnotationRow){
	`target_kind: "task": must be one of event, episode, selector`: func(r *AnnotationRow) { r.TargetKind = "task" },
	`target: is required`:                  func(r *AnnotationRow) { r.Target = "" },
	`kind: is required`:                    func(r *AnnotationRow) { r.Kind = "" },
	`target_offset: -1: must be 0 or more`: func(r *AnnotationRow) { r.TargetOffset = some[int64](-1) },
	`value: "": must be JSON`:              func(r *AnnotationRow) { r.Value = "" },
	`value: "very good": must be JSON`:     func(r *AnnotationRow) { r.Kind, r.Value = "tag", "very good" },
	`value: "\"1\"": must be a number, as this annotation corrects a reward`:                   func(r *AnnotationRow) { r.Value = `"1"` },
	`value: "1e999": must be a number that 64 bits hold, as this annotation corrects a reward`: func(r *AnnotationRow) { r.Value = `1e999` },
	`value: "1": must be true or false, as this annotation corrects an outcome`:                func(r *AnnotationRow) { r.Kind, r.Value = "outcome", `1` },
}

var brokenTrainings = map[string]func(*TrainingRow){
	`items[1].id: is required`:                          func(r *TrainingRow) { r.Items = []BatchItem{{ID: "a"}, {}} },
	`items[0].probability: 2: must lie between 0 and 1`: func(r *TrainingRow) { r.Items = []BatchItem{{ID: "a", Probability: 2}} },
	`spec: "[]": must be a JSON object`:                 func(r *TrainingRow) { r.Spec = some(JSON(`[]`)) },
	`policy_id: is not a field of batch.drawn`:          func(r *TrainingRow) { r.PolicyID = some("p") },
	`success_rate: 1.1: must lie between 0 and 1`:       func(r *TrainingRow) { r.SuccessRate = some(1.1) },
	`low: -1: must lie between 0 and 1`:                 func(r *TrainingRow) { r.Low = some(-1.0) },
	`high: 2: must lie between 0 and 1`:                 func(r *TrainingRow) { r.High = some(2.0) },
	`hyperparameters: "[]": must be a JSON object`:      func(r *TrainingRow) { r.Hyperparameters = some(JSON(`[]`)) },
	`metrics: "[]": must be a JSON object`:              func(r *TrainingRow) { r.Metrics = some(JSON(`[]`)) },
}

// What looks odd and is right.
func TestValidateAccepts(t *testing.T) {
	for name, row := range map[string]Row{
		"empty texts that may be empty": func() Row {
			r := exampleTransition()
			r.State, r.Action, r.NextState = "", "", ""
			return r
		}(),
		"ids of exactly 512 bytes": func() Row { r := exampleTransition(); r.EventID = long[1:]; return r }(),
		"a time before 1970":       func() Row { r := exampleTransition(); r.Time = -1; return r }(),
		"the first moment":         func() Row { r := exampleTransition(); r.Time = earliest; return r }(),
		"the last moment":          func() Row { r := exampleTransition(); r.Time = latest; return r }(),
		"JSON with spaces":         func() Row { r := exampleTransition(); r.Info = some(JSON(" {} \n")); return r }(),
		"an outcome with spaces":   func() Row { r := exampleAnnotation(); r.Kind, r.Value = "outcome", " true "; return r }(),
		"a huge reward":            func() Row { r := exampleTransition(); r.Reward = some(-math.MaxFloat64); return r }(),
		"no tokens": func() Row {
			r := exampleCall()
			r.ResponseTokenIDs, r.LossMask, r.RolloutLogprobs, r.TrainerLogprobs = nil, nil, nil, nil
			return r
		}(),
		"a call outside episodes": func() Row { r := exampleCall(); r.EpisodeID, r.Subject = nil, "generator-1"; return r }(),
	} {
		headers, body, err := Encode(row)
		require.NoError(t, err, name)
		got, err := new(Decoder).Decode(stamped(headers), body)
		require.NoError(t, err, name)
		require.Equal(t, row, got, name)
	}
}

// The text of an error is itself valid: a value is cut between characters.
func TestAShownValueIsCutBetweenCharacters(t *testing.T) {
	for shift := range 4 {
		value := strings.Repeat("x", shift) + strings.Repeat("€", 60)
		err := fieldError("f", value, "is wrong")
		require.LessOrEqual(t, len(err.Value), shownValue+len("…"))
		require.Equal(t, err.Error(), strings.ToValidUTF8(err.Error(), "?"))
		require.True(t, strings.HasSuffix(err.Value, "€…"), err.Value)
	}
	require.Equal(t, "field f: is wrong", fieldError("f", nil, "is wrong").Error())
	require.Equal(t, `field f: "": is wrong`, fieldError("f", "", "is wrong").Error())
}
