package app

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json"

	"github.com/dreamlog/dreamlog/analytics"
	"github.com/dreamlog/dreamlog/schema"
)

// Redriven says what a redrive did.
type Redriven struct {
	// Redriven dead letters were sent again; Landed says what became of them.
	Redriven int64  `json:"redriven"`
	Landed   Landed `json:"landed"`
}

// deadLetterQuery finds dead letters that were not sent again yet.
// One whose record came again under the name of a redrive was sent by a run
// that was cut short before it noted so.
const deadLetterQuery = `WITH came AS (
	SELECT producer FROM lake.transitions UNION ALL SELECT producer FROM lake.episodes UNION ALL
	SELECT producer FROM lake.calls UNION ALL SELECT producer FROM lake.tasks UNION ALL
	SELECT producer FROM lake.annotations UNION ALL SELECT producer FROM lake.training UNION ALL
	SELECT producer FROM lake.deadletter)
SELECT event_id, log_generation, log_partition, log_offset, key, headers, value,
	concat('redrive/', log_generation, '/', log_partition, '/', log_offset) IN
		(SELECT producer FROM came WHERE producer LIKE 'redrive/%') AS sent
FROM lake.deadletter
WHERE event_id NOT IN (SELECT target FROM lake.annotations WHERE kind = 'redriven' AND target_kind = 'event')
ORDER BY log_generation, log_partition, log_offset`

// Redrive sends the records that became dead letters again, as they came, and
// notes on each that it did. Each goes out as a producer of its own, made from
// its place in the log, so that a redrive that was cut short and run again
// doubles nothing.
func (a *App) Redrive(ctx context.Context) (result Redriven, err error) {
	w, err := a.Writer(ctx, WriterOptions{})
	if err != nil {
		return result, err
	}
	defer func() { err = joined(err, w.Close(context.WithoutCancel(ctx))) }()
	if err := w.CatchUp(ctx); err != nil {
		return result, err
	}
	session, err := a.Session(ctx, "", analytics.Options{})
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	letters, err := session.Trusted(ctx, deadLetterQuery)
	if err != nil {
		return result, err
	}
	defer func() { err = errors.Join(err, letters.Close()) }()
	for letters.Next() {
		if err := a.redrive(ctx, w, letters.Row()); err != nil {
			return result, err
		}
		result.Redriven++
	}
	if err := letters.Err(); err != nil {
		return result, err
	}
	result.Landed, err = w.Finish(ctx)
	return result, err
}

// redrive sends one dead letter, and behind it the note that it was sent.
func (a *App) redrive(ctx context.Context, w *Writer, cells []any) error {
	place := fmt.Sprintf("%d/%d/%d", cells[1], cells[2], cells[3])
	if sent, _ := cells[7].(bool); !sent {
		if err := w.sendAgain(ctx, place, cells); err != nil {
			return err
		}
	}
	note := schema.AnnotationRow{Annotation: schema.Annotation{TargetKind: "event", Target: cells[0].(string), Kind: "redriven", Value: "true"}}
	note.Envelope = schema.Envelope{
		EventID: schema.DeriveID("redriven", place), EventType: schema.TypeAnnotationAdded,
		Time: schema.MicrosOf(a.config.Now()), Source: "redrive", Subject: place,
	}
	return w.Produce(ctx, &note)
}

// sendAgain sends the record of a dead letter as it came.
func (w *Writer) sendAgain(ctx context.Context, place string, cells []any) error {
	id := cells[0].(string)
	headers, err := recordHeaders(cells[5].(string))
	if err != nil {
		return fmt.Errorf("dead letter %s: %w", id, err)
	}
	key, _ := cells[4].([]byte)
	value, _ := cells[6].([]byte)
	headers = append(headers, stamp("redrive/"+place, 1)...)
	if err := w.ProduceRaw(ctx, key, value, headers); err != nil {
		return fmt.Errorf("send dead letter %s again: %w", id, err)
	}
	return w.Flush(ctx)
}

// recordHeaders reads the headers of a dead letter, less the stamp of the
// producer that sent it first.
func recordHeaders(text string) ([]schema.Header, error) {
	var pairs [][2]string
	if err := json.Unmarshal([]byte(text), &pairs); err != nil {
		return nil, fmt.Errorf("column headers is damaged: %w", err)
	}
	headers := make([]schema.Header, 0, len(pairs))
	for _, p := range pairs {
		value, err := base64.StdEncoding.DecodeString(p[1])
		if err != nil {
			return nil, fmt.Errorf("column headers is damaged: %w", err)
		}
		if p[0] != schema.HeaderProducer && p[0] != schema.HeaderSequence {
			headers = append(headers, schema.Header{Key: p[0], Value: value})
		}
	}
	return headers, nil
}
