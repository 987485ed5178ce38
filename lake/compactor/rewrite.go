package compactor

import (
	"context"
	"errors"
	"fmt"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
	"github.com/dreamlog/dreamlog/schema"
)

// rewrite merges files of a table into one new file and proves it. The file is
// not published; what fails behind its writing leaves an orphan at worst.
func (c *Compactor) rewrite(ctx context.Context, table string, inputs []lake.DataFile) (lake.NewFile, error) {
	out, err := c.lake.Rewrite(ctx, table, parquetfile.Options{})
	if err != nil {
		return lake.NewFile{}, err
	}
	in, err := c.copyRows(ctx, out, table, inputs)
	if err != nil {
		return lake.NewFile{}, errors.Join(err, out.Abort())
	}
	file, err := out.Finish(ctx)
	if err != nil {
		return lake.NewFile{}, err
	}
	if err := c.prove(ctx, table, file.Name, in); err != nil {
		return lake.NewFile{}, errors.Join(err, c.drop(ctx, file))
	}
	return file, nil
}

// copyRows writes the rows of the inputs in order, and returns their digest.
func (c *Compactor) copyRows(ctx context.Context, out *lake.Rewrite, table string, inputs []lake.DataFile) (in digest, err error) {
	p := newProver()
	for row, err := range merged(ctx, c.lake.Store(), table, inputs) {
		if err != nil {
			return in, err
		}
		if err := p.add(&in, row); err != nil {
			return in, err
		}
		if err := out.Write(row); err != nil {
			return in, fmt.Errorf("%w; run `dreamlog verify`", err)
		}
	}
	var due int64
	for _, f := range inputs {
		due += f.Rows
	}
	if in.rows != due {
		return in, fmt.Errorf("the files hold %d rows, the log of the table says %d; run `dreamlog verify`", in.rows, due)
	}
	return in, nil
}

// prove reads the new file back and compares its rows with those that went in.
func (c *Compactor) prove(ctx context.Context, table, name string, in digest) error {
	var out digest
	p := newProver()
	var last schema.Row
	for row, err := range rowsOf(ctx, c.lake.Store(), table, name) {
		if err != nil {
			return err
		}
		if err := p.add(&out, row); err != nil {
			return err
		}
		if last != nil && schema.Compare(last, row) >= 0 {
			return fmt.Errorf("%s is not sorted as it was written: the storage is not reliable", name)
		}
		last = row
	}
	if in != out {
		return fmt.Errorf("%s holds %d rows where %d were written, or others: the storage is not reliable", name, out.rows, in.rows)
	}
	return nil
}

// drop deletes a file that was not published.
func (c *Compactor) drop(ctx context.Context, file lake.NewFile) error {
	return c.lake.Drop(context.WithoutCancel(ctx), file)
}
