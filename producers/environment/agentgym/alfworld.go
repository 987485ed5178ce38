package agentgym

import "strings"

// alfworld is agentenv-alfworld: TextWorld games of ALFWorld. The reward is 1 at
// the step that wins and 0 before (the server sends "won"), the episode is done
// when it is won, and the admissible actions are told. Games 0 to 2419 are from
// ALFWorld's train, the 200 behind them from its valid_train.
var alfworld = plain{
	greets: "This is environment AlfWorld",
	index:  "game",
	reset:  map[string]any{"world_type": "Text"},
	read: func(a answer, first bool) view {
		v := view{reward: a.Reward, done: a.done(), success: a.Reward >= 1}
		v.Text, v.Admissible = a.text(), unique(a.AvailableActions)
		if first {
			v.instruction = after(a.text(), "Your task is to: ")
		}
		return v
	},
	misunderstood: []string{"Nothing happens"},
}

// after is the rest of the line behind a mark, or the whole text where there is
// no mark.
func after(text, mark string) string {
	_, rest, found := strings.Cut(text, mark)
	if !found {
		return text
	}
	line, _, _ := strings.Cut(rest, "\n")
	return strings.TrimSpace(line)
}
