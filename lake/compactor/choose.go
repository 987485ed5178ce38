package compactor

import (
	"cmp"
	"slices"

	"github.com/dreamlog/dreamlog/lake"
)

// Files are merged by size class: class k holds the files of FanIn^k rows and
// more. As soon as a class has FanIn files, they become one file of a higher
// class. So a table of n rows has fewer than FanIn files in each of its
// log(n)/log(FanIn) classes, and a row is rewritten once a class. The classes
// go by rows and not by bytes, because the rows of a merged file add up while
// its bytes, with all that a Parquet file holds beside its rows, do not.

const (
	// fullFiles is how many files of the maximum size a table may have, about,
	// before the maximum grows.
	fullFiles = 64
	// quickClasses are those whose merges take a moment.
	quickClasses = 4
	// Small files are merged many at once: up to manyFiles while they have
	// fewer than manyBytes together.
	manyFiles = 64
	manyBytes = 16 << 20
)

// choice picks the files of a table that are merged next; none: there is
// nothing to do.
type choice func(o Options, files []lake.DataFile) []lake.DataFile

// tiered is the choice among the size classes from first up to but not
// including end.
func tiered(first, end int) choice {
	return func(o Options, files []lake.DataFile) []lake.DataFile {
		classes := map[int][]lake.DataFile{}
		most := o.maxBytes(files)
		for _, f := range mergeable(files, most) {
			if k := o.class(f.Rows); k >= first && k < end {
				classes[k] = append(classes[k], f)
			}
		}
		for k := first; len(classes) > 0; k++ {
			if len(classes[k]) >= o.FanIn {
				return o.take(classes[k], most) // by name: the oldest first
			}
			delete(classes, k)
		}
		return nil
	}
}

// allClasses ends every tiered choice: no file has so many rows.
const allClasses = 64

// full is the choice that leaves as few files as the maximum size allows.
func full(o Options, files []lake.DataFile) []lake.DataFile {
	most := o.maxBytes(files)
	left := mergeable(files, most)
	slices.SortStableFunc(left, func(a, b lake.DataFile) int { return cmp.Compare(a.Rows, b.Rows) })
	return o.take(left, most)
}

// maxBytes returns the maximum size of a file.
func (o Options) maxBytes(files []lake.DataFile) int64 {
	var sum int64
	for _, f := range files {
		sum += f.Size
	}
	return max(o.MaxFileBytes, sum/fullFiles)
}

// mergeable leaves out the files that are large enough, and those that another
// program wrote: nobody says in which order their rows are.
func mergeable(files []lake.DataFile, most int64) []lake.DataFile {
	var left []lake.DataFile
	for _, f := range files {
		if f.Size < most/2 && f.Ranges != nil {
			left = append(left, f)
		}
	}
	return left
}

// class returns the size class of a number of rows.
func (o Options) class(rows int64) (k int) {
	for ; rows >= int64(o.FanIn); rows /= int64(o.FanIn) {
		k++
	}
	return k
}

// take returns the first files that make one file together; none when that
// would be fewer than two.
func (o Options) take(files []lake.DataFile, most int64) []lake.DataFile {
	var bytes int64
	n := 0
	for ; n < len(files) && bytes+files[n].Size <= most; n++ {
		if n >= o.FanIn && (n >= manyFiles || bytes >= manyBytes) {
			break
		}
		bytes += files[n].Size
	}
	if n < 2 {
		return nil
	}
	return files[:n]
}
