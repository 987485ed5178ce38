package replay

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dreamlog/dreamlog/embedding"
	"github.com/dreamlog/dreamlog/schema"
)

// change gathers what becomes of the demonstrations while they are searched as
// they were; then retrieval sees all of it at once. Who makes one holds
// following.
type change struct {
	d *Demonstrations
	// episodes that are new, or other than before; gone are those of which nothing
	// is visible any longer.
	episodes []*Episode
	gone     []key
	// kept is an earlier index, keptRows its rows by their keys.
	kept     *embedding.Index
	keptRows map[uint64]int32
	// waiting are steps to be embedded; fresh has the rows of those that were.
	waiting []*Step
	fresh   *embedding.Index
	// sources says where a step without a row has its vector from.
	sources map[*Step]source
	// lost says that a step which had a row is gone.
	lost bool
}

// source is a row of the kept index or of the fresh one.
type source struct {
	kept bool
	row  int
}

func (d *Demonstrations) newChange() *change {
	return &change{d: d, fresh: embedding.NewIndex(d.basis.phi), sources: map[*Step]source{}}
}

// ambiguous stands for the row of a key that several rows have.
const ambiguous = -1

// reuse lets the change take vectors from an earlier index.
func (c *change) reuse(kept *embedding.Index) {
	c.kept, c.keptRows = kept, make(map[uint64]int32, kept.Len())
	for row := range kept.Len() {
		k := kept.Attributes(row).Key
		if _, twice := c.keptRows[k]; twice {
			c.keptRows[k] = ambiguous
			continue
		}
		c.keptRows[k] = int32(row)
	}
}

// add takes an episode as it is now.
func (c *change) add(ctx context.Context, e *Episode) error {
	c.episodes = append(c.episodes, e)
	rows := c.d.rowsOf(e.key())
	c.lost = c.lost || c.loses(e, rows)
	for i := range e.Steps {
		step := &e.Steps[i]
		if _, ok := rows[step.EventID]; ok {
			continue
		}
		if row, ok := c.keptRows[schema.HashID(step.EventID)]; ok && row != ambiguous {
			c.sources[step] = source{kept: true, row: int(row)}
			continue
		}
		c.waiting = append(c.waiting, step)
	}
	if len(c.waiting) >= embedAtOnce {
		return c.embed(ctx)
	}
	return nil
}

// loses says whether a row of the episode, or its instruction, is no longer to be
// found. What has one id for two events is put in anew as well.
func (c *change) loses(e *Episode, rows map[string]int32) bool {
	before := c.d.episodes[e.key()]
	if before == nil {
		return false
	}
	stays := 0
	for i := range e.Steps {
		if _, ok := rows[e.Steps[i].EventID]; ok {
			stays++
		}
	}
	return stays < len(before.rows) || len(rows) < len(before.rows) || before.Instruction != "" && before.Instruction != e.Instruction
}

// remove takes an episode away.
func (c *change) remove(k key) {
	c.gone = append(c.gone, k)
	c.lost = c.lost || len(c.d.rowsOf(k)) > 0
}

// rowsOf returns the rows of an episode by the ids of their events. Nobody
// writes them while following is held.
func (d *Demonstrations) rowsOf(k key) map[string]int32 {
	h := d.episodes[k]
	if h == nil {
		return nil
	}
	rows := make(map[string]int32, len(h.rows))
	for i, row := range h.rows {
		rows[h.Steps[i].EventID] = row
	}
	return rows
}

// embedAtOnce is how many texts an encoder is given at a time.
const embedAtOnce = 256

// embed embeds the steps that wait for it.
func (c *change) embed(ctx context.Context) error {
	if len(c.waiting) == 0 {
		return nil
	}
	texts := make([]embedding.Text, len(c.waiting))
	for i, s := range c.waiting {
		texts[i] = embedding.Text{State: s.State, Action: s.Action}
		c.sources[s] = source{row: c.fresh.Len() + i}
	}
	vectors, err := c.d.basis.phi.Encode(ctx, texts)
	if err == nil {
		err = c.fresh.Add(vectors, make([]embedding.Attributes, len(texts)))
	}
	if err != nil {
		return fmt.Errorf("embed %d transitions: %w", len(texts), err)
	}
	c.waiting = c.waiting[:0]
	return nil
}

// apply makes the change, as of a snapshot.
func (c *change) apply(ctx context.Context, snapshot int64) error {
	if err := c.embed(ctx); err != nil {
		return err
	}
	d := c.d
	told, vectors, err := c.instructions(ctx)
	if err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range c.gone {
		d.drop(k)
	}
	var rows rowsFrom
	for _, e := range c.episodes {
		d.put(e, c.sources, &rows)
	}
	if err := rows.addTo(d.index, c); err != nil {
		return err
	}
	if err := d.tell(told, vectors); err != nil {
		return err
	}
	if c.lost {
		if err := d.rebuild(); err != nil {
			return err
		}
	}
	d.snapshot = snapshot
	return nil
}

