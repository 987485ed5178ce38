package rollout

import (
	"cmp"
	"strconv"
	"time"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// series is what all episodes of a run say alike. It never changes.
type series struct {
	runID     string
	purpose   string
	iteration *int64
	policy    producers.Policy
	answerer  answerer
	maxSteps  int64
	now       func() time.Time
}

func (s *series) envelope(eventType, id, subject, source string) schema.Envelope {
	return schema.Envelope{EventID: id, EventType: eventType, Time: schema.MicrosOf(s.now()), Source: source, Subject: subject}
}

// propose writes the event of a task, if nobody did before. A task that has no
// words of its own goes by those of the first of its episodes that is told
// some, and by its id where there are none.
func (s *series) propose(j *journal, t *task, told *string) error {
	if !t.proposed.CompareAndSwap(false, true) {
		return nil
	}
	instruction := cmp.Or(t.Instruction, value(told), t.ID)
	err := j.produce(&schema.TaskRow{
		Envelope: s.envelope(schema.TypeTaskProposed, t.EventID(), t.ID, t.source),
		Task: schema.Task{TaskID: t.ID, Environment: &t.Environment, Split: &t.Split, Instruction: &instruction,
			Kind: new("seed"), Info: t.Info},
	})
	if err != nil {
		t.proposed.Store(false)
	}
	return err
}

// transition returns what the steps of an episode say alike.
func (s *series) transition(a attempt, episodeID string) schema.Transition {
	return schema.Transition{
		RunID: &s.runID, Purpose: s.purpose, Iteration: s.iteration,
		Environment: a.Environment, EnvironmentVersion: optional(a.EnvironmentVersion), EnvSeed: &a.seeds.environment,
		Split: a.Split, TaskID: a.ID, Instruction: optional(a.Instruction),
		EpisodeID: episodeID, GroupID: &a.groupID, Attempt: &a.number, MaxSteps: &s.maxSteps, Origin: s.answerer.origin(),
		ModelID: s.answerer.modelID(), ModelVersion: s.answerer.modelVersion(),
		PolicyID: optional(s.policy.ID), PolicyVersion: s.policy.Version, Temperature: s.policy.Temperature,
	}
}

// end returns the end of an episode whose steps say alike what is in t.
func (s *series) end(source string, t *schema.Transition) *schema.EpisodeRow {
	return &schema.EpisodeRow{
		Envelope: s.envelope(schema.TypeEpisodeEnded, endEvent(t.EpisodeID), t.EpisodeID, source),
		Episode: schema.Episode{
			RunID: t.RunID, Purpose: t.Purpose, Iteration: t.Iteration,
			Environment: t.Environment, EnvironmentVersion: t.EnvironmentVersion, Split: t.Split,
			TaskID: t.TaskID, Instruction: t.Instruction, EpisodeID: t.EpisodeID, GroupID: t.GroupID, Attempt: t.Attempt,
			Origin: t.Origin, PolicyID: t.PolicyID, PolicyVersion: t.PolicyVersion,
		},
	}
}

// The ids of an episode's events derive from its own, as those of imported
// episodes do.

func transitionEvent(episodeID string, step int64) string {
	return schema.DeriveID("event", episodeID, "transition", strconv.FormatInt(step, 10))
}

func callEvent(episodeID string, index int) string {
	return schema.DeriveID("event", episodeID, "call", strconv.Itoa(index))
}

func endEvent(episodeID string) string { return schema.DeriveID("event", episodeID, "end", "0") }
