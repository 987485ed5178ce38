package replay

import (
	"context"
	"fmt"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/schema"
)

// telling is an instruction that a task is told by. Most tasks have one.
type telling struct{ task, instruction string }

// instructions returns what the changed episodes tell of their tasks for the
// first time, with the vectors of it.
func (c *change) instructions(ctx context.Context) (told []telling, vectors [][]float32, err error) {
	known := map[telling]bool{}
	for _, t := range c.d.told {
		known[t] = true
	}
	var texts []embedding.Text
	for _, e := range c.episodes {
		t := telling{e.TaskID, e.Instruction}
		if e.Instruction == "" || known[t] {
			continue
		}
		known[t] = true
		told, texts = append(told, t), append(texts, embedding.Text{State: e.Instruction})
	}
	for len(vectors) < len(texts) {
		part, err := c.d.basis.phi.Encode(ctx, texts[len(vectors):min(len(texts), len(vectors)+embedAtOnce)])
		if err == nil && len(part) == 0 {
			err = fmt.Errorf("the encoder gave no vectors")
		}
		if err != nil {
			return nil, nil, fmt.Errorf("embed the instructions of %d tasks: %w", len(texts), err)
		}
		vectors = append(vectors, part...)
	}
	return told, vectors, nil
}

// tell takes instructions in.
func (d *Demonstrations) tell(told []telling, vectors [][]float32) error {
	d.told = append(d.told, told...)
	return d.alike.Add(vectors, d.tellingAttributes(told))
}

func (d *Demonstrations) tellingAttributes(told []telling) []embedding.Attributes {
	attributes := make([]embedding.Attributes, len(told))
	for i, t := range told {
		attributes[i] = embedding.Attributes{Key: schema.HashID(t.task + "\x00" + t.instruction), Task: d.task(t.task).number}
	}
	return attributes
}

// retell leaves behind what no episode tells any longer.
func (d *Demonstrations) retell() error {
	var told []telling
	var rows []int
	for row, t := range d.told {
		if d.tells(t) {
			told, rows = append(told, t), append(rows, row)
		}
	}
	alike := embedding.NewIndex(d.basis.phi)
	if err := alike.AddFrom(d.alike, rows, d.tellingAttributes(told)); err != nil {
		return err
	}
	d.alike, d.told = alike, told
	return nil
}

func (d *Demonstrations) tells(t telling) bool {
	for _, h := range d.tasks[t.task].episodes {
		if h.Instruction == t.instruction {
			return true
		}
	}
	return false
}

// Beginnings returns at most n first steps of recorded episodes of a task, real
// ones first; where there are none, one of each of the tasks whose instructions
// are most similar.
func (d *Demonstrations) Beginnings(ctx context.Context, taskID, instruction string, n int) ([]Demonstration, error) {
	if found := d.beginningsOf(taskID, n); len(found) > 0 {
		return found, nil
	}
	if n <= 0 {
		return nil, nil
	}
	vectors, err := d.basis.phi.Encode(ctx, []embedding.Text{{State: instruction}})
	if err != nil {
		return nil, fmt.Errorf("embed the instruction of task %s: %w", taskID, err)
	}
	return d.beginningsAlike(vectors[0], n)
}

func (d *Demonstrations) beginningsOf(taskID string, n int) []Demonstration {
	d.mu.RLock()
	defer d.mu.RUnlock()
	if t := d.tasks[taskID]; t != nil {
		return t.beginnings(n, 1)
	}
	return nil
}

// beginningsAlike returns one beginning of each of the n tasks that are told most
// like the instruction of a vector. A task may be told in several ways: it goes on
// until there are tasks enough.
func (d *Demonstrations) beginningsAlike(instruction []float32, n int) (found []Demonstration, err error) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	n = min(n, len(d.tasks))
	seen := map[string]bool{}
	for k := n; len(found) < n; k *= 2 {
		hits, err := d.alike.Search(instruction, k, embedding.Filter{})
		if err != nil {
			return nil, err
		}
		for _, h := range hits {
			id := d.told[h.Row].task
			if !seen[id] && len(found) < n {
				found = append(found, d.tasks[id].beginnings(1, h.Similarity)...)
			}
			seen[id] = true
		}
		if len(hits) < k {
			break
		}
	}
	return found, nil
}

// beginnings are the first steps of at most n episodes of the task.
func (t *task) beginnings(n int, similarity float64) (found []Demonstration) {
	for _, h := range t.episodes {
		if len(found) < n && h.Steps[0].Step == 0 {
			found = append(found, Demonstration{h.Episode, 0, similarity})
		}
	}
	return found
}
