package parquetfile

import (
	"fmt"

	"github.com/parquet-go/parquet-go"
)

// accepts refuses files that would not be read whole: with columns that are
// not known here, or of another type.
func (t *table) accepts(file *parquet.Schema) error {
	known := map[string]parquet.Node{}
	for _, field := range t.schema.Fields() {
		known[field.Name()] = field
	}
	for _, field := range file.Fields() {
		want, found := known[field.Name()]
		if !found {
			return fmt.Errorf("column %s is not known here: the file was written by a newer version of dreamlog, use that one", field.Name())
		}
		if err := sameShape(want, field); err != nil {
			return fmt.Errorf("column %s: %w", field.Name(), err)
		}
	}
	return nil
}

// sameShape compares types, and not whether values may be NULL: other writers
// make every column optional.
func sameShape(want, got parquet.Node) error {
	if want.Leaf() != got.Leaf() {
		return fmt.Errorf("is nested otherwise than %s", want)
	}
	if want.Leaf() {
		if want.Type().Kind() != got.Type().Kind() {
			return fmt.Errorf("is %s, must be %s", got.Type(), want.Type())
		}
		return nil
	}
	inner := want.Fields()
	if len(inner) != len(got.Fields()) {
		return fmt.Errorf("has %d members, must have %d", len(got.Fields()), len(inner))
	}
	for i, field := range got.Fields() {
		if field.Name() != inner[i].Name() {
			return fmt.Errorf("has the member %s, must have %s", field.Name(), inner[i].Name())
		}
		if err := sameShape(inner[i], field); err != nil {
			return fmt.Errorf("%s: %w", field.Name(), err)
		}
	}
	return nil
}
