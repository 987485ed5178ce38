package agentgym

// textcraft is agentenv-textcraft: crafting after Minecraft's recipes. The reward
// is 1 at the step that makes the item, which ends the episode, and 0 before.
// The recipes are told at the beginning only, so they belong to the instruction.
var textcraft = plain{
	greets: "This is environment TextCraft",
	index:  "data_idx",
	read: func(a answer, first bool) view {
		v := view{reward: a.Reward, done: a.done(), success: a.Reward >= 1}
		v.Text = a.text()
		if first {
			v.instruction = a.text()
		}
		return v
	},
	misunderstood: []string{"Could not execute ", "Could not extract recipe ", "Wrong item format"},
}
