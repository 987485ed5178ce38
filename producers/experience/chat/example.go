package chat

import (
	"github.com/dreamlog/dreamlog/internal/openai"
	"github.com/dreamlog/dreamlog/producers"
)

// Example writes a transition that is known as the prompt that a model is asked
// with, and the answer that it should give: by Eq. 5 of DreamGym, the loss is
// -log P(R* | …) - log P(s' | …, R*), which is that of the answer's tokens, as the
// reasoning comes before the state. Only the demonstrations that fit are shown;
// the first of them that is a precedent is the one that a success rests on.
func Example(q Question, came producers.Outcome, reasoning string, o Options) (prompt, completion []openai.Message, shown int) {
	o = o.withDefaults()
	prompt, shown = predictingPrompt(&q, &o)
	a := answerOf(q.State, came, came.Success)
	a.Reasoning = reasoning
	for i := range q.Demonstrations[:shown] {
		if a.Success && a.Precedent == nil && won(q.Demonstrations[i]) {
			a.Precedent = new(i + 1)
		}
	}
	return prompt, []openai.Message{{Role: "assistant", Content: a.String()}}, shown
}

// answerOf is the answer, without reasoning, that what came of a state makes true.
func answerOf(state producers.Observation, came producers.Outcome, success *bool) Answer {
	a := Answer{
		Valid: came.Valid == nil || *came.Valid, NextState: came.Text,
		Terminated: came.Terminated, Success: success != nil && *success, Reward: came.Reward,
	}
	a.ActionsGone, a.ActionsNew = difference(state.Admissible, came.Admissible)
	return a
}

// PromptDigest tells the prompts of models from those of other versions.
func PromptDigest() string { return "sha256:" + predicting.digest }
