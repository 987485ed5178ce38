package agentgym

import (
	"strings"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/schema"
)

// babyai is agentenv-babyai: the levels of BabyAI in words. The reward is that of
// MiniGrid, 1 - 0.9 n/N for reaching the goal in n of N steps; the server calls an
// episode done only where it is above 0.5, which counts as solved. Its score is
// the sum of the rewards. The goal and the admissible actions stand in the text
// and are taken out of it.
var babyai = plain{
	greets: "This is environment BabyAI",
	index:  "data_idx",
	read: func(a answer, first bool) view {
		info := schema.JSONOf(map[string]float64{"score": a.Score})
		v := view{reward: a.Reward, done: a.done(), success: a.Reward > 0, info: &info}
		v.Text, v.Admissible = splitActions(a.text())
		if first {
			v.instruction = after(v.Text, "Your goal: ")
			if _, rest, found := strings.Cut(v.Text, "\n"); found && strings.HasPrefix(v.Text, "Your goal: ") {
				v.Text = rest
			}
		}
		return v
	},
	misunderstood: []string{"The action is not recognized"},
}

// splitActions takes the list of actions off the end of a text. A list that
// cannot be read stays where it is.
func splitActions(text string) (rest string, admissible []string) {
	const mark = "\nAvailable actions: "
	at := strings.LastIndex(text, mark)
	if at < 0 || json.Unmarshal([]byte(text[at+len(mark):]), &admissible) != nil {
		return text, nil
	}
	return text[:at], unique(admissible)
}
