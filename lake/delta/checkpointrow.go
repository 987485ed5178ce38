package delta

// addRow returns an addition as a checkpoint holds it: its data changed long
// ago.
func addRow(a *Add) *checkpointAdd {
	return &checkpointAdd{
		Path:             new(string(a.Path.appendEscaped(nil))),
		PartitionValues:  map[string]*string{},
		Size:             &a.Size,
		ModificationTime: &a.ModificationTime,
		DataChange:       new(bool),
		Stats:            optional(a.Stats),
		Tags:             pointers(a.Tags),
	}
}

func removeRow(r *Remove) *checkpointRemove {
	return &checkpointRemove{
		Path:                 new(string(r.Path.appendEscaped(nil))),
		DeletionTimestamp:    &r.DeletionTimestamp,
		DataChange:           new(bool),
		ExtendedFileMetadata: new(true),
		PartitionValues:      map[string]*string{},
		Size:                 &r.Size,
	}
}

func metaDataRow(m *MetaData) *checkpointMetaData {
	return &checkpointMetaData{
		ID:               &m.ID,
		Name:             optional(m.Name),
		Description:      optional(m.Description),
		Format:           &checkpointFormat{&m.Format.Provider, map[string]*string{}},
		SchemaString:     &m.SchemaString,
		PartitionColumns: []*string{},
		CreatedTime:      optional(m.CreatedTime),
		Configuration:    pointers(m.Configuration),
	}
}

// action returns the row as an action.
func (row checkpointRow) action() (Action, error) {
	switch {
	case row.Txn != nil:
		return Action{Txn: &Txn{AppID: value(row.Txn.AppID), Version: value(row.Txn.Version), LastUpdated: value(row.Txn.LastUpdated)}}, nil
	case row.Add != nil:
		add, err := row.Add.action()
		return Action{Add: add}, err
	case row.Remove != nil:
		remove, err := row.Remove.action()
		return Action{Remove: remove}, err
	case row.MetaData != nil:
		return Action{MetaData: row.MetaData.action()}, nil
	case row.Protocol != nil:
		p := row.Protocol
		return Action{Protocol: &Protocol{MinReaderVersion: int(value(p.MinReaderVersion)), MinWriterVersion: int(value(p.MinWriterVersion))}}, nil
	}
	return Action{}, nil
}

func (a *checkpointAdd) action() (*Add, error) {
	add := &Add{
		PartitionValues:  values(a.PartitionValues),
		Size:             value(a.Size),
		ModificationTime: value(a.ModificationTime),
		DataChange:       value(a.DataChange),
		Stats:            value(a.Stats),
		Tags:             values(a.Tags),
	}
	return add, add.Path.UnmarshalText([]byte(value(a.Path)))
}

func (r *checkpointRemove) action() (*Remove, error) {
	remove := &Remove{
		DeletionTimestamp:    value(r.DeletionTimestamp),
		DataChange:           value(r.DataChange),
		ExtendedFileMetadata: value(r.ExtendedFileMetadata),
		PartitionValues:      values(r.PartitionValues),
		Size:                 value(r.Size),
	}
	return remove, remove.Path.UnmarshalText([]byte(value(r.Path)))
}

func (m *checkpointMetaData) action() *MetaData {
	meta := &MetaData{
		ID:               value(m.ID),
		Name:             value(m.Name),
		Description:      value(m.Description),
		SchemaString:     value(m.SchemaString),
		PartitionColumns: []string{},
		CreatedTime:      value(m.CreatedTime),
		Configuration:    values(m.Configuration),
	}
	if m.Format != nil {
		meta.Format = Format{Provider: value(m.Format.Provider), Options: values(m.Format.Options)}
	}
	for _, column := range m.PartitionColumns {
		meta.PartitionColumns = append(meta.PartitionColumns, value(column))
	}
	return meta
}

// optional returns nil for the zero value, which stands for absent in the log.
func optional[T comparable](v T) *T {
	var zero T
	if v == zero {
		return nil
	}
	return &v
}

// value returns the zero value for nil.
func value[T any](p *T) T {
	if p == nil {
		var zero T
		return zero
	}
	return *p
}

func pointers(m map[string]string) map[string]*string {
	if m == nil {
		return nil
	}
	p := make(map[string]*string, len(m))
	for key, text := range m {
		p[key] = &text
	}
	return p
}

// values returns an empty map for nil: the log wants {} where a map is
// required.
func values(m map[string]*string) map[string]string {
	v := make(map[string]string, len(m))
	for key, text := range m {
		v[key] = value(text)
	}
	return v
}
