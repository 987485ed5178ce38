package agentgym

import (
	"strings"

	"github.com/dreamlog/dreamlog/schema"
)

// sciworld is agentenv-sciworld: ScienceWorld. The server's score goes from 0 to
// 100, or to -100 where the task is spoilt, and its reward is by how much the
// score rose; here it is a hundredth of that, so that a solved task brings 1. A
// task is solved at score 100. The server also ends an episode that takes too
// many steps, and does not tell that from a failure.
var sciworld = plain{
	greets: "This is environment ScienceWorld",
	index:  "data_idx",
	read: func(a answer, first bool) view {
		info := schema.JSONOf(map[string]float64{"score": a.Score})
		v := view{reward: a.Reward / 100, done: a.done(), success: a.Score >= 100, info: &info}
		v.Text = a.text()
		if first {
			v.instruction = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(a.TaskDescription), "Task Description:"))
		}
		return v
	},
	misunderstood: []string{"No known action matches that input"},
}
