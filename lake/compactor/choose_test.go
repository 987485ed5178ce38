package compactor

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"

	"github.com/dreamlog/dreamlog/lake"
	"github.com/dreamlog/dreamlog/lake/parquetfile"
)

// shelf is a table in a model: files, and how often each row was rewritten.
type shelf struct {
	files            []lake.DataFile
	named            int
	landed, rewrites int64
}

const modelRowBytes = 200

func (s *shelf) add(rows int64) {
	s.named++
	s.files = append(s.files, lake.DataFile{Name: fmt.Sprintf("part-%09d", s.named), Rows: rows, Size: 10_000 + rows*modelRowBytes, Ranges: []parquetfile.OffsetRange{}})
}

func (s *shelf) merge(t require.TestingT, o Options, choose choice) {
	for {
		inputs := choose(o, s.files)
		if inputs == nil {
			return
		}
		require.GreaterOrEqual(t, len(inputs), 2)
		gone := map[string]bool{}
		var rows int64
		for _, f := range inputs {
			gone[f.Name] = true
			rows += f.Rows
		}
		var left []lake.DataFile
		for _, f := range s.files {
			if !gone[f.Name] {
				left = append(left, f)
			}
		}
		require.Len(t, left, len(s.files)-len(inputs), "inputs are files of the table")
		s.files = left
		s.add(rows)
		s.rewrites += rows
	}
}

func TestFilesStayFewAndRowsAreRewrittenSeldom(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		o := Options{MaxFileBytes: rapid.SampledFrom([]int64{1 << 20, 256 << 20}).Draw(t, "max")}.withDefaults()
		var s shelf
		most := rapid.SampledFrom([]int64{1, 100, 20_000}).Draw(t, "rows")
		for range rapid.IntRange(1, 1500).Draw(t, "rounds") {
			rows := rapid.Int64Range(1, most).Draw(t, "n")
			s.add(rows)
			s.landed += rows
			s.merge(t, o, tiered(0, allClasses))
			require.Less(t, len(s.files), 200)
		}
		classes := int64(o.class(s.landed)) + 1
		require.LessOrEqual(t, s.rewrites, s.landed*classes)
	})
}

func TestABacklogIsMergedInFewSteps(t *testing.T) {
	o := Options{}.withDefaults()
	var s shelf
	for range 5000 {
		s.add(100)
	}
	s.merge(t, o, tiered(0, allClasses))
	require.Less(t, len(s.files), 30)
	require.Less(t, s.named-5000, 120)
}

func TestAFullCompactionLeavesAsFewAsTheMaximumAllows(t *testing.T) {
	o := Options{}.withDefaults()
	var s shelf
	for i := range 100 {
		s.add(int64(1 + i*i*i))
	}
	s.merge(t, o, full)
	sizes := make([]int64, len(s.files))
	for i, f := range s.files {
		sizes[i] = f.Size
	}
	slices.Sort(sizes)
	require.Greater(t, len(sizes), 2)
	require.Greater(t, sizes[0]+sizes[1], o.MaxFileBytes, "no two of them fit into one")
}

func TestForeignFilesAreLeftAlone(t *testing.T) {
	files := make([]lake.DataFile, 20) // without ranges
	require.Nil(t, full(Options{}.withDefaults(), files))
	require.Nil(t, tiered(0, allClasses)(Options{}.withDefaults(), files))
}

func TestQuickAndLongMergesShareNoFile(t *testing.T) {
	o := Options{}.withDefaults()
	var s shelf
	for rows := int64(1); rows < 1<<30; rows *= 2 {
		for range 8 {
			s.add(rows)
		}
	}
	for _, quick := range tiered(0, quickClasses)(o, s.files) {
		require.Less(t, o.class(quick.Rows), quickClasses)
	}
	for _, long := range tiered(quickClasses, allClasses)(o, s.files) {
		require.GreaterOrEqual(t, o.class(long.Rows), quickClasses)
	}
}
