package importer

import (
	"context"
	"fmt"
	"strconv"

	"github.com/dreamlog/dreamlog/schema"
)

// Queried is a format that chooses its rows by SQL: another query makes
// another dataset of the same file.
type Queried interface {
	// Query returns the SQL.
	Query() string
}

// imported produces the event that the file was imported. Its id derives from
// content and counts, so that the same import again adds nothing.
func (f *fileImport) imported(ctx context.Context) error {
	digest, err := f.src.sum()
	if err != nil {
		return &sourceError{err}
	}
	row := f.datasetRow(digest)
	known, err := f.seen.Seen(ctx, []string{row.Subject})
	if err != nil {
		return fmt.Errorf("ask whether %s is already imported: %w", f.src.Path, err)
	}
	if err := f.send(ctx, row, known); err != nil {
		return fmt.Errorf("produce the event that %s was imported: %w", f.src.Path, err)
	}
	f.progress(f.src)
	return nil
}

func (f *fileImport) datasetRow(digest string) *schema.TrainingRow {
	format, found, query := f.format.Name(), f.found, ""
	row := &schema.TrainingRow{Training: schema.Training{
		RunID: f.maker.runID, Format: &format, SHA256: &digest, URI: &f.src.Path,
		Episodes: &found.Episodes, Transitions: &found.Transitions, Tasks: &found.Tasks,
		Rejected: &f.rejected, Duplicates: &f.duplicates,
	}}
	if q, ok := f.format.(Queried); ok {
		query = q.Query()
	}
	subject := schema.DeriveID("dataset", format, digest, query)
	id := schema.DeriveID("event", subject, "imported", strconv.FormatInt(found.Episodes, 10),
		strconv.FormatInt(found.Transitions, 10), strconv.FormatInt(found.Tasks, 10), strconv.FormatInt(f.rejected, 10))
	row.Envelope = schema.Envelope{EventID: id, EventType: schema.TypeDatasetImported, Time: f.now, Source: f.maker.source, Subject: subject}
	return row
}
