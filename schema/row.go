package schema

import "cmp"

// Row is a row of one of the tables: *TransitionRow, *EpisodeRow, *TaskRow,
// *CallRow, *AnnotationRow, *TrainingRow or *DeadLetterRow.
type Row interface {
	// Head returns the envelope of the event.
	Head() *Envelope
	// At returns its position in the log.
	At() *Position
	// Evidence returns its salt and hash.
	Evidence() *Proof
	// Table returns the name of the table that the row belongs to.
	Table() string

	validate() error
	order() sortKey
}

// Names of the tables, in the order in which a round publishes them.
const (
	Transitions = "transitions"
	Episodes    = "episodes"
	Calls       = "calls"
	Tasks       = "tasks"
	Annotations = "annotations"
	TrainingLog = "training"
	DeadLetters = "deadletter"
)

// Tables returns the names of all tables in the order in which a round
// publishes them.
func Tables() []string {
	return []string{Transitions, Episodes, Calls, Tasks, Annotations, TrainingLog, DeadLetters}
}

// NewRow returns an empty row of a table; nil for a name that is none.
func NewRow(table string) Row {
	switch table {
	case Transitions:
		return new(TransitionRow)
	case Episodes:
		return new(EpisodeRow)
	case Calls:
		return new(CallRow)
	case Tasks:
		return new(TaskRow)
	case Annotations:
		return new(AnnotationRow)
	case TrainingLog:
		return new(TrainingRow)
	case DeadLetters:
		return new(DeadLetterRow)
	}
	return nil
}

// Table returns transitions.
func (*TransitionRow) Table() string { return Transitions }

// Table returns episodes.
func (*EpisodeRow) Table() string { return Episodes }

// Table returns calls.
func (*CallRow) Table() string { return Calls }

// Table returns tasks.
func (*TaskRow) Table() string { return Tasks }

// Table returns annotations.
func (*AnnotationRow) Table() string { return Annotations }

// Table returns training.
func (*TrainingRow) Table() string { return TrainingLog }

// Table returns deadletter.
func (*DeadLetterRow) Table() string { return DeadLetters }

// sortKey is what rows of a table are sorted by, so that what is read together
// lies together: by environment, task, episode, step.
type sortKey struct {
	groupKey
	step int64
}

func (r *TransitionRow) order() sortKey {
	return sortKey{groupKey{r.Environment, r.TaskID, r.EpisodeID}, r.Step}
}

func (r *EpisodeRow) order() sortKey {
	return sortKey{groupKey: groupKey{r.Environment, r.TaskID, r.EpisodeID}}
}

func (r *CallRow) order() sortKey {
	return sortKey{groupKey{environment: text(r.Environment), episode: text(r.EpisodeID)}, number(r.Step)}
}

func (r *TaskRow) order() sortKey {
	return sortKey{groupKey{environment: text(r.Environment), task: r.TaskID}, number(r.Iteration)}
}

func (r *AnnotationRow) order() sortKey {
	return sortKey{groupKey: groupKey{episode: r.Subject, task: r.Target}}
}

func (r *TrainingRow) order() sortKey {
	return sortKey{groupKey{environment: text(r.RunID)}, number(r.Iteration)}
}

func (r *DeadLetterRow) order() sortKey { return sortKey{} }

// Compare orders rows of one table by environment, task, episode and step, and
// what is equal in these by log position: a total order.
func Compare(a, b Row) int {
	x, y := a.order(), b.order()
	p, q := a.At(), b.At()
	return cmp.Or(
		x.compare(y.groupKey),
		cmp.Compare(x.step, y.step),
		cmp.Compare(p.Generation, q.Generation),
		cmp.Compare(p.Partition, q.Partition),
		cmp.Compare(p.Offset, q.Offset),
	)
}

// text returns what s points to; NULL sorts as the empty string.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// number returns what n points to; NULL sorts before 0.
func number(n *int64) int64 {
	if n == nil {
		return -1
	}
	return *n
}
