// Package rows owns what a result consists of: columns with their DuckDB types
// and rows of plain Go values, read one after the other.
//
// It knows neither how a result comes about nor how it is shown. The engine
// makes Readers from DuckDB results, commands make them with Of from what they
// gathered themselves, and analytics/render writes them out.
package rows
