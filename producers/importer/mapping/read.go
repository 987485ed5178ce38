package mapping

import (
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"

	"github.com/dreamlog/dreamlog/producers/importer"
	"github.com/dreamlog/dreamlog/schema"
)

// episode reads what a row says of its episode.
func (r row) episode() (*importer.Episode, error) {
	e := &importer.Episode{
		Environment: r["environment"].String, EnvironmentVersion: r.text("environment_version"), Split: r["split"].String,
		TaskID: r["task_id"].String, Instruction: r.text("instruction"), Group: r["group_id"].String, Origin: r["origin"].String,
		ModelID: r.text("model_id"), ModelVersion: r.text("model_version"), PolicyID: r.text("policy_id"),
		Status: r["status"].String, Reason: r.text("reason"),
	}
	var failed [9]error
	e.EnvSeed, failed[0] = r.whole("env_seed")
	e.Attempt, failed[1] = r.whole("attempt")
	e.MaxSteps, failed[2] = r.whole("max_steps")
	e.PolicyVersion, failed[3] = r.whole("policy_version")
	e.Temperature, failed[4] = r.number("temperature")
	e.Time, failed[5] = r.moment("time")
	e.Success, failed[6] = r.truth("success")
	e.Return, failed[7] = r.number("episode_return")
	e.TaskInfo, failed[8] = r.object("task_info")
	info, err := r.object("episode_info")
	if err = errors.Join(errors.Join(failed[:]...), err); err != nil {
		return nil, err
	}
	e.Info, err = withID(info, r["episode_id"].String)
	return e, err
}

// withID adds the id that the source gives the episode to its info.
func withID(info *schema.JSON, id string) (*schema.JSON, error) {
	members := map[string]jsontext.Value{}
	if info != nil {
		if err := importer.Decode([]byte(*info), &members); err != nil {
			return nil, err
		}
	}
	return importer.InfoOf(members, map[string]any{"source_episode_id": id}), nil
}

// step reads what a row says of its step.
func (r row) step() (importer.Step, error) {
	for _, name := range []string{"state", "action"} {
		if !r[name].Valid {
			return importer.Step{}, fmt.Errorf("%s of step %s is NULL", name, r["step"].String)
		}
	}
	s := importer.Step{State: r["state"].String, Action: r["action"].String, NextState: r["next_state"].String,
		Thought: r.text("thought"), Reasoning: r.text("reasoning")}
	var failed [8]error
	s.AdmissibleActions, failed[0] = r.list("admissible_actions")
	s.NextAdmissible, failed[1] = r.list("next_admissible_actions")
	s.ActionValid, failed[2] = r.truth("action_valid")
	s.Reward, failed[3] = r.number("reward")
	s.ActionLogprob, failed[4] = r.number("action_logprob")
	s.Info, failed[5] = r.object("info")
	terminated, err := r.truth("terminated")
	failed[6] = err
	truncated, err := r.truth("truncated")
	failed[7] = err
	s.Terminated, s.Truncated = terminated != nil && *terminated, truncated != nil && *truncated
	return s, errors.Join(failed[:]...)
}
