package importer

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/dreamlog/dreamlog/producers"
	"github.com/dreamlog/dreamlog/schema"
)

// maker turns episodes of one source into events.
type maker struct {
	format  string
	source  string // of the envelope
	runID   *string
	purpose string
	now     schema.Micros
}

// identity is what an episode's id derives from: the digest of its record, and
// who played which attempt, since a file often says that for all its records.
type identity struct {
	record  [sha256.Size]byte
	policy  string
	attempt int64 // -1: the source does not say
}

func identify(e *Episode) identity {
	id := identity{record: sha256.Sum256(e.Record), policy: policyName(e), attempt: -1}
	if e.Attempt != nil {
		id.attempt = *e.Attempt
	}
	return id
}

// policyName names the policy with its version; empty when nobody says who acted.
func policyName(e *Episode) string {
	if e.PolicyID == nil {
		return ""
	}
	if e.PolicyVersion == nil {
		return *e.PolicyID
	}
	return *e.PolicyID + "@" + strconv.FormatInt(*e.PolicyVersion, 10)
}

// episodeID derives the id of an episode; occurrence counts episodes of equal
// identity earlier in the file.
func (m *maker) episodeID(id identity, occurrence int) string {
	return schema.DeriveID("episode", m.format, hex.EncodeToString(id.record[:]), id.policy,
		strconv.FormatInt(id.attempt, 10), strconv.Itoa(occurrence))
}

// task proposes the task of an episode. A task that the source has no words
// for goes by its id.
func (m *maker) task(e *Episode) *schema.TaskRow {
	kind, split, instruction := "seed", splitOf(e), e.TaskID
	if e.Instruction != nil && *e.Instruction != "" {
		instruction = *e.Instruction
	}
	event := producers.Task{Environment: e.Environment, ID: e.TaskID}.EventID()
	return &schema.TaskRow{
		Envelope: m.envelope(schema.TypeTaskProposed, event, e.TaskID, e),
		Task: schema.Task{TaskID: e.TaskID, Environment: &e.Environment, Split: &split, Instruction: &instruction,
			Kind: &kind, Info: e.TaskInfo},
	}
}

// events returns the events of an episode in the order in which they are
// produced: its transitions, its calls, its end.
func (m *maker) events(e *Episode, episodeID string) []schema.Row {
	rows := make([]schema.Row, 0, len(e.Steps)+len(e.Calls)+1)
	group := m.groupID(e)
	for i := range e.Steps {
		rows = append(rows, m.transition(e, i, episodeID, group))
	}
	for i := range e.Calls {
		rows = append(rows, m.call(e, i, episodeID))
	}
	return append(rows, m.end(e, episodeID, group))
}

// groupID derives the id of the group of an episode.
func (m *maker) groupID(e *Episode) string {
	parts := []string{"group", m.format, e.Environment, e.TaskID, policyName(e)}
	if e.Group != "" {
		parts = append(parts, e.Group)
	}
	return schema.DeriveID(parts...)
}

func (m *maker) transition(e *Episode, i int, episodeID, group string) *schema.TransitionRow {
	s := &e.Steps[i]
	var calls []string
	for _, c := range s.Calls {
		calls = append(calls, callEvent(episodeID, c))
	}
	return &schema.TransitionRow{
		Envelope: m.envelope(schema.TypeTransition, schema.DeriveID("event", episodeID, "transition", strconv.Itoa(i)), episodeID, e),
		Transition: schema.Transition{
			RunID: m.runID, Purpose: m.purpose, Environment: e.Environment, EnvironmentVersion: e.EnvironmentVersion,
			EnvSeed: e.EnvSeed, Split: splitOf(e), TaskID: e.TaskID, Instruction: e.Instruction,
			EpisodeID: episodeID, GroupID: &group, Attempt: e.Attempt, Step: int64(i), MaxSteps: e.MaxSteps, Origin: originOf(e),
			State: s.State, AdmissibleActions: s.AdmissibleActions, Action: s.Action, ActionValid: s.ActionValid,
			NextState: s.NextState, NextAdmissibleActions: s.NextAdmissible, Reward: s.Reward,
			Terminated: s.Terminated, Truncated: s.Truncated, Thought: s.Thought,
			PolicyID: e.PolicyID, PolicyVersion: e.PolicyVersion, Temperature: e.Temperature, ActionLogprob: s.ActionLogprob,
			ModelID: e.ModelID, ModelVersion: e.ModelVersion, Reasoning: s.Reasoning, CallIDs: calls, Info: s.Info,
		},
	}
}

func callEvent(episodeID string, index int) string {
	return schema.DeriveID("event", episodeID, "call", strconv.Itoa(index))
}

func (m *maker) call(e *Episode, i int, episodeID string) *schema.CallRow {
	row := &schema.CallRow{
		Envelope: m.envelope(schema.TypeLLMCalled, callEvent(episodeID, i), episodeID, e),
		Call:     e.Calls[i],
	}
	row.RunID, row.EpisodeID, row.Environment = m.runID, &episodeID, &e.Environment
	if row.Role == "" {
		row.Role = "agent"
	}
	return row
}

func (m *maker) end(e *Episode, episodeID, group string) *schema.EpisodeRow {
	return &schema.EpisodeRow{
		Envelope: m.envelope(schema.TypeEpisodeEnded, schema.DeriveID("event", episodeID, "end", "0"), episodeID, e),
		Episode: schema.Episode{
			RunID: m.runID, Purpose: m.purpose, Environment: e.Environment, EnvironmentVersion: e.EnvironmentVersion,
			Split: splitOf(e), TaskID: e.TaskID, Instruction: e.Instruction, EpisodeID: episodeID, GroupID: &group,
			Attempt: e.Attempt, Origin: originOf(e), PolicyID: e.PolicyID, PolicyVersion: e.PolicyVersion,
			Status: e.Status, Success: e.Success, EpisodeReturn: returnOf(e), Length: int64(len(e.Steps)), Reason: e.Reason, Info: e.Info,
		},
	}
}

func (m *maker) envelope(eventType, id, subject string, e *Episode) schema.Envelope {
	at := m.now
	if !e.Time.IsZero() {
		at = schema.MicrosOf(e.Time)
	}
	return schema.Envelope{EventID: id, EventType: eventType, Time: at, Source: m.source, Subject: subject}
}

func splitOf(e *Episode) string {
	if e.Split == "" {
		return "train"
	}
	return e.Split
}

func originOf(e *Episode) string {
	if e.Origin == "" {
		return "real"
	}
	return e.Origin
}

// returnOf is the return that the source states, else the sum of the rewards
// where every step has one.
func returnOf(e *Episode) *float64 {
	if e.Return != nil || len(e.Steps) == 0 {
		return e.Return
	}
	sum := 0.0
	for i := range e.Steps {
		if e.Steps[i].Reward == nil {
			return nil
		}
		sum += *e.Steps[i].Reward
	}
	return &sum
}
