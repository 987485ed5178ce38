package main

import (
	"context"
	"errors"
	"time"

	"github.com/dreamlog/dreamlog/eventlog"
	"github.com/dreamlog/dreamlog/schema"
)

// fill produces the transitions from to up to end of a generator, with their
// bodies as JSON or as Avro, and returns the seconds it took.
func fill(ctx context.Context, log *eventlog.Log, g *generator, from, end int, contentType string) (_ float64, err error) {
	start := time.Now()
	p, err := log.NewProducer(eventlog.ProducerConfig{})
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, p.Close(ctx)) }()
	for i := from; i < end; i++ {
		row := g.next(i)
		headers, body, err := encode(row, contentType)
		if err != nil {
			return 0, err
		}
		if err := p.Produce(ctx, []byte(row.Subject), body, headers, time.Time{}); err != nil {
			return 0, err
		}
	}
	return time.Since(start).Seconds(), p.Flush(ctx)
}

func encode(row *schema.TransitionRow, contentType string) ([]schema.Header, []byte, error) {
	if contentType == schema.ContentAvro {
		return schema.Encode(row)
	}
	body, err := jsonBody(row)
	return row.Headers(schema.ContentJSON), body, err
}
