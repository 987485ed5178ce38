package analytics

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dreamlog/dreamlog/schema"
)

func transition(f *fixture, id string) *schema.Transition {
	for _, row := range f.rows[schema.Transitions] {
		if row.Head().EventID == id {
			return &row.(*schema.TransitionRow).Transition
		}
	}
	f.t.Fatalf("no transition %s", id)
	return nil
}

// contract is what scripts of others lean on: the first columns of each view
// with their types. It changes with a major version only.
const contract = `
transitions: event_id VARCHAR, time TSTZ, run_id VARCHAR, purpose VARCHAR, iteration BIGINT, environment VARCHAR, environment_version VARCHAR, env_seed BIGINT, split VARCHAR, task_id VARCHAR, instruction VARCHAR, episode_id VARCHAR, group_id VARCHAR, attempt BIGINT, step BIGINT, max_steps BIGINT, origin VARCHAR, state VARCHAR, admissible_actions VARCHAR[], action VARCHAR, action_valid BOOLEAN, next_state VARCHAR, next_admissible_actions VARCHAR[], reward DOUBLE, terminated BOOLEAN, truncated BOOLEAN, thought VARCHAR, policy_id VARCHAR, policy_version BIGINT, action_logprob DOUBLE, temperature DOUBLE, model_id VARCHAR, model_version VARCHAR, buffer_snapshot BIGINT, reasoning VARCHAR, demonstrations STRUCT(event_id VARCHAR; similarity DOUBLE)[], demo_depth BIGINT, call_ids VARCHAR[], source VARCHAR, info VARCHAR, log_generation BIGINT, log_partition BIGINT, log_offset BIGINT, ingest_time TSTZ, event_hash VARCHAR
calls: event_id VARCHAR, time TSTZ, role VARCHAR, episode_id VARCHAR, step BIGINT, model VARCHAR, weights_version VARCHAR, messages VARCHAR, tools VARCHAR, response VARCHAR, tool_call_ids VARCHAR[], finish_reason VARCHAR, prompt_prefix_length BIGINT, prompt_token_ids BIGINT[], segment BIGINT, response_token_ids BIGINT[], loss_mask BOOLEAN[], rollout_logprobs DOUBLE[], trainer_logprobs DOUBLE[], sampling VARCHAR, tokenizer_digest VARCHAR, template_digest VARCHAR, prompt_tokens BIGINT, completion_tokens BIGINT, latency_seconds DOUBLE, cost DOUBLE, log_generation BIGINT, log_partition BIGINT, log_offset BIGINT
episodes: event_id VARCHAR, time TSTZ, run_id VARCHAR, environment VARCHAR, split VARCHAR, task_id VARCHAR, instruction VARCHAR, episode_id VARCHAR, group_id VARCHAR, attempt BIGINT, origin VARCHAR, policy_id VARCHAR, policy_version BIGINT, status VARCHAR, success BOOLEAN, episode_return DOUBLE, length BIGINT, reason VARCHAR, info VARCHAR, log_generation BIGINT, log_partition BIGINT, log_offset BIGINT
tasks: task_id VARCHAR, environment VARCHAR, split VARCHAR, instruction VARCHAR, kind VARCHAR, parents VARCHAR[], generator VARCHAR, first_time TSTZ, info VARCHAR
selections: iteration BIGINT, task_id VARCHAR, attempts BIGINT, mean_return DOUBLE, value DOUBLE, probability DOUBLE, lambda DOUBLE, snapshot BIGINT
groups: group_id VARCHAR, task_id VARCHAR, environment VARCHAR, policy_id VARCHAR, first_version BIGINT, last_version BIGINT, origin VARCHAR, attempts BIGINT, mean_return DOUBLE, std_return DOUBLE, value DOUBLE
task_values: task_id VARCHAR, environment VARCHAR, policy_id VARCHAR, policy_version BIGINT, origin VARCHAR, scope VARCHAR, attempts BIGINT, mean_return DOUBLE, value DOUBLE, value_low DOUBLE, value_high DOUBLE
model_error: model_id VARCHAR, model_version VARCHAR, environment VARCHAR, environment_version VARCHAR, setting VARCHAR, k BIGINT, policy_id VARCHAR, policy_version BIGINT, n BIGINT, tasks BIGINT, rewarded BIGINT, eps_reward DOUBLE, eps_reward_low DOUBLE, eps_reward_high DOUBLE, eps_transition DOUBLE, eps_transition_low DOUBLE, eps_transition_high DOUBLE, r_max DOUBLE, gamma DOUBLE, horizon DOUBLE, bound DOUBLE
evaluations: policy_id VARCHAR, policy_version BIGINT, split VARCHAR, decoding VARCHAR, episodes BIGINT, success_rate DOUBLE, low DOUBLE, high DOUBLE, seeds BIGINT[], checkpoint VARCHAR
`

