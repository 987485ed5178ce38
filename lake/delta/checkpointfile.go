package delta

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/dreamlog/dreamlog/lake/parquetfile/guard"
)

// checkpointRow is a row of a checkpoint: exactly one member is set.
//
// Values of maps and elements of lists are pointers: as plain strings,
// parquet-go would write an optional one as NULL, silently.
type checkpointRow struct {
	Txn      *checkpointTxn      `parquet:"txn,optional"`
	Add      *checkpointAdd      `parquet:"add,optional"`
	Remove   *checkpointRemove   `parquet:"remove,optional"`
	MetaData *checkpointMetaData `parquet:"metaData,optional"`
	Protocol *checkpointProtocol `parquet:"protocol,optional"`
}

type checkpointTxn struct {
	AppID       *string `parquet:"appId,optional"`
	Version     *int64  `parquet:"version,optional"`
	LastUpdated *int64  `parquet:"lastUpdated,optional"`
}

type checkpointAdd struct {
	Path             *string            `parquet:"path,optional"`
	PartitionValues  map[string]*string `parquet:"partitionValues,optional" parquet-value:",optional"`
	Size             *int64             `parquet:"size,optional"`
	ModificationTime *int64             `parquet:"modificationTime,optional"`
	DataChange       *bool              `parquet:"dataChange,optional"`
	Stats            *string            `parquet:"stats,optional"`
	Tags             map[string]*string `parquet:"tags,optional" parquet-value:",optional"`
}

type checkpointRemove struct {
	Path                 *string            `parquet:"path,optional"`
	DeletionTimestamp    *int64             `parquet:"deletionTimestamp,optional"`
	DataChange           *bool              `parquet:"dataChange,optional"`
	ExtendedFileMetadata *bool              `parquet:"extendedFileMetadata,optional"`
	PartitionValues      map[string]*string `parquet:"partitionValues,optional" parquet-value:",optional"`
	Size                 *int64             `parquet:"size,optional"`
}

type checkpointMetaData struct {
	ID               *string            `parquet:"id,optional"`
	Name             *string            `parquet:"name,optional"`
	Description      *string            `parquet:"description,optional"`
	Format           *checkpointFormat  `parquet:"format,optional"`
	SchemaString     *string            `parquet:"schemaString,optional"`
	PartitionColumns []*string          `parquet:"partitionColumns,optional,list"`
	CreatedTime      *int64             `parquet:"createdTime,optional"`
	Configuration    map[string]*string `parquet:"configuration,optional" parquet-value:",optional"`
}

type checkpointFormat struct {
	Provider *string            `parquet:"provider,optional"`
	Options  map[string]*string `parquet:"options,optional" parquet-value:",optional"`
}

// checkpointProtocol has no lists of features: they are not allowed in the
// versions of the protocol that are written here.
type checkpointProtocol struct {
	MinReaderVersion *int32 `parquet:"minReaderVersion,optional"`
	MinWriterVersion *int32 `parquet:"minWriterVersion,optional"`
}

// encodeCheckpoint encodes a state as a classic checkpoint.
func encodeCheckpoint(s *State) ([]byte, error) {
	rows := []checkpointRow{
		{Protocol: &checkpointProtocol{new(int32(s.protocol.MinReaderVersion)), new(int32(s.protocol.MinWriterVersion))}},
		{MetaData: metaDataRow(&s.metadata)},
	}
	for _, app := range slices.Sorted(maps.Keys(s.txns)) {
		txn := s.txns[app]
		rows = append(rows, checkpointRow{Txn: &checkpointTxn{&txn.AppID, &txn.Version, optional(txn.LastUpdated)}})
	}
	for _, remove := range s.Removed() {
		rows = append(rows, checkpointRow{Remove: removeRow(remove)})
	}
	for _, path := range slices.Sorted(maps.Keys(s.files)) {
		rows = append(rows, checkpointRow{Add: addRow(s.files[path].add)})
	}
	var out bytes.Buffer
	w := parquet.NewGenericWriter[checkpointRow](&out, parquet.Compression(&parquet.Snappy))
	if _, err := w.Write(rows); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return out.Bytes(), nil
}

// decodeCheckpoint decodes a classic checkpoint, whoever wrote it; columns
// that are not known here are passed over.
func decodeCheckpoint(r io.ReaderAt, size int64) (actions []Action, err error) {
	defer guard.Recover(&err)
	file, err := guard.Open(r, size)
	if err != nil {
		return nil, err
	}
	reader := parquet.NewGenericReader[checkpointRow](file)
	defer func() { err = errors.Join(err, reader.Close()) }()
	rows := make([]checkpointRow, 256)
	for {
		clear(rows)
		n, err := reader.Read(rows)
		for _, row := range rows[:n] {
			action, err := row.action()
			if err != nil {
				return nil, err
			}
			actions = append(actions, action)
		}
		if errors.Is(err, io.EOF) {
			return actions, nil
		}
		if err != nil {
			return nil, fmt.Errorf("decode: %w", err)
		}
	}
}
