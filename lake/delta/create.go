package delta

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"time"

	"github.com/go-json-experiment/json"
)

// Definition is what a new table is made from.
type Definition struct {
	ID          string // a UUID that no other table has
	Name        string
	Description string
	Schema      *Schema
	Properties  map[string]string // beside DefaultProperties, which they override
}

// Create commits version 0 of a new table, without files. store.ErrExist: the
// table is there already; Load it.
func (l *Log) Create(ctx context.Context, d Definition, info CommitInfo) error {
	configuration := DefaultProperties()
	maps.Copy(configuration, d.Properties)
	return l.Commit(ctx, 0, []Action{
		{CommitInfo: &info},
		{Protocol: &Protocol{MinReaderVersion: readerVersion, MinWriterVersion: writerVersion}},
		{MetaData: &MetaData{
			ID:               d.ID,
			Name:             d.Name,
			Description:      d.Description,
			Format:           Format{Provider: "parquet", Options: map[string]string{}},
			SchemaString:     d.Schema.String(),
			PartitionColumns: []string{},
			CreatedTime:      info.Timestamp,
			Configuration:    configuration,
		}},
	})
}

// NewCommitInfo returns the first action of a commit. The token must be unique
// to it, such as a UUID.
func NewCommitInfo(at time.Time, operation, engine, token string) CommitInfo {
	return CommitInfo{
		Timestamp:           at.UnixMilli(),
		Operation:           operation,
		OperationParameters: map[string]string{},
		EngineInfo:          engine,
		Token:               token,
	}
}

// Evolve returns the metadata under which the table gets new columns; nil when
// it has them already. Columns may only be added, and only such that may be
// NULL, so that every file written before can still be read.
func (s *State) Evolve(to *Schema) (*MetaData, error) {
	var from Schema
	if err := json.Unmarshal([]byte(s.metadata.SchemaString), &from, jsonOptions); err != nil {
		return nil, fmt.Errorf("columns of table %s: %w", s.metadata.Name, err)
	}
	var want Schema // as it comes out of JSON, to compare like with like
	if err := json.Unmarshal([]byte(to.String()), &want, jsonOptions); err != nil {
		return nil, fmt.Errorf("new columns of table %s: %w", s.metadata.Name, err)
	}
	added, err := added(from.Fields, want.Fields)
	if err != nil || added == 0 {
		return nil, err
	}
	evolved := s.metadata
	evolved.SchemaString = to.String()
	return &evolved, nil
}

// added counts new columns; it refuses every other difference.
func added(from, to []Field) (count int, err error) {
	old := map[string]Field{}
	for _, field := range from {
		old[field.Name] = field
	}
	for _, field := range to {
		was, found := old[field.Name]
		switch {
		case !found && !field.Nullable:
			return 0, fmt.Errorf("column %s is new and must therefore be nullable", field.Name)
		case !found:
			count++
		case !reflect.DeepEqual(was, field):
			return 0, fmt.Errorf("column %s is %v in the table and cannot become %v", field.Name, was, field)
		}
		delete(old, field.Name)
	}
	for name := range old {
		return 0, fmt.Errorf("column %s is in the table but not known here; a newer version of dreamlog added it, use that one to write", name)
	}
	return count, nil
}
