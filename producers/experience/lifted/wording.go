package lifted

import (
	"slices"
)

// Observations are read as templates: text with slots, which are these runes of
// Unicode's private area.
const (
	slotArg   = '\uE000' // and the two behind it: an argument of the action
	slotTitle = '\uE010' // and the two behind it: the same with a capital letter
	slotList  = '\uE020' // a list of entities
	slotHead  = '\uE021' // what a relation is about
	slotTask  = '\uE02F' // the instruction of the task
)

// wording says how observations are worded. It is learned, and never changes
// once it is.
type wording struct {
	// Segments are templates of sentences and lines, with what parts them from
	// the next. Responses are sequences of segments: whole observations.
	Segments  []string
	Responses [][]int32
	// Relations are what a list is about: the segment around it, with its head
	// for a variable. Facts are segments of the same kind that name one entity.
	Relations []string
	// Separators part the items of lists; Determiners stand before them, each
	// with its blank.
	Separators, Determiners []string
	// Adjectives stand behind determiners.
	Adjectives []string
	// Empty are segments that say of a relation that its list is empty.
	Empty map[int32]emptyForm
	// Styles of the relations' lists, by relation.
	Styles map[int32]style
	// Pages are the kinds of pages, Forms how their parts are worded, PartStyle
	// how the items of parts are joined.
	Pages     []pageKind
	Forms     []string
	PartStyle style
	// Articles are the determiners that mostly stand before things of a type.
	Articles map[int32]string
	// Mannered are segments in which those before an argument vary.
	Mannered []string
	// Rolls are frames that are answered by rolls, in rising order; Descriptions
	// are what rolls say of a thing, and RollGap what parts them.
	Rolls        []int32
	Descriptions []string
	RollGap      string

	segmentOf  map[string]int32
	responseOf map[string]int32
	relationOf map[string]int32
	formOf     map[string]int32
	// descriptionOf numbers Descriptions; voidOf has the relations whose lists a
	// sentence about a head says are empty; rollRelation is that of the things in
	// a roll.
	descriptionOf map[string]int32
	voidOf        map[string]int32
	rollRelation  int32
	parts         []told // by description
	plans         []plan // by response

	learning bool // new templates are added
}

// emptyForm is a segment with the word for nothing where the list would be.
type emptyForm struct {
	// Full is the segment with a list; Word stands in its place.
	Full int32
	Word string
}

// style is how the items of a relation's list are joined.
type style struct {
	// First and Rest say whether determiners stand before the first item, and
	// before the others.
	First, Rest bool
	// Two parts two items; Middle and Last part more.
	Two, Middle, Last string
}

func newWording() *wording {
	w := &wording{Forms: []string{""}, Empty: map[int32]emptyForm{}, Styles: map[int32]style{}, Articles: map[int32]string{}, learning: true}
	w.index()
	return w
}

// index makes what is derived.
func (w *wording) index() {
	w.segmentOf, w.responseOf, w.relationOf, w.formOf = map[string]int32{}, map[string]int32{}, map[string]int32{}, map[string]int32{}
	for i, f := range w.Forms {
		w.formOf[f] = int32(i)
	}
	for i, s := range w.Segments {
		w.segmentOf[s] = int32(i)
	}
	for i, r := range w.Relations {
		w.relationOf[r] = int32(i)
	}
	w.descriptionOf, w.voidOf, w.rollRelation = map[string]int32{}, map[string]int32{}, none
	for i, d := range w.Descriptions {
		w.descriptionOf[d] = int32(i)
	}
	for _, n := range sortedKeys(w.Empty) {
		if relation, known := w.relationOf[generalised(w.Segments[w.Empty[n].Full])]; known {
			w.voidOf[generalised(w.Segments[n])] = relation
		}
	}
	w.parts = nil
	for _, d := range w.Descriptions {
		w.parts = append(w.parts, w.partsOf(d))
	}
	if n, known := w.relationOf[string(slotRoll)]; known {
		w.rollRelation = n
	}
	w.plans = nil
	for i, r := range w.Responses {
		w.responseOf[sequence(r)] = int32(i)
		w.plans = append(w.plans, w.plan(r))
	}
}

func sequence(segments []int32) string {
	b := make([]byte, 0, 4*len(segments))
	for _, s := range segments {
		b = append(b, byte(s), byte(s>>8), byte(s>>16), byte(s>>24))
	}
	return string(b)
}

func (w *wording) segment(text string) int32 { return w.number(text, &w.Segments, w.segmentOf) }

func (w *wording) relation(text string) int32 { return w.number(text, &w.Relations, w.relationOf) }

// number numbers a text; none where it is new and nothing is learned any more.
func (w *wording) number(text string, texts *[]string, of map[string]int32) int32 {
	if n, known := of[text]; known {
		return n
	}
	if !w.learning {
		return none
	}
	n := int32(len(*texts))
	*texts = append(*texts, text)
	of[text] = n
	return n
}

func (w *wording) response(segments []int32) int32 {
	key := sequence(segments)
	if n, known := w.responseOf[key]; known {
		return n
	}
	if !w.learning || slices.Contains(segments, none) {
		return none
	}
	n := int32(len(w.Responses))
	w.Responses = append(w.Responses, segments)
	w.responseOf[key] = n
	w.plans = append(w.plans, w.plan(segments))
	return n
}