// rowsFrom are the rows to be added: first those from the kept index, then the
// fresh ones.
type rowsFrom struct{ kept, fresh addition }

type addition struct {
	numbers    []int
	attributes []embedding.Attributes
	steps      []*int32 // where the number of the row goes
	places     []stepAt
}

func (r *rowsFrom) addTo(index *embedding.Index, c *change) error {
	for _, part := range []struct {
		from *embedding.Index
		*addition
	}{{c.kept, &r.kept}, {c.fresh, &r.fresh}} {
		if len(part.numbers) == 0 {
			continue
		}
		for i, step := range part.steps {
			*step = int32(len(c.d.places) + i)
		}
		c.d.places = append(c.d.places, part.places...)
		if err := index.AddFrom(part.from, part.numbers, part.attributes); err != nil {
			return err
		}
	}
	return nil
}

// put takes an episode in, in the place of what it was before. Steps without a
// row are to be added.
func (d *Demonstrations) put(e *Episode, sources map[*Step]source, rows *rowsFrom) {
	k := e.key()
	before := d.rowsOf(k)
	h := d.episodes[k]
	if h == nil {
		h = &held{number: uint32(len(d.numbered))}
		d.numbered = append(d.numbered, h)
		d.episodes[k] = h
		if d.ids[e.ID] == 0 {
			d.ids[e.ID] = uint32(len(d.ids) + 1)
		}
	} else {
		d.leave(h)
	}
	h.Episode, h.rows = e, make([]int32, len(e.Steps))
	d.join(h)
	for i := range e.Steps {
		step, at := &e.Steps[i], stepAt{h.number, uint32(i)}
		if row, ok := before[step.EventID]; ok {
			h.rows[i] = row
			d.places[row] = at
			continue
		}
		from := &rows.fresh
		if sources[step].kept {
			from = &rows.kept
		}
		from.numbers = append(from.numbers, sources[step].row)
		from.attributes = append(from.attributes, d.attributesOf(h, i))
		from.steps = append(from.steps, &h.rows[i])
		from.places = append(from.places, at)
	}
}

func (d *Demonstrations) attributesOf(h *held, step int) embedding.Attributes {
	s := &h.Steps[step]
	a := embedding.Attributes{Key: schema.HashID(s.EventID), Task: d.tasks[h.TaskID].number, Episode: d.ids[h.ID], Step: stepNumber(s.Step)}
	if s.Depth > 0 {
		a.Flags = flagSynthetic
	}
	return a
}

// drop takes an episode out.
func (d *Demonstrations) drop(k key) {
	if h := d.episodes[k]; h != nil {
		d.leave(h)
		delete(d.episodes, k)
		d.numbered[h.number] = nil
	}
}

// rebuild leaves the rows of what is gone behind.
func (d *Demonstrations) rebuild() error {
	index := embedding.NewIndex(d.basis.phi)
	var rows addition
	for _, h := range d.numbered {
		if h == nil {
			continue
		}
		for i := range h.rows {
			rows.numbers = append(rows.numbers, int(h.rows[i]))
			rows.attributes = append(rows.attributes, d.attributesOf(h, i))
			h.rows[i] = int32(len(rows.places))
			rows.places = append(rows.places, stepAt{h.number, uint32(i)})
		}
	}
	if err := index.AddFrom(d.index, rows.numbers, rows.attributes); err != nil {
		return err
	}
	d.index, d.places = index, rows.places
	return d.retell()
}

// task returns what is held of a task.
func (d *Demonstrations) task(id string) *task {
	t := d.tasks[id]
	if t == nil {
		t = &task{number: uint32(len(d.tasks) + 1)}
		d.tasks[id] = t
	}
	return t
}

// join puts an episode among those of its task.
func (d *Demonstrations) join(h *held) {
	t := d.task(h.TaskID)
	i, _ := slices.BinarySearchFunc(t.episodes, h, compareHeld)
	t.episodes = slices.Insert(t.episodes, i, h)
	if h.Origin == "synthetic" {
		d.dreamed++
	}
}

func (d *Demonstrations) leave(h *held) {
	t := d.tasks[h.TaskID]
	t.episodes = slices.DeleteFunc(t.episodes, func(other *held) bool { return other == h })
	if h.Origin == "synthetic" {
		d.dreamed--
	}
}

// compareHeld orders the episodes of a task: real ones first, then by id. Origins
// are in the order of the alphabet.
func compareHeld(a, b *held) int {
	return cmp.Or(strings.Compare(a.Origin, b.Origin), strings.Compare(a.ID, b.ID))
}
