package compactor

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/schema"
)

// Compactor merges the files of one lake.
type Compactor struct {
	lake *lake.Lake
	Options
}

// New returns a compactor of a lake.
func New(lk *lake.Lake, options Options) *Compactor {
	return &Compactor{lake: lk, Options: options.withDefaults()}
}

// Request says what to compact by hand.
type Request struct {
	// Tables to compact; none: all.
	Tables []string
	// Full merges until as few files are left as their maximum size allows;
	// else only where a size class is full.
	Full bool
}

// Report says what a compaction did, by table. Tables with nothing to do are
// in it with what they have.
type Report map[string]*TableReport

// TableReport is what became of a table.
type TableReport struct {
	// Merges is how many files were written, Merged how many they replaced.
	Merges int `json:"merges"`
	Merged int `json:"merged_files"`
	// Rows that were rewritten.
	Rows int64 `json:"rows"`
	// Bytes of the merged files, before and after.
	BytesBefore int64 `json:"bytes_before"`
	BytesAfter  int64 `json:"bytes_after"`
	// Files that the table has now.
	Files int `json:"files"`
}

// Compact merges until nothing is left to do. What it has done stays done when
// it fails or ctx ends.
func (c *Compactor) Compact(ctx context.Context, request Request) (Report, error) {
	tables := request.Tables
	if len(tables) == 0 {
		tables = schema.Tables()
	}
	for _, table := range tables {
		if !slices.Contains(schema.Tables(), table) {
			return nil, fmt.Errorf("there is no table %q; there are %v", table, schema.Tables())
		}
	}
	choose := tiered(0, allClasses)
	if request.Full {
		choose = full
	}
	report := Report{}
	var errs []error
	for _, table := range tables {
		done, err := c.table(ctx, table, choose)
		report[table] = done
		errs = append(errs, err) // the other tables go on
	}
	return report, errors.Join(errs...)
}

// table merges files of a table for as long as there is a choice. Beside a
// lander that adds files all the time there always is one: as many merges as
// there were files at first have merged all of those.
func (c *Compactor) table(ctx context.Context, table string, choose choice) (*TableReport, error) {
	report := &TableReport{}
	for atFirst := -1; ; {
		files, err := c.lake.Files(ctx, table)
		if err != nil {
			return report, fmt.Errorf("compact table %s: %w", table, err)
		}
		report.Files = len(files)
		if atFirst < 0 {
			atFirst = len(files)
		}
		inputs := choose(c.Options, files)
		if len(inputs) == 0 || report.Merges >= atFirst {
			return report, nil
		}
		file, err := c.merge(ctx, table, inputs)
		if errors.Is(err, lake.ErrConflict) {
			c.Logger.Debug("another process changed the table, choosing again", "table", table, "error", err)
			continue
		}
		if err != nil {
			return report, fmt.Errorf("compact table %s: %w", table, err)
		}
		report.count(inputs, file)
	}
}

func (r *TableReport) count(inputs []lake.DataFile, file lake.NewFile) {
	r.Merges++
	r.Merged += len(inputs)
	r.Rows += file.Rows()
	for _, f := range inputs {
		r.BytesBefore += f.Size
	}
	r.BytesAfter += file.Size()
}

// merge is one merge: rewrite, prove, publish. lake.ErrConflict: an input is
// no longer part of the table.
func (c *Compactor) merge(ctx context.Context, table string, inputs []lake.DataFile) (lake.NewFile, error) {
	names := make([]string, len(inputs))
	for i, f := range inputs {
		names[i] = f.Name
	}
	file, err := c.rewrite(ctx, table, inputs)
	if err != nil {
		if gone := c.anyGone(ctx, table, names); gone != nil {
			err = errors.Join(gone, err)
		}
		return file, err
	}
	// What has begun to be published is not cut short.
	err = c.lake.Replace(context.WithoutCancel(ctx), table, names, []lake.NewFile{file})
	if errors.Is(err, lake.ErrConflict) {
		err = errors.Join(err, c.drop(ctx, file))
	}
	return file, err
}

// anyGone returns lake.ErrConflict when a file is no longer part of the table:
// then it may also have been collected while it was read.
func (c *Compactor) anyGone(ctx context.Context, table string, names []string) error {
	files, err := c.lake.Files(ctx, table)
	if err != nil {
		return nil // the caller has an error of its own
	}
	live := map[string]bool{}
	for _, f := range files {
		live[f.Name] = true
	}
	for _, name := range names {
		if !live[name] {
			return fmt.Errorf("%s was taken out of the table meanwhile: %w", name, lake.ErrConflict)
		}
	}
	return nil
}
