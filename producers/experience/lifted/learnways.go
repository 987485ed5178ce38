package lifted

// learnWays finds which command leads back from where another led.
func (r *rules) learnWays(w *wording, walks []*walk) {
	pairs := map[string]map[string]int{}
	for _, k := range walks {
		ways := map[way]int32{}
		here := none
		if kind := w.pageKindOf(k.first); kind != none && w.Pages[kind].Wanders {
			here = w.readPage(k.scene, kind, k.first).place
		}
		for i := range k.steps {
			p := k.steps[i].reading.page
			if p == nil || !w.Pages[p.kind].Wanders {
				continue
			}
			if here != none {
				ways[way{here, k.steps[i].command}] = p.place
			}
			here = p.place
		}
		for go1, to := range ways {
			for go2, back := range ways {
				if go2.place == to && back == go1.place && (to != go1.place || go1.command == go2.command) {
					a, b := k.scene.commands[go1.command].text, k.scene.commands[go2.command].text
					if pairs[a] == nil {
						pairs[a] = map[string]int{}
					}
					pairs[a][b]++
				}
			}
		}
	}
	for a, counts := range pairs {
		best := mostOften(counts)
		all := 0
		for _, n := range counts {
			all += n
		}
		if counts[best] >= 3 && counts[best]*10 >= all*9 {
			r.Back[a] = best
		}
	}
}
