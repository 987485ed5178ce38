package delta

import "time"

// Action is one line of a log entry: exactly one member is set. Actions of
// kinds that are not known here have none set.
type Action struct {
	CommitInfo *CommitInfo `json:"commitInfo,omitzero"`
	Protocol   *Protocol   `json:"protocol,omitzero"`
	MetaData   *MetaData   `json:"metaData,omitzero"`
	Txn        *Txn        `json:"txn,omitzero"`
	Remove     *Remove     `json:"remove,omitzero"`
	Add        *Add        `json:"add,omitzero"`
}

// CommitInfo says who committed an entry, and why.
type CommitInfo struct {
	Timestamp           int64             `json:"timestamp"` // milliseconds since 1970, UTC
	Operation           string            `json:"operation"` // such as WRITE or OPTIMIZE
	OperationParameters map[string]string `json:"operationParameters"`
	EngineInfo          string            `json:"engineInfo,omitzero"`
	IsBlindAppend       bool              `json:"isBlindAppend"`
	// Token is unique to the commit. A writer that does not know whether it
	// won recognises its own entry by it.
	Token string `json:"txnId,omitzero"`
}

// Protocol is what a program must know to read and to write the table.
type Protocol struct {
	MinReaderVersion int      `json:"minReaderVersion"`
	MinWriterVersion int      `json:"minWriterVersion"`
	ReaderFeatures   []string `json:"readerFeatures,omitempty"`
	WriterFeatures   []string `json:"writerFeatures,omitempty"`
}

// MetaData describes the table.
type MetaData struct {
	ID               string            `json:"id"`
	Name             string            `json:"name,omitzero"`
	Description      string            `json:"description,omitzero"`
	Format           Format            `json:"format"`
	SchemaString     string            `json:"schemaString"` // the columns, as JSON: see Schema
	PartitionColumns []string          `json:"partitionColumns"`
	CreatedTime      int64             `json:"createdTime,omitzero"` // milliseconds since 1970, UTC
	Configuration    map[string]string `json:"configuration"`
}

// Format is the format of the data files.
type Format struct {
	Provider string            `json:"provider"`
	Options  map[string]string `json:"options"`
}

// Txn says how far an application has come with the table.
type Txn struct {
	AppID       string `json:"appId"`
	Version     int64  `json:"version"`
	LastUpdated int64  `json:"lastUpdated,omitzero"` // milliseconds since 1970, UTC
}

// Add makes a data file part of the table.
type Add struct {
	Path             Path              `json:"path"`
	PartitionValues  map[string]string `json:"partitionValues"`
	Size             int64             `json:"size"`             // bytes, exact
	ModificationTime int64             `json:"modificationTime"` // milliseconds since 1970, UTC
	// DataChange is false when the file holds rows that were in the table
	// before, as after a compaction.
	DataChange bool              `json:"dataChange"`
	Stats      string            `json:"stats,omitzero"` // see Stats
	Tags       map[string]string `json:"tags,omitempty"`
}

// Remove takes a data file out of the table. The file itself stays for readers
// of older versions, until it is collected.
type Remove struct {
	Path                 Path              `json:"path"`
	DeletionTimestamp    int64             `json:"deletionTimestamp,omitzero"` // milliseconds since 1970, UTC
	DataChange           bool              `json:"dataChange"`
	ExtendedFileMetadata bool              `json:"extendedFileMetadata"`
	PartitionValues      map[string]string `json:"partitionValues,omitzero"`
	Size                 int64             `json:"size,omitzero"` // bytes
}

// NewAdd returns the addition of a data file, written at a time.
func NewAdd(path string, size int64, modified time.Time, dataChange bool, stats Stats, tags map[string]string) *Add {
	return &Add{
		Path:             Path(path),
		PartitionValues:  map[string]string{},
		Size:             size,
		ModificationTime: modified.UnixMilli(),
		DataChange:       dataChange,
		Stats:            stats.String(),
		Tags:             tags,
	}
}

// NewRemove returns the removal of a data file at a time.
func (a *Add) NewRemove(at time.Time, dataChange bool) *Remove {
	return &Remove{
		Path:                 a.Path,
		DeletionTimestamp:    at.UnixMilli(),
		DataChange:           dataChange,
		ExtendedFileMetadata: true,
		PartitionValues:      map[string]string{},
		Size:                 a.Size,
	}
}
