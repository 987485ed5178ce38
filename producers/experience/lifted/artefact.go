package lifted

import (
	"bytes"
	"cmp"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/dreamlog/dreamlog/producers"
)

// format and formatVersion begin every artefact. A reader refuses what it does
// not know.
const (
	format        = "dreamlog lifted experience model"
	formatVersion = 2
)

// maxArtefact bounds what is read of an artefact, unpacked.
const maxArtefact = 256 << 20

// document is a model as it is stored: gzipped JSON, in which everything is in
// a fixed order, so that the same fit has the same bytes.
type document struct {
	Format     string             `json:"format"`
	Version    int                `json:"version"`
	Summary    Summary            `json:"summary"`
	Lexicon    *lexicon           `json:"lexicon"`
	Wording    *wording           `json:"wording"`
	Rules      *rules             `json:"rules"`
	Fill       []slotKind         `json:"fill"`
	Met        []int32            `json:"met"`
	Pairs      []pairKind         `json:"pairs"`
	Nullary    []string           `json:"nullary"`
	Responses  map[int32]*tree    `json:"responses"`
	Admissions map[int32]*tree    `json:"admissions"`
	Admits     bool               `json:"admits"`
	Contents   []contents         `json:"contents"`
	Firsts     []first            `json:"firsts"`
	Trusted    map[int32]trusted  `json:"trusted"`
	Prior      map[int32][]string `json:"prior"`
	Constants  map[int32][]string `json:"constants"`
	Goals      goals              `json:"goals"`
	Deeds      map[string]bool    `json:"deeds"`
	Tools      []int32            `json:"tools"`
}

type contents struct {
	Of    contentKey `json:"of"`
	Lists [][]int32  `json:"lists"`
}

type first struct {
	Frame     int32         `json:"frame"`
	Kind      int32         `json:"kind"`
	Responses map[int32]int `json:"responses"`
}

