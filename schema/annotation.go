package schema

// Annotation is a later fact about an event or an episode. What it speaks of
// never changes; the views apply it.
type Annotation struct {
	// What target names: event, episode or selector.
	TargetKind string `json:"target_kind" avro:"target_kind" parquet:"target_kind"`
	// Id of the event or episode; for a selector, a JSON object as text (source,
	// model_id, model_version).
	Target string `json:"target" avro:"target" parquet:"target"`
	// Log offset of the target event, which shares the partition of the
	// annotation; lets views apply it without a search.
	TargetOffset *int64 `json:"target_offset" avro:"target_offset" parquet:"target_offset,optional"`
	// reward (a number), outcome (true or false), reasoning, score, priority,
	// tag, retraction, redriven, or a kind of the author's own.
	Kind string `json:"kind" avro:"kind" parquet:"kind"`
	// The fact itself, as JSON text.
	Value JSON `json:"value" avro:"value" parquet:"value"`
	// Who says so.
	Author *string `json:"author" avro:"author" parquet:"author,optional"`
	// By which measure.
	Rubric *string `json:"rubric" avro:"rubric" parquet:"rubric,optional"`
}

// AnnotationRow is a row of table annotations.
type AnnotationRow struct {
	Envelope
	Annotation
	Position
	Proof
}
