package lifted

// learnRules learns events, effects and contexts from walks that were read.
func learnRules(w *wording, walks []*walk) *rules {
	r := &rules{Reveals: map[int32]bool{}, Hides: map[int32]bool{}, Back: map[string]string{}, Idle: map[int32]bool{}, Still: map[int32]bool{}, Ends: map[int32]bool{}, Effects: map[int32][]effect{},
		Moves: map[int32]bool{}, Bare: map[int32]bare{}, Voids: map[int32][]int32{}, Here: map[int32]bool{}, Local: map[int32]bool{}, Orders: map[int32]order{}, Reach: none, Retold: map[int32]excerpt{}, Twins: map[string]string{}, Manners: map[int32]mannerChange{}}
	r.index()
	for _, k := range walks {
		for i := range k.steps {
			step := &k.steps[i]
			step.event = r.number(event{k.scene.commands[step.command].frame, step.reading.response})
		}
	}
	r.learnIdle(walks)
	r.learnBare(w)
	for _, k := range walks {
		for i := range k.steps {
			r.complete(k.steps[i].event, &k.steps[i].reading)
		}
	}
	r.learnStill(walks)
	r.learnOrders(walks)
	changes := observeChanges(r, walks)
	r.learnEffects(changes)
	r.learnVoids(walks)
	for _, k := range walks {
		for i := range k.steps {
			r.complete(k.steps[i].event, &k.steps[i].reading)
		}
	}
	if len(w.Pages) == 0 {
		r.learnMoves(walks, changes)
	}
	r.learnHere(walks)
	r.learnReveals(walks)
	r.learnTurns(walks)
	r.learnWays(w, walks)
	r.learnRetold(walks)
	r.learnManners(walks)
	r.learnTwins(walks)
	return r
}

func (r *rules) number(e event) int32 {
	if n, known := r.eventOf[e]; known {
		return n
	}
	n := int32(len(r.Events))
	r.Events = append(r.Events, e)
	r.eventOf[e] = n
	return n
}

// fewFrames is how many kinds of commands must be answered alike, while they are
// not admitted, for the answer to mean that nothing was done.
const fewFrames = 3

// learnIdle finds the answers to what is not admitted, whatever it is.
func (r *rules) learnIdle(walks []*walk) {
	frames := map[int32]map[int32]bool{}
	for _, k := range walks {
		before := k.admittedAtStart()
		for i := range k.steps {
			step := &k.steps[i]
			if before != nil && !before.has(step.command) {
				if frames[step.reading.response] == nil {
					frames[step.reading.response] = map[int32]bool{}
				}
				frames[step.reading.response][k.scene.commands[step.command].frame] = true
			}
			before = step.admitted
		}
	}
	for response, of := range frames {
		if len(of) >= fewFrames {
			r.Idle[response] = true
		}
	}
}

func (k *walk) admittedAtStart() *admitted {
	if k.start == nil {
		return nil
	}
	a := &admitted{}
	for _, c := range k.start {
		a.add(c)
	}
	return a
}

// learnBare finds commands without arguments that are answered in two ways, one
// with a list and one without any slot: what one carries, and that one carries
// nothing.
func (r *rules) learnBare(w *wording) {
	lists, others := map[int32][]int32{}, map[int32][]int32{}
	for i, e := range r.Events {
		if e.Frame == none || r.Idle[e.Response] {
			continue
		}
		listing, slots := 0, 0
		for _, n := range w.Responses[e.Response] {
			for _, c := range w.Segments[n] {
				listing += boolOrder(c == slotList)
				slots += boolOrder(isSlot(c))
			}
		}
		switch {
		case listing == 1 && slots == 1:
			lists[e.Frame] = append(lists[e.Frame], int32(i))
		case slots == 0:
			others[e.Frame] = append(others[e.Frame], int32(i))
		}
	}
	for frame, full := range lists {
		if len(full) == 1 && len(others[frame]) == 1 {
			response := r.Events[full[0]].Response
			r.Bare[others[frame][0]] = bare{w.plans[response].lists[0].relation, response}
		}
	}
}

// fewEvents is how often an event must have left all as it was, and never
// otherwise, for us to count on it.
const fewEvents = 8

// learnStill finds the events that never change what is admitted.
func (r *rules) learnStill(walks []*walk) {
	same, other := map[int32]int{}, map[int32]int{}
	for _, k := range walks {
		before := k.admittedAtStart()
		for i := range k.steps {
			step := &k.steps[i]
			if before != nil && step.admitted != nil {
				if before.equal(step.admitted) {
					same[step.event]++
				} else {
					other[step.event]++
				}
			}
			before = step.admitted
		}
	}
	for e, n := range same {
		if n >= fewEvents && other[e] == 0 {
			r.Still[e] = true
		}
	}
}

// learnOrders finds how the items of each relation's lists are arranged.
func (r *rules) learnOrders(walks []*walk) {
	type count struct{ up, down, all int }
	counts := map[int32]*count{}
	for _, k := range walks {
		for i := range k.steps {
			for _, l := range k.steps[i].reading.lists {
				c := counts[l.relation]
				if c == nil {
					c = &count{}
					counts[l.relation] = c
				}
				for j := 1; j < len(l.items); j++ {
					a, b := &k.scene.entities[l.items[j-1]], &k.scene.entities[l.items[j]]
					if ascending.compare(a, b) <= 0 {
						c.up++
					}
					if descending.compare(a, b) <= 0 {
						c.down++
					}
					c.all++
				}
			}
		}
	}
	votes := map[order]int{}
	for relation, c := range counts {
		if c.all == 0 {
			continue
		}
		o, n := ascending, c.up
		if c.down > c.up {
			o, n = descending, c.down
		}
		if n*100 < c.all*93 {
			o = asAdded
		}
		r.Orders[relation] = o
		votes[o] += c.all
	}
	r.Order = mostOften(votes)
}