func TestColumnsAreTheContract(t *testing.T) {
	full := newFixture(t)
	full.episode("e", "t", 1, 1)
	for name, s := range map[string]*Session{"empty": newFixture(t).open(), "with rows": full.open()} {
		for line := range strings.Lines(strings.TrimSpace(contract)) {
			view, columns, _ := strings.Cut(strings.TrimSpace(line), ": ")
			described, err := s.Describe(t.Context(), view)
			require.NoError(t, err)
			for i, column := range strings.Split(columns, ", ") {
				column = strings.ReplaceAll(strings.ReplaceAll(column, ";", ","), "TSTZ", "TIMESTAMP WITH TIME ZONE")
				require.Equal(t, column, described.Columns[i].Name+" "+described.Columns[i].Type, "%s: column %d of %s", name, i, view)
			}
		}
	}
}

// Both ways: a column without documentation is as wrong as the other way round.
func TestEveryColumnOfEveryViewIsDocumented(t *testing.T) {
	s := newFixture(t).open()
	for _, v := range s.views {
		described, err := s.Describe(t.Context(), v.Name)
		require.NoError(t, err)
		require.NotEmpty(t, described.Summary)
		there := map[string]bool{}
		for _, c := range described.Columns {
			require.NotEmpty(t, c.Meaning, "%s.%s has no documentation: write a line -- column %s: …", v.Name, c.Name, c.Name)
			require.NotEmpty(t, c.Type)
			require.False(t, there[c.Name], "%s.%s is there twice", v.Name, c.Name)
			there[c.Name] = true
		}
		for column := range v.Columns {
			require.True(t, there[column], "%s: documents column %s, which is not there", v.Name, column)
		}
	}
	_, err := s.Describe(t.Context(), "nonsense")
	require.ErrorContains(t, err, "task_values")
}

func TestTransitionsShowIDsAndHashesAsText(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 1)
	row := f.rows[schema.Transitions][0]
	s := f.open()
	hash := read(t, s, "SELECT event_hash FROM transitions")
	require.Regexp(t, "^[0-9a-f]{64}$", hash)
	require.Equal(t, hash, read(t, s, "SELECT event_hash FROM transitions_raw"))
	require.Equal(t, row.Head().EventID, read(t, s, "SELECT event_id FROM transitions"))
}

func TestTheFirstEndOfAnEpisodeCounts(t *testing.T) {
	f := newFixture(t)
	f.episode("e", "t", 1, 1)
	f.episode("e", "t", 1)
	s := f.open()
	require.Equal(t, "1|1", read(t, s, "SELECT episode_return, length FROM episodes"))
}

func TestTasksAndSelections(t *testing.T) {
	f := newFixture(t)
	text := func(s string) *string { return &s }
	for _, words := range []string{"first words", "other words"} {
		f.add(&schema.TaskRow{Envelope: schema.Envelope{EventType: schema.TypeTaskProposed, Subject: "t"},
			Task: schema.Task{TaskID: "t", Environment: text("coin"), Split: text("train"), Kind: text("seed"), Instruction: text(words)}})
	}
	p, n := 0.5, int64(3)
	f.add(&schema.TaskRow{Envelope: schema.Envelope{EventType: schema.TypeTaskSelected, Subject: "t"},
		Task: schema.Task{TaskID: "t", Iteration: &n, Probability: &p}})
	s := f.open()
	require.Equal(t, "t|first words|seed", read(t, s, "SELECT task_id, instruction, kind FROM tasks"))
	require.Equal(t, "3|t|0.5", read(t, s, "SELECT iteration, task_id, probability FROM selections"))
}

func TestGroupsAndTaskValues(t *testing.T) {
	f := newFixture(t)
	f.episode("a", "even", 1, 1)
	f.episode("b", "even", 1, 0)
	f.episode("c", "even", 2, 1)
	f.episode("d", "sure", 1, 1)
	f.episode("e", "sure", 1, 1)
	f.episode("f", "dense", 1, 0.5)
	f.episode("g", "dense", 1, 1.5)
	f.episode("h", "dense", 1, 2.5)
	s := f.open()
	require.Equal(t, "dense|1|1|3|1.5\neven|1|2|3|0.6666666666666666\nsure|1|1|2|1",
		read(t, s, "SELECT group_id, first_version, last_version, attempts, mean_return FROM groups ORDER BY 1"))
	require.Equal(t, "true", read(t, s, "SELECT abs(value - 2/9) < 1e-12 AND abs(std_return - sqrt(2/9)) < 1e-12 FROM groups WHERE group_id = 'even'"))

	require.Equal(t, "dense|1|3|1.5|true\neven|1|2|0.5|true\neven|2|1|1|<nil>\nsure|1|2|1|true",
		read(t, s, `SELECT task_id, policy_version, attempts, mean_return,
			value_low <= value AND value <= value_high AND value_low >= 0 FROM task_values ORDER BY 1, 2`))
	require.Equal(t, "0.25|0.25|task", read(t, s, "SELECT value, value_high, scope FROM task_values WHERE task_id = 'even' AND policy_version = 1"))
	// Wilson, two of two: p is in [0.3424, 1].
	require.Equal(t, "0|0.0|0.25", read(t, s, "SELECT value, round(value_low, 6)::DECIMAL(4,1), value_high FROM task_values WHERE task_id = 'sure'"))
	// Delta method: V = 2/3, m4 = 2/3.
	half := 1.959963984540054 * math.Sqrt((2.0/3-4.0/9)/3)
	result, err := s.Query(t.Context(), "SELECT value, value_high FROM task_values WHERE task_id = 'dense'")
	require.NoError(t, err)
	defer result.Close()
	require.True(t, result.Next())
	require.InDelta(t, 2.0/3, result.Row()[0], 1e-12)
	require.InDelta(t, 2.0/3+half, result.Row()[1], 1e-9)
}

