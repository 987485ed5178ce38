// Package catalogue holds what a shop sells and what its customers ask for.
//
// It owns the words product and goal, and writes catalogues of its own by seed:
// the same seed gives the same products and goals byte for byte on every
// machine, and a larger catalogue begins with the smaller one. It knows nothing
// of pages, search or rewards. The packages beside it read its types; package
// webshop fills them from the files of the original benchmark.
package catalogue
