package schema

import "strings"

// examples returns one full event of each type: every field that the type has
// is set. They are what the golden events were made of; change them freely,
// golden files stay as they are.
func examples() []Row {
	return []Row{
		exampleTransition(), exampleEpisode(), exampleCall(), exampleProposed(), exampleSelected(), exampleAnnotation(),
		exampleBatch(), examplePolicy(), exampleEvaluation(), exampleModel(), exampleImport(), exampleExport(),
	}
}

// some returns a pointer to v: a column that is not NULL.
func some[T any](v T) *T { return &v }

func exampleEnvelope(eventType, subject string) Envelope {
	return Envelope{
		EventID: "0190f5a2-7c1e-7000-8000-000000000001", EventType: eventType, SchemaVersion: Version,
		Time: 1_767_323_045_123_456, Source: "example/events.jsonl", Subject: subject,
		Producer: some("producer-1"), Sequence: some[int64](7),
	}
}

func exampleTransition() *TransitionRow {
	return &TransitionRow{
		Envelope: exampleEnvelope(TypeTransition, "episode-1"),
		Transition: Transition{
			RunID: some("run-1"), Purpose: "train", Iteration: some[int64](3), Environment: "alfworld",
			EnvironmentVersion: some("1"), EnvSeed: some[int64](-42), Split: "valid_seen", TaskID: "task-1",
			Instruction: some("put a hot tomato in the fridge"), EpisodeID: "episode-1", GroupID: some("group-1"),
			Attempt: some[int64](2), Step: 5, MaxSteps: some[int64](50), Origin: "synthetic",
			State: "You are in the middle of a kitchen. You see a fridge 1 – closed.", AdmissibleActions: []string{"look", "open fridge 1"},
			Action: "open fridge 1", ActionValid: some(true), NextState: "You open the fridge 1.", NextAdmissibleActions: []string{},
			Reward: some(0.5), Terminated: true, Truncated: true, Thought: some("it may be cold in there"),
			PolicyID: some("policy-1"), PolicyVersion: some[int64](4), ActionLogprob: some(-0.693147), Temperature: some(1.0),
			ModelID: some("lifted"), ModelVersion: some("7"), BufferSnapshot: some[int64](19), Reasoning: some("a closed fridge opens"),
			Demonstrations: []Demonstration{{EventID: "event-8", Similarity: 0.875}, {EventID: "event-9", Similarity: -1}},
			DemoDepth:      some[int64](1), CallIDs: []string{"call-1", ""}, Info: some(JSON(`{"score":7}`)),
		},
	}
}

func exampleEpisode() *EpisodeRow {
	return &EpisodeRow{
		Envelope: exampleEnvelope(TypeEpisodeEnded, "episode-1"),
		Episode: Episode{
			RunID: some("run-1"), Purpose: "collect", Iteration: some[int64](0), Environment: "alfworld", EnvironmentVersion: some("1"),
			Split: "train", TaskID: "task-1", Instruction: some("put a hot tomato in the fridge"), EpisodeID: "episode-1",
			GroupID: some("group-1"), Attempt: some[int64](0), Origin: "real", PolicyID: some("policy-1"), PolicyVersion: some[int64](4),
			Status: "truncated", Success: some(false), EpisodeReturn: some(-1.25), Length: 50, Reason: some("step limit"), Info: some(JSON(`{}`)),
		},
	}
}

func exampleCall() *CallRow {
	return &CallRow{
		Envelope: exampleEnvelope(TypeLLMCalled, "episode-1"),
		Call: Call{
			Role: "agent", RunID: some("run-1"), Environment: some("airline"), EpisodeID: some("episode-1"), Step: some[int64](5),
			Model: some("small-1"), WeightsVersion: some("2"), Messages: `[{"role":"user","content":"hello"}]`, Tools: some(JSON(`[]`)),
			Response: `{"role":"assistant","content":"hi"}`, ToolCallIDs: []string{"tool-1"}, FinishReason: some("stop"),
			PromptPrefixLength: some[int64](10), PromptTokenIDs: []int64{11, 12}, Segment: some[int64](0), ResponseTokenIDs: []int64{13, 14},
			LossMask: []bool{true, false}, RolloutLogprobs: []float64{-0.25, -0.5}, TrainerLogprobs: []float64{-0.26, -0.49},
			Sampling: some(JSON(`{"temperature":0.7}`)), TokenizerDigest: some("sha256:aa"), TemplateDigest: some("sha256:bb"),
			PromptTokens: some[int64](12), CompletionTokens: some[int64](2), LatencySeconds: some(0.125), Cost: some(0.0001), Info: some(JSON(`{"try":1}`)),
		},
	}
}

func exampleProposed() *TaskRow {
	return &TaskRow{
		Envelope: exampleEnvelope(TypeTaskProposed, "task-2"),
		Task: Task{
			TaskID: "task-2", Environment: some("alfworld"), Split: some("train"), Instruction: some("put two tomatoes in the fridge"),
			Kind: some("generated"), Parents: []string{"task-1"}, ParentValues: []float64{0.25}, Generator: some("taskgen"), Info: some(JSON(`{"a":null}`)),
		},
	}
}

