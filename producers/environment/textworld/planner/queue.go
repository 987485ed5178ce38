package planner

// step is an action in a state that is still to be tried.
type step struct{ state, action int32 }

// queue holds steps by priority, the smallest first; of equal ones the oldest.
type queue struct {
	buckets []bucket
	lowest  int // there is none below
	size    int
}

type bucket struct {
	steps []step
	taken int
}

func (q *queue) push(priority int32, s step) {
	at := int(priority)
	for at >= len(q.buckets) {
		q.buckets = append(q.buckets, bucket{})
	}
	q.buckets[at].steps = append(q.buckets[at].steps, s)
	q.lowest = min(q.lowest, at)
	q.size++
}

// pop returns the first step; ok is false when there is none.
func (q *queue) pop() (s step, ok bool) {
	for ; q.lowest < len(q.buckets); q.lowest++ {
		b := &q.buckets[q.lowest]
		if b.taken < len(b.steps) {
			s = b.steps[b.taken]
			b.taken++
			q.size--
			return s, true
		}
		*b = bucket{}
	}
	return step{}, false
}

// bytes is about how much memory the queue takes.
func (q *queue) bytes() int64 { return 8 * int64(q.size) }