func TestPolicyVersionsBatchesAndEvaluations(t *testing.T) {
	f := newFixture(t)
	f.episode("a", "t", 1, 1)
	f.episode("b", "t", 1, 0)
	policy, batch, version, parts, rate, uri := "p", "b-1", int64(2), int64(2), 0.5, "file:c"
	training := func(eventType string, t schema.Training) {
		f.add(&schema.TrainingRow{Envelope: schema.Envelope{EventType: eventType, Subject: "p"}, Training: t})
	}
	training(schema.TypePolicyUpdated, schema.Training{PolicyID: &policy, PolicyVersion: &version, URI: &uri})
	training(schema.TypePolicyEvaluated, schema.Training{PolicyID: &policy, PolicyVersion: &version, URI: &uri, SuccessRate: &rate, Seeds: []int64{1, 2}})
	for _, part := range []int64{1, 0} {
		training(schema.TypeBatchDrawn, schema.Training{BatchID: &batch, Part: &part, Parts: &parts,
			Items: []schema.BatchItem{{ID: string(rune('x' + part)), Probability: 0.5}}})
	}
	s := f.open()
	require.Equal(t, "p|1|2|0.5|<nil>\np|2|0|<nil>|file:c",
		read(t, s, "SELECT policy_id, policy_version, episodes, success_rate, uri FROM policy_versions ORDER BY 2"))
	require.Equal(t, "p|2|0.5|[1 2]|file:c", read(t, s, "SELECT policy_id, policy_version, success_rate, seeds, checkpoint FROM evaluations"))
	require.Equal(t, "b-1|[[x 0.5] [y 0.5]]|2|true", read(t, s, "SELECT batch_id, items, parts, complete FROM batches"))
}

func TestModels(t *testing.T) {
	f := newFixture(t)
	f.add(&schema.TrainingRow{Envelope: schema.Envelope{EventType: schema.TypeModelFitted, Subject: "lifted/house"}, Training: schema.Training{
		ModelID: new("lifted/house"), ModelVersion: new("v1"), Environment: new("house"), Snapshot: new(int64(3)), Transitions: new(int64(12)),
		Hyperparameters: new(schema.JSON(`{"kind":"lifted","seed":5,"visibility":{"environment_version":"2"}}`)),
		Metrics:         new(schema.JSON(`{"tasks":4}`)), URI: new("models/x"), SHA256: new("ab"),
	}})
	f.add(&schema.TrainingRow{Envelope: schema.Envelope{EventType: schema.TypePolicyUpdated, Subject: "p"}, Training: schema.Training{PolicyID: new("p")}})
	require.Equal(t, `lifted/house|v1|lifted|house|2|3|12|4|5|{"environment_version":"2"}|models/x|ab`,
		read(t, f.open(), "SELECT model_id, model_version, kind, environment, environment_version, snapshot, transitions, tasks, seed, visibility, uri, sha256 FROM models"))
}

func TestDeadLetters(t *testing.T) {
	f := newFixture(t)
	f.add(&schema.DeadLetterRow{Envelope: schema.Envelope{EventID: "dead-1", Subject: "0/1/0"},
		DeadLetter: schema.DeadLetter{Reason: "why", Headers: `[["ce_id","YQ=="],["bin","/w=="]]`, Value: []byte("text")}})
	f.add(&schema.DeadLetterRow{Envelope: schema.Envelope{EventID: "dead-2", Subject: "0/1/1"},
		DeadLetter: schema.DeadLetter{Reason: "why", Headers: `[]`, Key: []byte("k"), Value: []byte{0xff}}})
	f.annotate("0/1/0", "event", "dead-1", "redriven", "true", -1)
	s := f.open()
	require.Equal(t, "why|<nil>|[[ce_id a] [bin <nil>]]|text|dGV4dA==|true\nwhy|k|[]|<nil>|/w==|false",
		read(t, s, "SELECT reason, key_text, headers, value_text, value_base64, redriven FROM deadletter ORDER BY event_id"))
}