// bytes returns the model as JSON.
func (m *Model) bytes() ([]byte, error) {
	d := document{
		Format: format, Version: formatVersion, Summary: m.About, Lexicon: m.Lexicon, Wording: m.Wording, Rules: m.Rules,
		Nullary: m.Nullary, Responses: m.Responses, Admissions: m.Admissions, Admits: m.Admits, Goals: m.Goals, Met: sortedKeys(m.Kinds.Met),
		Trusted: m.Trusted, Deeds: m.Deeds, Prior: m.Prior, Constants: m.Constants, Tools: m.Tools,
	}
	for k := range m.Kinds.Fill {
		d.Fill = append(d.Fill, k)
	}
	slices.SortFunc(d.Fill, func(a, b slotKind) int {
		return cmp.Or(cmp.Compare(a.Frame, b.Frame), cmp.Compare(a.Arg, b.Arg), cmp.Compare(a.Kind, b.Kind))
	})
	for k := range m.Kinds.Pairs {
		d.Pairs = append(d.Pairs, k)
	}
	slices.SortFunc(d.Pairs, func(a, b pairKind) int {
		return cmp.Or(cmp.Compare(a.Frame, b.Frame), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	for k, lists := range m.Contents {
		d.Contents = append(d.Contents, contents{k, lists})
	}
	slices.SortFunc(d.Contents, func(a, b contents) int {
		return cmp.Or(cmp.Compare(a.Of.Relation, b.Of.Relation), cmp.Compare(a.Of.Kind, b.Of.Kind))
	})
	for k, responses := range m.Firsts {
		d.Firsts = append(d.Firsts, first{k.Frame, k.Kind, responses})
	}
	slices.SortFunc(d.Firsts, func(a, b first) int { return cmp.Or(cmp.Compare(a.Frame, b.Frame), cmp.Compare(a.Kind, b.Kind)) })
	return json.Marshal(&d)
}

// identify names the model by its bytes.
func (m *Model) identify(text []byte) {
	sum := sha256.Sum256(text)
	m.Identity = producers.Model{ID: "lifted/" + m.About.Environment, Version: hex.EncodeToString(sum[:6])}
}

// Write writes the model as an artefact that Read reads. The same model has the
// same bytes.
func (m *Model) Write(w io.Writer) error {
	text, err := m.bytes()
	if err != nil {
		return fmt.Errorf("encode model %s: %w", m.Identity.ID, err)
	}
	z := gzip.NewWriter(w)
	_, err = z.Write(text)
	if err := errors.Join(err, z.Close()); err != nil {
		return fmt.Errorf("write model %s: %w", m.Identity.ID, err)
	}
	return nil
}

// Read reads an artefact. One that is damaged or of another format is refused.
func Read(r io.Reader) (*Model, error) {
	z, err := gzip.NewReader(r)
	if err != nil {
		return nil, fmt.Errorf("the model is not an artefact of `dreamlog model fit`, or is damaged: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(z, maxArtefact+1))
	if err != nil {
		return nil, fmt.Errorf("the model is damaged: fit it again: %w", err)
	}
	if len(text) > maxArtefact {
		return nil, fmt.Errorf("the model is larger than %d bytes unpacked, as none is that was fitted here", maxArtefact)
	}
	var d document
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&d); err != nil {
		return nil, fmt.Errorf("the model is damaged: fit it again: %w", err)
	}
	switch {
	case d.Format != format:
		return nil, fmt.Errorf("the file says that it is a %.40q, not a %q", d.Format, format)
	case d.Version != formatVersion:
		return nil, fmt.Errorf("the model has format version %d, this program reads %d: fit it again", d.Version, formatVersion)
	}
	m, err := d.model()
	if err != nil {
		return nil, fmt.Errorf("the model is damaged: fit it again: %w", err)
	}
	m.identify(text)
	return m, nil
}

// model checks a document, and makes the model of it.
func (d *document) model() (*Model, error) {
	if d.Lexicon == nil || d.Wording == nil || d.Rules == nil {
		return nil, errors.New("a part is missing")
	}
	if err := d.check(); err != nil {
		return nil, err
	}
	m := &Model{
		About: d.Summary, Lexicon: d.Lexicon, Wording: d.Wording, Rules: d.Rules, Kinds: newKinds(), Nullary: d.Nullary,
		Responses: d.Responses, Admissions: d.Admissions, Admits: d.Admits, Goals: d.Goals, Contents: map[contentKey][][]int32{}, Firsts: firsts{},
		Trusted: d.Trusted, Deeds: d.Deeds, Prior: d.Prior, Constants: d.Constants, Tools: d.Tools,
	}
	anywhere := tasks{More: true}
	for _, k := range d.Fill {
		m.Kinds.Fill[k] = anywhere
	}
	for _, k := range d.Met {
		m.Kinds.Met[k] = anywhere
	}
	for _, k := range d.Pairs {
		m.Kinds.Pairs[k] = anywhere
	}
	for _, c := range d.Contents {
		m.Contents[c.Of] = c.Lists
	}
	for _, f := range d.Firsts {
		m.Firsts[slotKind{Frame: f.Frame, Kind: f.Kind}] = f.Responses
	}
	m.Lexicon.index()
	m.Wording.index()
	m.Rules.index()
	m.index()
	return m, nil
}

// check sees to it that every number names something there is.
func (d *document) check() error {
	frames, types := len(d.Lexicon.Frames), len(d.Lexicon.Types)
	segments, responses, relations := len(d.Wording.Segments), len(d.Wording.Responses), len(d.Wording.Relations)
	bad := func(what string, n int32) error { return fmt.Errorf("%s %d does not exist", what, n) }
	in := func(n int32, count int) bool { return n >= 0 && int(n) < count }
	for i := range d.Lexicon.Frames {
		f := &d.Lexicon.Frames[i]
		if len(f.Words) == 0 || f.Words[0] == "" || f.arity() > maxArity {
			return fmt.Errorf("frame %d is none", i)
		}
	}
	for _, r := range d.Wording.Responses {
		for _, s := range r {
			if !in(s, segments) {
				return bad("segment", s)
			}
		}
	}
	for s, e := range d.Wording.Empty {
		if !in(s, segments) || !in(e.Full, segments) {
			return bad("segment", e.Full)
		}
	}
	for _, e := range d.Rules.Events {
		if e.Frame != none && !in(e.Frame, frames) || !in(e.Response, responses) {
			return bad("event", e.Response)
		}
	}
	for e, effects := range d.Rules.Effects {
		if !in(e, len(d.Rules.Events)) {
			return bad("event", e)
		}
		for _, f := range effects {
			if f.Relation != onPage && !in(f.Relation, relations) || f.Head < anyHead || f.Head >= maxArity || f.Item < 0 || f.Item >= maxArity {
				return bad("relation", f.Relation)
			}
		}
	}
	for e, b := range d.Rules.Bare {
		if !in(e, len(d.Rules.Events)) || !in(b.Full, responses) || !in(b.Relation, relations) {
			return bad("response", b.Full)
		}
	}
	for r := range d.Rules.Idle {
		if !in(r, responses) {
			return bad("response", r)
		}
	}
	for _, of := range d.Rules.Voids {
		for _, relation := range of {
			if !in(relation, relations) {
				return bad("relation", relation)
			}
		}
	}
	for e := range d.Rules.Still {
		if e != none && !in(e, len(d.Rules.Events)) {
			return bad("event", e)
		}
	}
	for frame := range d.Rules.Retold {
		if !in(frame, frames) || d.Lexicon.Frames[frame].arity() > 0 {
			return bad("frame", frame)
		}
	}
	if t := d.Rules.Describes; t != nil {
		if err := t.check(len(d.Wording.Descriptions)); err != nil {
			return err
		}
	}
	for frame, t := range d.Responses {
		if frame != none && !in(frame, frames) {
			return bad("frame", frame)
		}
		if err := t.check(responses); err != nil {
			return err
		}
	}
	for frame, t := range d.Admissions {
		if !in(frame, frames) {
			return bad("frame", frame)
		}
		if err := t.check(2); err != nil {
			return err
		}
	}
	for _, c := range d.Contents {
		for _, l := range c.Lists {
			for _, kind := range l {
				if kind != none && !in(kind, types) {
					return bad("type", kind)
				}
			}
		}
	}
	for _, f := range d.Firsts {
		for r := range f.Responses {
			if !in(r, responses) {
				return bad("response", r)
			}
		}
	}
	if len(d.Tools) > mostTools {
		return fmt.Errorf("%d tools are too many", len(d.Tools))
	}
	for kind := range d.Prior {
		if !in(kind, len(d.Wording.Pages)) {
			return bad("kind of page", kind)
		}
	}
	for _, g := range d.Goals.Words {
		if g == nil {
			return errors.New("a word demands nothing")
		}
		for _, c := range g.Conditions {
			if c.X < -1 || c.X >= mostNamed || c.Y < 0 || c.Y >= mostNamed || c.Role < 0 || c.Role >= maxArity || c.Role2 < 0 || c.Role2 >= maxArity {
				return errors.New("a goal speaks of what no instruction names")
			}
		}
	}
	return nil
}

// mostFeatures bounds the features that a tree may ask for.
const mostFeatures = 4096

// check sees to it that every way through a tree ends, in a class there is.
func (t *tree) check(classes int) error {
	if t == nil || len(t.Nodes) == 0 {
		return errors.New("a tree has no nodes")
	}
	for i := range t.Nodes {
		n := &t.Nodes[i]
		if n.Class < 0 || int(n.Class) >= classes {
			return fmt.Errorf("class %d does not exist", n.Class)
		}
		if n.Feature >= mostFeatures {
			return fmt.Errorf("feature %d does not exist", n.Feature)
		}
		if n.Feature >= 0 && (int(n.Yes) <= i || int(n.No) <= i || int(n.Yes) >= len(t.Nodes) || int(n.No) >= len(t.Nodes)) {
			return fmt.Errorf("node %d of a tree leads nowhere", i)
		}
	}
	return nil
}
