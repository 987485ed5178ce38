package replay

// stepsSQL selects transitions, those of an episode together and in order. Of
// what was produced twice the first counts.
func stepsSQL(where string) string {
	return `SELECT task_id, episode_id, split, instruction, origin,
	event_id, step, state, admissible_actions, action, action_valid, next_state, next_admissible_actions,
	reward, terminated, truncated, action_logprob, demo_depth
FROM transitions WHERE ` + where + `
ORDER BY task_id, episode_id, step, log_generation, log_offset, event_id`
}

// assembly puts episodes together from rows of stepsSQL.
type assembly struct {
	scope   *scope
	intern  *interner
	do      func(*Episode) error
	episode *Episode
}

// add takes a row, and hands the episode on when the row begins another one.
func (a *assembly) add(row []any) error {
	task, id := row[0].(string), row[1].(string)
	if a.episode == nil || a.episode.ID != id || a.episode.TaskID != task {
		if err := a.flush(); err != nil {
			return err
		}
		a.episode = &Episode{ID: id, TaskID: a.intern.text(task), Environment: a.scope.Environment, EnvironmentVersion: a.scope.version,
			Split: a.intern.text(row[2].(string)), Origin: "real"}
	}
	e := a.episode
	if e.Instruction == "" {
		e.Instruction = a.intern.text(text(row[3]))
	}
	if n := len(e.Steps); n > 0 && e.Steps[n-1].Step == row[6].(int64) {
		return nil
	}
	step := Step{
		EventID: row[5].(string), Step: row[6].(int64),
		State: a.intern.text(row[7].(string)), Admissible: a.intern.list(row[8]), Action: a.intern.text(row[9].(string)), Valid: optional[bool](row[10]),
		Next: a.intern.text(row[11].(string)), NextAdmissible: a.intern.list(row[12]),
		Reward: optional[float64](row[13]), Terminated: row[14].(bool), Truncated: row[15].(bool), Logprob: optional[float64](row[16]),
	}
	if row[4].(string) == "synthetic" {
		e.Origin = "synthetic"
		step.Depth = 1
		if depth := optional[int64](row[17]); depth != nil {
			step.Depth += *depth
		}
	}
	e.Steps = append(e.Steps, step)
	return nil
}

// flush hands on the last episode.
func (a *assembly) flush() error {
	e := a.episode
	a.episode = nil
	if e == nil {
		return nil
	}
	return a.do(e)
}
