// Package export owns datasets for trainers as they lie on disk: a folder with
// files of JSON lines and a manifest, which says of what snapshot and selection
// they are, how many rows each has, and their digests.
//
// It knows nothing of what the rows mean: internal/app reads the lake, has
// formats render the rows, and hands them over. A folder is there whole or not at
// all, and is never written again. The same rows give the same bytes.
package export
