package schema

// Names of the Kafka headers of an event: CloudEvents 1.0 in Kafka's binary
// mode, and the two extension attributes by which a lander recognises what a
// producer's retry has doubled.
const (
	HeaderSpecVersion = "ce_specversion"
	HeaderID          = "ce_id"
	HeaderSource      = "ce_source"
	HeaderType        = "ce_type"
	HeaderSubject     = "ce_subject"
	HeaderTime        = "ce_time"
	HeaderDataSchema  = "ce_dataschema"
	HeaderContentType = "content-type"

	// HeaderProducer names one incarnation of one producing process.
	HeaderProducer = "ce_producer"
	// HeaderSequence rises with every event of a producer (decimal, from 1).
	HeaderSequence = "ce_sequence"
)

// MaxEventBytes is the most that one event may measure, headers included. The
// topic and every client are set to it.
const MaxEventBytes = 8 << 20
