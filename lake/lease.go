package lake

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dreamlog/dreamlog/lake/store"
	"github.com/dreamlog/dreamlog/schema"
)

// leaseDir holds one empty object a lease; all it says is in its name:
// BEGIN-END-ID, times in milliseconds since 1970 in sixteen digits.
const leaseDir = "leases/"

// Lease keeps the files that a reader has planned from being collected, even
// when a compaction removes them from their table. It is no lock: nothing waits
// for it, and it ends by itself.
type Lease struct {
	lake  *Lake
	id    string
	begin time.Time
	name  string
}

// Lease begins a lease of the given length. Take it before planning.
func (l *Lake) Lease(ctx context.Context, length time.Duration) (*Lease, error) {
	lease := &Lease{lake: l, id: schema.NewID(), begin: l.now()}
	if err := lease.Renew(ctx, length); err != nil {
		return nil, err
	}
	return lease, nil
}

// Renew lets the lease end the given length from now.
func (e *Lease) Renew(ctx context.Context, length time.Duration) error {
	name := fmt.Sprintf("%s%016d-%016d-%s", leaseDir, e.begin.UnixMilli(), e.lake.now().Add(length).UnixMilli(), e.id)
	if name == e.name {
		return nil
	}
	if err := store.Put(ctx, e.lake.store, name, nil); err != nil {
		return fmt.Errorf("take a reader's lease: %w", err)
	}
	old := e.name
	e.name = name
	if old == "" {
		return nil
	}
	return e.lake.deleteIfThere(ctx, old)
}

// Release ends the lease.
func (e *Lease) Release(ctx context.Context) error { return e.lake.deleteIfThere(ctx, e.name) }

func (l *Lake) deleteIfThere(ctx context.Context, name string) error {
	if err := l.store.Delete(ctx, name); err != nil && !errors.Is(err, store.ErrNotExist) {
		return err
	}
	return nil
}

// leases returns when the oldest lease began that has not ended, or now; and
// the names of those that have ended for longer than margin.
func (l *Lake) leases(ctx context.Context, now time.Time, margin time.Duration) (oldest time.Time, ended []string, err error) {
	oldest = now
	for info, err := range l.store.List(ctx, leaseDir, "") {
		if err != nil {
			return oldest, nil, fmt.Errorf("list leases: %w", err)
		}
		begin, end, ok := leaseTimes(info.Name)
		switch {
		case !ok:
			continue
		case end.Add(margin).Before(now):
			ended = append(ended, info.Name)
		case begin.Before(oldest):
			oldest = begin
		}
	}
	return oldest, ended, nil
}

func leaseTimes(name string) (begin, end time.Time, ok bool) {
	parts := strings.SplitN(strings.TrimPrefix(name, leaseDir), "-", 3)
	if len(parts) != 3 {
		return begin, end, false
	}
	b, err1 := strconv.ParseInt(parts[0], 10, 64)
	e, err2 := strconv.ParseInt(parts[1], 10, 64)
	return time.UnixMilli(b), time.UnixMilli(e), err1 == nil && err2 == nil
}