func exampleSelected() *TaskRow {
	return &TaskRow{
		Envelope: exampleEnvelope(TypeTaskSelected, "task-2"),
		Task: Task{
			TaskID: "task-2", Environment: some("alfworld"), RunID: some("run-1"), Iteration: some[int64](4), Attempts: some[int64](8),
			MeanReturn: some(0.5), Value: some(0.25), Probability: some(0.125), Lambda: some(0.3), Snapshot: some[int64](19), Info: some(JSON(`{}`)),
		},
	}
}

func exampleAnnotation() *AnnotationRow {
	return &AnnotationRow{
		Envelope: exampleEnvelope(TypeAnnotationAdded, "episode-1"),
		Annotation: Annotation{
			TargetKind: "event", Target: "event-5", TargetOffset: some[int64](17), Kind: "reward", Value: `0.75`,
			Author: some("alice"), Rubric: some("what the environment should have paid"),
		},
	}
}

func exampleTraining(eventType string, body Training) *TrainingRow {
	return &TrainingRow{Envelope: exampleEnvelope(eventType, "policy-1"), Training: body}
}

func exampleBatch() *TrainingRow {
	return exampleTraining(TypeBatchDrawn, Training{
		RunID: some("run-1"), Iteration: some[int64](4), BatchID: some("batch-1"), Part: some[int64](0), Parts: some[int64](1),
		Use: some("rollouts"), Items: []BatchItem{{ID: "group-1", Probability: 0.5}, {ID: "group-2", Probability: 1}},
		Seed: some[int64](9), Snapshot: some[int64](19), Spec: some(JSON(`{"unit":"group"}`)), Digest: some("00ff"),
	})
}

func examplePolicy() *TrainingRow {
	return exampleTraining(TypePolicyUpdated, Training{
		RunID: some("run-1"), Iteration: some[int64](4), PolicyID: some("policy-1"), PolicyVersion: some[int64](5), Parents: []string{"4"},
		Algorithm: some("grpo"), URI: some("checkpoints/5"), SHA256: some("00ff"), Hyperparameters: some(JSON(`{"lr":0.1}`)),
		Metrics: some(JSON(`{"loss":0.5}`)), BatchIDs: []string{"batch-1"},
	})
}

func exampleEvaluation() *TrainingRow {
	return exampleTraining(TypePolicyEvaluated, Training{
		RunID: some("run-1"), Iteration: some[int64](4), Snapshot: some[int64](19), PolicyID: some("policy-1"), PolicyVersion: some[int64](5),
		URI: some("checkpoints/5"), Environment: some("alfworld"), Split: some("valid_unseen"), Decoding: some("greedy"),
		Episodes: some[int64](134), SuccessRate: some(0.5), Low: some(0.41), High: some(0.59), Seeds: []int64{1, 2, -3},
	})
}

func exampleModel() *TrainingRow {
	return exampleTraining(TypeModelFitted, Training{
		RunID: some("run-1"), Snapshot: some[int64](19), Parents: []string{}, URI: some("models/7"), SHA256: some("00ff"),
		Hyperparameters: some(JSON(`{}`)), Metrics: some(JSON(`{}`)), Environment: some("alfworld"), ModelID: some("lifted"),
		ModelVersion: some("7"), Transitions: some[int64](1000),
	})
}

func exampleImport() *TrainingRow {
	return exampleTraining(TypeDatasetImported, Training{
		RunID: some("run-1"), URI: some("a.jsonl"), SHA256: some("00ff"), Format: some("react"), Episodes: some[int64](10),
		Transitions: some[int64](100), Tasks: some[int64](5), Rejected: some[int64](1), Duplicates: some[int64](0),
	})
}

func exampleExport() *TrainingRow {
	return exampleTraining(TypeDatasetExported, Training{
		RunID: some("run-1"), Snapshot: some[int64](19), Digest: some("00ff"), URI: some("out/"),
		Format: some("trl"), Query: some("SELECT 1"), Files: some[int64](2), Rows: some[int64](100),
	})
}

// kilobyteTransition is an event as real environments give them: about 1 KB
// on the log.
func kilobyteTransition(step int) *TransitionRow {
	room := strings.Repeat("On the countertop 1, you see a knife 1, a pan 2, and a tomato 3. ", 4)
	return &TransitionRow{
		Envelope: Envelope{
			EventID: DeriveID("event", string(rune('a'+step%26))), EventType: TypeTransition, Time: Micros(1_767_323_045_000_000 + step),
			Source: "react/alfworld.json", Subject: "5f0c1a52-7d8e-5b9f-9c1d-2e3f4a5b6c7d",
		},
		Transition: Transition{
			RunID: some("0190f5a2-7c1e-7000-8000-00000000000a"), Purpose: "collect", Environment: "alfworld", Split: "train",
			TaskID: "pick_heat_then_place_in_recep-Tomato-None-Fridge-2/trial_1", Instruction: some("put a hot tomato in fridge."),
			EpisodeID: "5f0c1a52-7d8e-5b9f-9c1d-2e3f4a5b6c7d", Step: int64(step % 50), Origin: "real", State: room,
			AdmissibleActions: []string{"go to fridge 1", "go to microwave 1", "take tomato 3 from countertop 1", "inventory", "look"},
			Action:            "take tomato 3 from countertop 1", ActionValid: some(true), NextState: "You pick up the tomato 3 from the countertop 1.",
			Reward: some(0.0), Thought: some("I need a tomato first; there is one on the countertop."), PolicyID: some("react"),
			Info: some(JSON(`{"line":17,"trial":"T20190908"}`)),
		},
	}
}
