package audit

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// Options say how to verify. Zero means the default.
type Options struct {
	// Window is how many offsets are proven at once: each takes 36 bytes, and
	// each further window reads those files again that reach into it. Default
	// 4 million, some 150 MB.
	Window int64
	// Limit is how many mismatches are reported; all are counted. Default 1,000.
	Limit int
	// Lease is how long a reader's lease lasts, which is renewed; default an
	// hour. Negative: none, for a copy of a lake that cannot be written or that
	// nobody changes.
	Lease time.Duration
	// Progress is called now and then with how many offsets are proven, of how
	// many; nil: nobody asks. It is called from one goroutine.
	Progress func(proven, total int64)
}

const (
	defaultWindow = 4 << 20
	defaultLimit  = 1000
	defaultLease  = time.Hour
	// windowRounds bounds how many snapshots wait to be proven.
	windowRounds = 10_000
)

func (o Options) withDefaults() Options {
	if o.Window <= 0 {
		o.Window = defaultWindow
	}
	if o.Limit <= 0 {
		o.Limit = defaultLimit
	}
	if o.Lease == 0 {
		o.Lease = defaultLease
	}
	if o.Progress == nil {
		o.Progress = func(int64, int64) {}
	}
	return o
}

// Verify recomputes everything that the snapshots of a lake claim. What does
// not hold is in the report; an error says that the lake could not be read.
func Verify(ctx context.Context, lk *lake.Lake, options Options) (Report, error) {
	options = options.withDefaults()
	v := &verification{Options: options, lake: lk, recorder: &recorder{limit: options.Limit}}
	err := v.leased(ctx, v.run)
	return v.report, err
}

// verification is one run of Verify.
type verification struct {
	Options
	*recorder
	lake  *lake.Lake
	lease *lake.Lease

	last   int64          // number of the newest entry
	final  *lake.Snapshot // the newest one that can be read
	proofs map[lane]*proof
	files  []*file

	// What was read of the chain and is not proven yet.
	rounds  int
	waiting int64 // offsets
	rowless []rowless
	rows    map[string]int64 // of each table in the entry read last
}

// rowless is offsets without a row, by the word of a snapshot.
type rowless struct {
	lane
	lake.Range
	kind owner
}

// leased runs with a reader's lease, if one is wanted.
func (v *verification) leased(ctx context.Context, run func(context.Context) error) (err error) {
	if v.Lease < 0 {
		return run(ctx)
	}
	if v.lease, err = v.lake.Lease(ctx, v.Lease); err != nil {
		return fmt.Errorf("verify: %w", err)
	}
	err = run(ctx)
	if released := v.lease.Release(context.WithoutCancel(ctx)); err == nil && released != nil {
		err = fmt.Errorf("verify: %w", released)
	}
	return err
}

func (v *verification) run(ctx context.Context) (err error) {
	if v.last, err = v.lake.Last(ctx); err != nil {
		return err
	}
	links := chain{recorder: v.recorder}
	if v.final, err = links.check(ctx, v.lake, v.last); err != nil || v.final == nil {
		return err
	}
	if err := v.plan(ctx); err != nil {
		return err
	}
	v.proofs, v.rows = map[lane]*proof{}, map[string]int64{}
	for link, err := range v.lake.Links(ctx, v.last) {
		if err != nil {
			return err
		}
		if link.Snapshot == nil {
			continue // reported by chain
		}
		v.expect(link.Snapshot)
		if v.waiting >= v.Window || v.rounds >= windowRounds {
			if err := v.prove(ctx); err != nil {
				return err
			}
		}
	}
	if err := v.prove(ctx); err != nil {
		return err
	}
	if err := v.scan(ctx, nil); err != nil { // files that no window reached
		return err
	}
	return v.reach(ctx)
}

// expect queues what a snapshot says.
func (v *verification) expect(s *lake.Snapshot) {
	r := &round{number: s.Number, due: map[string]int64{}, found: map[string]int64{}}
	for table, state := range s.Tables {
		r.due[table] = state.Rows - v.rows[table]
		v.rows[table] = state.Rows
	}
	for i := range s.Partitions {
		state := &s.Partitions[i]
		at := laneOf(state)
		if v.final.Partition(at.generation, at.partition) == nil {
			continue // reported by chain
		}
		if v.proofs[at] == nil {
			v.proofs[at] = newProof(v.recorder, state)
		}
		added := v.proofs[at].expect(r, state)
		if added == 0 {
			continue
		}
		v.waiting += added
		for _, d := range state.Duplicates {
			v.rowless = append(v.rowless, rowless{at, d, duplicate})
		}
		for _, d := range state.Skipped {
			v.rowless = append(v.rowless, rowless{at, d, skipped})
		}
	}
	v.rounds++
}

// prove proves what is queued, window by window.
func (v *verification) prove(ctx context.Context) error {
	for v.waiting > 0 {
		if v.lease != nil {
			if err := v.lease.Renew(ctx, v.Lease); err != nil {
				return fmt.Errorf("verify: %w", err)
			}
		}
		windows := v.windows()
		v.fill(windows)
		if err := v.scan(ctx, windows); err != nil {
			return err
		}
		for at, w := range windows {
			v.proofs[at].advance(w, v.files)
			v.waiting -= int64(len(w.owners))
			v.count(func(n *Checked) { n.Offsets += int64(len(w.owners)) })
		}
		v.Progress(v.report.Checked.Offsets, v.total())
	}
	v.rounds, v.rowless = 0, v.rowless[:0]
	return nil
}

// total returns the number of offsets that were landed.
func (v *verification) total() (n int64) {
	for i := range v.final.Partitions {
		n += v.final.Partitions[i].Cut - v.final.Partitions[i].Start
	}
	return n
}

// windows shares the next offsets out among the lanes.
func (v *verification) windows() map[lane]*window {
	windows, room := map[lane]*window{}, v.Window
	for at, p := range v.proofs {
		if size := min(p.queued-p.next, room); size > 0 {
			windows[at] = newWindow(p.next, size)
			room -= size
		}
	}
	return windows
}

// fill sets the offsets without rows.
func (v *verification) fill(windows map[lane]*window) {
	for _, r := range v.rowless {
		w := windows[r.lane]
		if w == nil {
			continue
		}
		kind := schema.KindDuplicate
		if r.kind == skipped {
			kind = schema.KindSkipped
		}
		for offset := max(r.First, w.first); offset < min(r.End, w.end()); offset++ {
			if w.put(offset, schema.RowlessLeaf(kind, offset), r.kind) != nobody {
				v.mismatch(KindOffset, r.String(), "offset %d is listed twice as one without a row", offset)
			}
		}
	}
}

// scan reads the files that reach into the windows, and every file once.
func (v *verification) scan(ctx context.Context, windows map[lane]*window) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	s := &scanner{verification: v, windows: windows}
	for i, f := range v.files {
		if f.looked && !f.reaches(windows) || windows == nil && f.looked {
			continue
		}
		group.Go(func() error { return s.file(ctx, owner(i), f) })
	}
	return group.Wait()
}
