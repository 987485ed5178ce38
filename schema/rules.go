package schema

func (r *TransitionRow) validate() error {
	var c check
	c.played(r.Purpose, r.Environment, r.Split, r.TaskID, r.EpisodeID, r.Origin)
	c.subject(&r.Envelope, "episode_id", r.EpisodeID)
	c.number("step", r.Step)
	c.count("iteration", r.Iteration)
	c.count("attempt", r.Attempt)
	c.count("max_steps", r.MaxSteps)
	c.count("demo_depth", r.DemoDepth)
	for i := range r.Demonstrations {
		c.item("demonstrations", i, r.Demonstrations[i].check())
	}
	c.object("info", r.Info)
	return c.result()
}

// check leaves room for what rounding adds to a cosine.
func (d *Demonstration) check() (c check) {
	c.id("event_id", d.EventID)
	c.within("similarity", &d.Similarity, -1.000001, 1.000001)
	return c
}

// played checks what transitions and episodes say in the same words.
func (c *check) played(purpose, environment, split, task, episode, origin string) {
	c.oneOf("purpose", purpose, "collect", "train", "evaluate", "probe")
	c.required("environment", environment)
	c.required("split", split)
	c.id("task_id", task)
	c.id("episode_id", episode)
	c.oneOf("origin", origin, "real", "synthetic")
}

func (r *EpisodeRow) validate() error {
	var c check
	c.played(r.Purpose, r.Environment, r.Split, r.TaskID, r.EpisodeID, r.Origin)
	c.subject(&r.Envelope, "episode_id", r.EpisodeID)
	c.oneOf("status", r.Status, "completed", "truncated", "aborted", "failed")
	c.number("length", r.Length)
	c.count("iteration", r.Iteration)
	c.count("attempt", r.Attempt)
	c.object("info", r.Info)
	return c.result()
}

func (r *TaskRow) validate() error {
	var c check
	c.id("task_id", r.TaskID)
	c.subject(&r.Envelope, "task_id", r.TaskID)
	if r.EventType == TypeTaskProposed {
		c.required("environment", text(r.Environment))
		c.required("split", text(r.Split))
		c.required("instruction", text(r.Instruction))
		c.oneOf("kind", text(r.Kind), "seed", "generated")
		c.that(text(r.Kind) != "generated" || len(r.Parents) > 0, "parents", nil, "are required of a generated task")
	} else {
		c.that(r.Iteration != nil, "iteration", nil, "is required")
	}
	c.count("iteration", r.Iteration)
	c.count("attempts", r.Attempts)
	c.within("probability", r.Probability, 0, 1)
	c.within("lambda", r.Lambda, 0, 1)
	c.object("info", r.Info)
	return c.result()
}

func (r *CallRow) validate() error {
	var c check
	c.oneOf("role", r.Role, "agent", "experience", "generator", "judge", "teacher")
	if r.EpisodeID != nil {
		c.subject(&r.Envelope, "episode_id", *r.EpisodeID)
	}
	c.array("messages", &r.Messages)
	c.array("tools", r.Tools)
	c.object("sampling", r.Sampling)
	c.object("info", r.Info)
	c.count("step", r.Step)
	c.count("segment", r.Segment)
	const each = "must have one entry for each response token"
	tokens := len(r.ResponseTokenIDs)
	c.that(r.LossMask == nil || len(r.LossMask) == tokens, "loss_mask", len(r.LossMask), each)
	c.that(r.RolloutLogprobs == nil || len(r.RolloutLogprobs) == tokens, "rollout_logprobs", len(r.RolloutLogprobs), each)
	c.that(r.TrainerLogprobs == nil || len(r.TrainerLogprobs) == tokens, "trainer_logprobs", len(r.TrainerLogprobs), each)
	return c.result()
}

func (r *AnnotationRow) validate() error {
	var c check
	c.oneOf("target_kind", r.TargetKind, "event", "episode", "selector")
	c.required("target", r.Target)
	c.required("kind", r.Kind)
	c.count("target_offset", r.TargetOffset)
	if !r.Value.valid(0) {
		c.that(false, "value", string(r.Value), "must be JSON")
	}
	switch {
	case r.Kind == "reward" && !r.Value.valid('0'):
		c.that(false, "value", string(r.Value), "must be a number, as this annotation corrects a reward")
	case r.Kind == "reward" && !r.Value.finite():
		c.that(false, "value", string(r.Value), "must be a number that 64 bits hold, as this annotation corrects a reward")
	case r.Kind == "outcome" && !r.Value.valid('t') && !r.Value.valid('f'):
		c.that(false, "value", string(r.Value), "must be true or false, as this annotation corrects an outcome")
	}
	return c.result()
}

func (r *TrainingRow) validate() error {
	var c check
	for i := range r.Items {
		c.item("items", i, r.Items[i].check())
	}
	c.within("success_rate", r.SuccessRate, 0, 1)
	c.within("low", r.Low, 0, 1)
	c.within("high", r.High, 0, 1)
	c.object("spec", r.Spec)
	c.object("hyperparameters", r.Hyperparameters)
	c.object("metrics", r.Metrics)
	return c.result()
}

func (i *BatchItem) check() (c check) {
	c.id("id", i.ID)
	c.within("probability", &i.Probability, 0, 1)
	return c
}

// validate accepts every dead letter: it is what validation made of a record.
func (r *DeadLetterRow) validate() error { return nil }
