// Package webshop reads the product and instruction files of the WebShop
// benchmark, as its own code reads them.
//
// It takes a folder with items_shuffle.json or items_shuffle_1000.json, the
// items_ins_v2 file beside it, and items_human_ins.json where people's
// instructions are wanted; without the latter the goals are the synthetic ones.
// Goals have the original's order, so that the index of a goal is the
// original's, and its splits: 0-499 test, 500-1499 dev, and then train.
//
// Files are read as a stream, one record at a time. What stays is the text of
// the products: about as much as the titles, descriptions and features take in
// the file (of its 5 GB and 1.18 million products some 3 GB), and as much again
// for the search index; Limits reads less.
//
// One thing differs: where the original draws prices and price bounds anew at
// every start, here they are drawn by product id, once for all.
package webshop
