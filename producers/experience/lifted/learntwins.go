package lifted

import "strings"

// learnTwins finds the verbs whose commands are mostly answered as the same with
// another verb: "examine cookbook" as "read cookbook". Whether they are to be
// trusted is judged with the other precedents.
func (r *rules) learnTwins(walks []*walk) {
	same, all := map[[2]string]int{}, map[[2]string]int{}
	for _, k := range walks {
		answered := map[string]map[string]string{} // by what follows the verb, and verb
		for i := range k.steps {
			step := &k.steps[i]
			verb, rest := verbOf(k.scene.commands[step.command].text)
			if rest == "" || r.idle(step.event) {
				continue
			}
			for other, text := range answered[rest] {
				if other != verb {
					all[[2]string{verb, other}]++
					same[[2]string{verb, other}] += boolOrder(text == step.text)
				}
			}
			if answered[rest] == nil {
				answered[rest] = map[string]string{}
			}
			answered[rest][verb] = step.text
		}
	}
	most := map[string]int{}
	for pair, n := range same {
		verb, other := pair[0], pair[1]
		better := n > most[verb] || n == most[verb] && other < r.Twins[verb]
		if n >= fewResponses && n*2 > all[pair] && better {
			most[verb], r.Twins[verb] = n, other
		}
	}
}

// verbOf returns the first word of a command, and what follows.
func verbOf(command string) (verb, rest string) {
	cut := strings.IndexByte(command, ' ')
	if cut < 0 {
		return command, ""
	}
	return command[:cut], command[cut:]
}
