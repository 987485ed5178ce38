package importer

import "fmt"

// Counts counts what an import dealt with.
type Counts struct {
	Episodes    int64 `json:"episodes"`
	Transitions int64 `json:"transitions"`
	Tasks       int64 `json:"tasks"`
	Calls       int64 `json:"calls"`
}

// Result says what an import did.
type Result struct {
	// Counts is what was new and was produced.
	Counts
	// Found is what the sources hold, whether new or known; its tasks are counted
	// once over all of them.
	Found Counts `json:"found"`
	// Rejected is the number of records refused.
	Rejected int64 `json:"rejected"`
	// Duplicates is the number of events that were known and left out.
	Duplicates int64 `json:"duplicates"`
	// Rejections are the first maxRejections of the records refused;
	// Options.Rejected hears of all.
	Rejections []Rejection `json:"rejections,omitempty"`
}

// maxRejections bounds how many rejections a Result holds.
const maxRejections = 1000

// Rejection is a record that was refused. It is an error, too.
type Rejection struct {
	File string
	// Record is the number of the record in the file, from 1: for JSONL the line.
	Record int
	Err    error
}

func (r Rejection) Error() string { return fmt.Sprintf("%s record %d: %v", r.File, r.Record, r.Err) }

// Unwrap returns what is wrong with the record.
func (r Rejection) Unwrap() error { return r.Err }

// Progress says how far an import is.
type Progress struct {
	// Name is the path of the file being read: number File (from 1) of Files.
	Name        string
	File, Files int
	// Bytes of TotalBytes were read, over all files, as they lie.
	Bytes, TotalBytes int64
	// Result is what was done so far, without the list of rejections.
	Result Result
}
