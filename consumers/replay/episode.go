package replay

// Episode is an attempt at a task as a run may see it, with corrections
// applied. It is shared and never changed.
type Episode struct {
	ID          string
	TaskID      string
	Environment string
	// EnvironmentVersion is empty where the experience names none.
	EnvironmentVersion string
	Split              string
	// Instruction is the task in words; empty where no event has it.
	Instruction string
	// Origin is real, or synthetic where any step is.
	Origin string
	// Status, Success and Return are those of its end: empty and nil where it has
	// not ended, or is not graded.
	Status  string
	Success *bool
	Return  *float64
	// Steps in order, each once; some may be missing, as Step.Step shows.
	Steps []Step
}

// Step is one transition of an episode.
type Step struct {
	EventID string
	// Step is its index within the episode, from 0.
	Step int64
	// State is what was observed, and Admissible the actions allowed then; nil
	// where the environment did not say.
	State      string
	Admissible []string
	Action     string
	// Valid says whether the environment understood the action; nil: unknown.
	Valid *bool
	// Next and NextAdmissible are what came of it.
	Next           string
	NextAdmissible []string
	// Reward is nil where the step was not graded.
	Reward                *float64
	Terminated, Truncated bool
	// Logprob is the natural logarithm of the action's probability under the
	// policy that acted; nil: unknown.
	Logprob *float64
	// Depth is the number of hops over synthetic transitions to real experience:
	// 0 for a real one, else one more than the demo_depth of the event. What a
	// demonstration grounds has the largest Depth of its demonstrations as its
	// demo_depth.
	Depth int64
}
