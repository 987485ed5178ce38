package household

// home is all rooms, and what there is to do in them.
type home struct {
	things []thingKind
	// errands are the rooms where a split has tasks of a kind, with those tasks.
	errands map[Split]map[Kind][]errands
}

// errands are the tasks of a kind that a split has in a room.
type errands struct {
	room  *room
	tasks []task
}

func newHome() *home {
	h := &home{things: thingKinds(), errands: map[Split]map[Kind][]errands{}}
	for _, split := range Splits() {
		h.errands[split] = map[Kind][]errands{}
	}
	for _, kind := range roomTypes() {
		for _, r := range furnishAll(kind) {
			h.open(r)
		}
	}
	return h
}

// open lists what there is to do in a room.
func (h *home) open(r *room) {
	for _, kind := range Kinds() {
		tasks := tasksIn(r, kind, h.things)
		for _, split := range Splits() {
			if own := split.tasksOf(r, tasks); len(own) > 0 {
				h.errands[split][kind] = append(h.errands[split][kind], errands{r, own})
			}
		}
	}
}

// tasksOf returns which of a room's tasks the split has.
func (s Split) tasksOf(r *room, tasks []task) []task {
	if !s.hasRoom(r) {
		return nil
	}
	var own []task
	for _, t := range tasks {
		if s.hasTask(t) {
			own = append(own, t)
		}
	}
	return own
}
